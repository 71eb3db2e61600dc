"""The volunteers' vote fractions: Kaggle's CSV, read and checked row by row."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.decision_tree import ANSWERS, violated_sums
from tuning_fork.galaxies.kaggle_files import SOLUTIONS_CSV, read_solutions
from tuning_fork.galaxies.tables import GalaxyTable

CURE = "correct the table and run `dvc repro -f download`"
"""What mends a mistake in the table; DVC does not watch the folder that the table came from."""


def read_votes(archive: Path, needed: Iterable[str]) -> pd.DataFrame:
    """Read the vote fractions in Kaggle's `training_solutions_rev1.zip`, indexed by GalaxyID in ascending order.

    The columns are those of the decision tree that the file has, which must include `needed`. A UserError names the
    row and column of the first value that is missing, not a number or outside 0-1, of the first GalaxyID that is not a
    whole number of 64 bits or comes twice, and of the first sum of the decision tree that does not hold.
    """
    name = f"{archive}: {SOLUTIONS_CSV}"
    table = GalaxyTable.read(read_solutions(archive), ("GalaxyID", *needed), name, CURE)
    if table.rows.empty:
        raise UserError(f"{name}: no galaxies in it: {CURE}")
    ids = table.ids()
    fractions = table.fractions([column for column in table.rows.columns if column in ANSWERS])
    for sum_ in violated_sums(fractions):
        found = f"the answers add up to {sum_.found:.6f}, and {sum_.expected:.6f} led to the question"
        raise table.mistake(sum_.row, f"Class{sum_.question}.*", found)
    return fractions.set_index(ids).sort_index()
