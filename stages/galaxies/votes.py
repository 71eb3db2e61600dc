"""The volunteers' vote fractions: Kaggle's CSV, read and checked row by row."""

import io
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from stages.errors import UserError
from stages.galaxies.archives import SOLUTIONS_CSV, read_solutions
from stages.galaxies.decision_tree import ANSWERS, violated_sums

HEADER_ROWS = 1


def read_votes(archive: Path, needed: Iterable[str]) -> pd.DataFrame:
    """Read the vote fractions in Kaggle's `training_solutions_rev1.zip`, indexed by GalaxyID in ascending order.

    The columns are those of the decision tree that the file has, which must include `needed`. A UserError names the
    row and column of the first value that is missing, not a number or outside 0-1, of the first GalaxyID that comes
    twice, and of the first sum of the decision tree that does not hold.
    """
    try:
        votes = pd.read_csv(io.BytesIO(read_solutions(archive)), low_memory=False, skip_blank_lines=False)
    except ValueError as error:
        raise UserError(f"{archive}: {SOLUTIONS_CSV}: not a CSV file: {' '.join(str(error).split())}") from None
    if not isinstance(votes.index, pd.RangeIndex):  # pandas took the first values of the rows for their names
        more = "its rows have more values than its header has names"
        raise UserError(f"{archive}: {SOLUTIONS_CSV}: {more}: download the file again")
    votes = votes.dropna(how="all")  # blank lines, which count as rows
    if votes.empty:
        raise UserError(f"{archive}: {SOLUTIONS_CSV}: no galaxies in it: download the file again")
    return check_votes(votes, needed, f"{archive}: {SOLUTIONS_CSV}")


def check_votes(votes: pd.DataFrame, needed: Iterable[str], name: str) -> pd.DataFrame:
    """Return the rows of the CSV called `name` as checked fractions by GalaxyID; errors as for `read_votes`."""
    missing = [column for column in ("GalaxyID", *needed) if column not in votes.columns]
    if missing:
        raise UserError(f"{name}: no column {missing[0]}: download the file again, or add the column")
    columns = [column for column in votes.columns if column in ANSWERS]
    ids = _numbers(votes, "GalaxyID", name)
    for row in votes.index[ids % 1 != 0]:
        raise UserError(f"{_place(name, row, 'GalaxyID')}: {ids[row]} is not a whole number")
    for row in votes.index[ids.duplicated()]:
        raise UserError(f"{_place(name, row, 'GalaxyID')}: {ids[row]:.0f} has come before: keep one row a galaxy")
    fractions = pd.DataFrame({column: _numbers(votes, column, name) for column in columns})
    for column in columns:
        for row in votes.index[~fractions[column].between(0, 1)]:
            raise UserError(f"{_place(name, row, column)}: {fractions[column][row]} is not between 0 and 1")
    for sum_ in violated_sums(fractions):
        place = _place(name, sum_.row, f"Class{sum_.question}.*")
        raise UserError(f"{place}: the answers add up to {sum_.found:.6f}, and {sum_.expected:.6f} led to the question")
    return fractions.set_index(ids.astype("int64")).sort_index()


def _numbers(votes: pd.DataFrame, column: str, name: str) -> pd.Series:
    """Return a column as float64; a UserError names the first row whose value is not a number."""
    numbers = pd.to_numeric(votes[column], errors="coerce").astype("float64")
    for row in votes.index[numbers.isna()]:
        value = votes[column][row]
        found = "empty" if pd.isna(value) else f"'{value}'"
        raise UserError(f"{_place(name, row, column)}: {found} is not a number")
    return numbers


def _place(name: str, row: int, column: str) -> str:
    """Say where in the CSV, counting its lines from 1 as an editor does."""
    return f"{name}: row {row + 1 + HEADER_ROWS}, column {column}"
