"""What stands in the cells of the study's tables: scores with their intervals, and what their seeds spread over."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

GLUE = "\u00a0"
"""A space at which no line is broken."""


@dataclass(frozen=True)
class Score:
    """A score or a difference of two, with its interval where that is known, and those of each seed if it has several.

    A difference `is_signed`.
    """

    value: float
    low: float | None = None
    high: float | None = None
    of_seeds: Sequence[float] = ()
    is_signed: bool = False

    def __str__(self) -> str:
        """Return it in one line."""
        return (
            f"{self.shown(self.value)}{f' {self.interval}' if self.interval else ''}{self.spread and '; '}{self.spread}"
        )

    @property
    def interval(self) -> str:
        """The interval in brackets, or nothing."""
        if self.low is None or self.high is None:
            return ""
        return f"({self.shown(self.low)}{GLUE}to{GLUE}{self.shown(self.high)})"

    @property
    def spread(self) -> str:
        """Mean and standard deviation of the seeds, or nothing."""
        if len(self.of_seeds) < 2:
            return ""
        return f"{len(self.of_seeds)} seeds {mean(self.of_seeds):.4f} ± {stdev(self.of_seeds):.4f}"

    @property
    def numbers(self) -> dict[str, float]:
        """All of its numbers by what is added to a column's name for each."""
        found: dict[str, float] = {"": self.value}
        if self.low is not None and self.high is not None:
            found |= {" low": self.low, " high": self.high}
        if self.spread:
            found |= {" mean of seeds": mean(self.of_seeds), " deviation of seeds": stdev(self.of_seeds)}
        return found

    def shown(self, number: float) -> str:
        """Return one of its numbers as it is written."""
        return f"{number:+.4f}" if self.is_signed else f"{number:.4f}"


Cell = Score | str
Rows = dict[str, dict[str, Cell]]
"""Cells by column, by the row's name."""
