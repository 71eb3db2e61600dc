"""The sums that vote fractions keep: the answers to a question add up to the fraction that was led there."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tuning_fork.galaxies.decision_tree import QUESTIONS

SUM_TOLERANCE = 1e-5
"""How far a sum may be off. In Kaggle's own file (10,381 rows, all sums) the largest difference is 2.0e-6: rounding."""


@dataclass(frozen=True)
class SumViolation:
    """A row in which the answers to `question` add up to `found` where `expected` was due.

    `row` is the row's label in the data frame's index.
    """

    question: int
    row: object
    found: float
    expected: float


def violated_sums(votes: pd.DataFrame, tolerance: float = SUM_TOLERANCE) -> Iterator[SumViolation]:
    """Yield each sum of the tree that a row of `votes` breaks by more than `tolerance`, question by question.

    `votes` may lack columns: a question is checked only where all its answers and all its parents are there. Nor is it
    in a row that has none of its answers; there is no sum where a row has some of them, or not what led there.
    """
    for question in QUESTIONS:
        if not {*question.columns, *question.parents} <= set(votes.columns):
            continue
        found = votes[list(question.columns)].sum(axis=1, skipna=False).to_numpy(float)
        expected = votes[list(question.parents)].sum(axis=1, skipna=False).to_numpy(float) if question.parents else 1.0
        expected = np.broadcast_to(expected, found.shape)
        is_known = votes[list(question.columns)].notna().any(axis=1).to_numpy()
        for row in np.flatnonzero(is_known & ~(np.abs(found - expected) <= tolerance)).tolist():
            yield SumViolation(question.number, votes.index[row], float(found[row]), float(expected[row]))
