"""A catalogue as the submission to Kaggle's Galaxy Zoo challenge: a row an image, with its votes for all 37 answers."""

import re
from pathlib import Path

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.format import Format, Parts
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.decision_tree import ANSWERS, COLUMNS

LONGEST_LINE = 1000
OWN_ROW = re.compile(rf"\d+(,\d\.\d{{6}}){{{len(COLUMNS)}}}\n")
KEYS = {answer.key: answer.column for answer in ANSWERS.values()}
"""The columns of a submission by those of a catalogue."""


def _write(path: Path, parts: Parts, _: Meaning) -> str | None:
    """Write a submission, and return of how many images, as they are unreadable, it has the mean of all others.

    A UserError if all are. The mean has the sums of the decision tree that all others have.
    """
    images = sum(len(part) for part in parts())
    readable = sum(part["smooth"].notna().sum() for part in parts())
    if readable == 0:
        raise UserError(
            f"--format kaggle: none of {images} images is readable, for the mean of the others: name others"
        )
    mean = sum(part[list(KEYS)].sum() for part in parts()) / readable
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(parts()):
            rows = part.fillna(mean).set_index("GalaxyID")[list(KEYS)].rename(columns=KEYS)
            rows.to_csv(file, header=number == 0, lineterminator="\n", float_format="%.6f")
    unreadable = images - readable
    return f"{unreadable} of {images} images unreadable: submitted as the mean of all others" if unreadable else None


def _column_names(path: Path) -> list[str]:
    """Return the names, but of a table in which they are followed by other than six decimals, as Kaggle's own are."""
    with path.open(encoding="utf-8", newline="") as file:
        names, row = file.readline(LONGEST_LINE), file.readline(LONGEST_LINE)
    return names.rstrip("\n").split(",") if OWN_ROW.fullmatch(row) else []


KAGGLE = Format(_write, _column_names, frozenset({"GalaxyID", *COLUMNS}), ("GalaxyID", *KEYS))
