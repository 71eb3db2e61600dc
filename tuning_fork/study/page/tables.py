"""Tables that are sorted by a click and downloaded as CSV."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tuning_fork.pages.page import data_uri
from tuning_fork.study.cells import Cell, Score


@dataclass(frozen=True)
class Table:
    """A table with what is said of it, a row a name; a row need not have all columns."""

    title: str
    text: str
    first: str
    """What the names of the rows are."""
    rows: Sequence[tuple[str, Mapping[str, Cell]]]

    @property
    def columns(self) -> list[str]:
        """All columns of its rows, in the order in which they come."""
        return list(dict.fromkeys(column for _, row in self.rows for column in row))

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded."""
        return re.sub(r"\W+", "-", self.title.lower()).strip("-") + ".csv"

    @property
    def csv(self) -> str:
        """All of its numbers, a column each, as the address of a file."""
        rows = [{self.first: name} | dict(_numbers(row.items())) for name, row in self.rows]
        text = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
        return data_uri(text.encode(), "text/csv")


def _numbers(cells: Iterable[tuple[str, Cell]]) -> Iterable[tuple[str, float | str]]:
    for column, cell in cells:
        if isinstance(cell, Score):
            yield from ((column + end, number) for end, number in cell.numbers.items())
        else:
            yield column, cell
