"""A catalogue as the submission to Kaggle's Galaxy Zoo challenge: a row an image, with its votes for all 37 answers."""

import re
from pathlib import Path

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.format import Format, Parts
from tuning_fork.core.errors import UserError

LONGEST_LINE = 1000
ANSWERS = (3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6)
"""How many answers each question of the challenge has."""
COLUMNS = tuple(
    f"Class{question}.{answer}" for question, last in enumerate(ANSWERS, 1) for answer in range(1, last + 1)
)
OWN_ROW = re.compile(rf"\d+(,\d\.\d{{6}}){{{len(COLUMNS)}}}\n")


def _write(path: Path, parts: Parts, meaning: Meaning) -> str | None:
    """Write a submission, and return of how many images, as they are unreadable, it has the mean of all others.

    The mean has the sums of the survey that all others have. A UserError if all are unreadable.
    """
    by_column = {column.voted: name for name, column in meaning.columns.items() if column.voted is not None}
    keys = {by_column[column]: column for column in COLUMNS}
    images = sum(len(part) for part in parts())
    readable = sum(part[by_column[COLUMNS[0]]].notna().sum() for part in parts())
    if readable == 0:
        raise UserError(
            f"--format kaggle: none of {images} images is readable, for the mean of the others: name others"
        )
    mean = sum(part[list(keys)].sum() for part in parts()) / readable
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(parts()):
            rows = part.fillna(mean).set_index("GalaxyID")[list(keys)].rename(columns=keys)
            rows.to_csv(file, header=number == 0, lineterminator="\n", float_format="%.6f")
    unreadable = images - readable
    return f"{unreadable} of {images} images unreadable: submitted as the mean of all others" if unreadable else None


def _column_names(path: Path) -> list[str]:
    """Return the names, but of a table in which they are followed by other than six decimals, as Kaggle's own are."""
    with path.open(encoding="utf-8", newline="") as file:
        names, row = file.readline(LONGEST_LINE), file.readline(LONGEST_LINE)
    return names.rstrip("\n").split(",") if OWN_ROW.fullmatch(row) else []


KAGGLE = Format(_write, _column_names, frozenset({"GalaxyID", *COLUMNS}), ("GalaxyID", *COLUMNS))
