"""The volunteers' vote fractions: Kaggle's CSV, read and checked row by row."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.decision_tree import ANSWERS, QUESTIONS
from tuning_fork.galaxies.raw_files import SOLUTIONS_CSV, read_solutions
from tuning_fork.galaxies.tables import GalaxyTable
from tuning_fork.galaxies.tree_sums import violated_sums

CURE = "correct the table and run `dvc repro -f download`"
"""What mends a mistake in the table; DVC does not watch the folder that the table came from."""


def read_votes(archive: Path, needed: Iterable[str]) -> pd.DataFrame:
    """Read the vote fractions in Kaggle's `training_solutions_rev1.zip`, indexed by GalaxyID in ascending order.

    The columns are those of the decision tree that the file has, which must include `needed`. The answers to a question
    may all be empty in a row, where they are not known, but not those needed: they are NaN. A UserError names the row
    and column of the first other value that is missing, not a number or outside 0-1, of the first GalaxyID that is not
    a whole number of 64 bits or comes twice, and of the first sum of the decision tree that does not hold.
    """
    name = f"{archive}: {SOLUTIONS_CSV}"
    table = GalaxyTable.read(read_solutions(archive), ("GalaxyID", *needed), name, CURE)
    if table.rows.empty:
        raise UserError(f"{name}: no galaxies in it: {CURE}")
    ids = table.ids()
    columns = [column for column in table.rows.columns if column in ANSWERS]
    fractions = table.fractions(columns, _unknown(table.rows[columns], set(needed)))
    for sum_ in violated_sums(fractions):
        found = f"the answers add up to {sum_.found:.6f}, and {sum_.expected:.6f} led to the question"
        raise table.mistake(sum_.row, f"Class{sum_.question}.*", found)
    return fractions.set_index(ids).sort_index()


def _unknown(cells: pd.DataFrame, needed: set[str]) -> pd.DataFrame:
    """Return where cells may be empty: where a row has no answer to a question of which none is needed."""
    unknown: dict[str, pd.Series] = {}
    for question in QUESTIONS:
        answers = [column for column in question.columns if column in cells.columns]
        is_needed = not needed.isdisjoint(answers)
        unknown |= dict.fromkeys(answers, cells[answers].isna().all(axis=1) & (not is_needed))
    return pd.DataFrame(unknown, cells.index)
