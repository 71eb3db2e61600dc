"""A catalogue as CSV, which is plain: it has no room for what the columns mean."""

import csv
from pathlib import Path

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.format import Format, Parts

LONGEST_HEAD = 100_000
"""Characters in which the first line is looked for."""


def _write(path: Path, parts: Parts, meaning: Meaning) -> None:
    """Write a CSV file; what is not known is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(parts()):
            part.to_csv(file, columns=list(meaning.columns), index=False, header=number == 0, lineterminator="\n")


def _column_names(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        try:
            return next(csv.reader([file.readline(LONGEST_HEAD)]), [])
        except csv.Error as error:
            raise ValueError(str(error)) from error


CSV = Format(_write, _column_names)
