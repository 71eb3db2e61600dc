"""What stands in the cells of the study's tables: scores with their intervals, and what their seeds spread over."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import stdev

GLUE = "\u00a0"
"""A space at which no line is broken."""


@dataclass(frozen=True)
class Score:
    """A score or a difference of two, with its interval, and those of each seed if it has several.

    Of several seeds the value is their mean. A difference `is_signed`.
    """

    value: float
    low: float
    high: float
    of_seeds: Sequence[float] = ()
    is_signed: bool = False

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.shown(self.value)} {self.interval}{self.spread and '; '}{self.spread}"

    @property
    def interval(self) -> str:
        """The interval in brackets."""
        return f"({self.shown(self.low)}{GLUE}to{GLUE}{self.shown(self.high)})"

    @property
    def spread(self) -> str:
        """How many seeds there are, and their standard deviation; or nothing."""
        if len(self.of_seeds) < 2:
            return ""
        return f"{len(self.of_seeds)} seeds ± {stdev(self.of_seeds):.4f}"

    @property
    def numbers(self) -> dict[str, float]:
        """All of its numbers by what is added to a column's name for each."""
        found = {"": self.value, " low": self.low, " high": self.high}
        if self.spread:
            found |= {" deviation of seeds": stdev(self.of_seeds)}
        return found

    def shown(self, number: float) -> str:
        """Return one of its numbers as it is written."""
        return f"{number:+.4f}" if self.is_signed else f"{number:.4f}"


BY_ALL_ANSWERS = " by all answers"
"""What stands behind a score's label in the name of the column of the network of all answers."""
Cell = Score | str
Rows = dict[str, dict[str, Cell]]
"""Cells by column, by the row's name."""
