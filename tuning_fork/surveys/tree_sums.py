"""The sums that vote fractions keep: the answers to a question add up to the fraction that was led there."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tuning_fork.surveys.survey import Question, Survey

SUM_TOLERANCE = 1e-5
"""How far a sum may be off. In Kaggle's own file (10,381 rows, all sums) the largest difference is 2.0e-6: rounding."""


@dataclass(frozen=True)
class SumViolation:
    """A row in which the answers to `question` add up to `found` where `expected` was due.

    `row` is the row's label in the data frame's index.
    """

    question: Question
    row: object
    found: float
    expected: float


def violated_sums(votes: pd.DataFrame, survey: Survey, tolerance: float = SUM_TOLERANCE) -> Iterator[SumViolation]:
    """Yield each sum of the survey that a row of `votes` breaks by more than `tolerance`, question by question.

    `votes` has columns by the answers' keys, of which it may lack some: a question is checked only where all its
    answers and all those that it is asked of are there. Nor is it in a row that has none of its answers; there is no
    sum where a row has some of them, or not what led there.
    """
    for question in survey.questions:
        if not {*question.keys, *question.tops} <= set(votes.columns):
            continue
        found = votes[list(question.keys)].sum(axis=1, skipna=False).to_numpy(float)
        expected = led_to(votes, question)
        is_known = votes[list(question.keys)].notna().any(axis=1).to_numpy()
        for row in np.flatnonzero(is_known & ~(np.abs(found - expected) <= tolerance)).tolist():
            yield SumViolation(question, votes.index[row], float(found[row]), float(expected[row]))


def led_to(votes: pd.DataFrame, question: Question) -> np.ndarray:
    """Return the fraction that was led to a question, (n,): 1 if everybody is asked, NaN where it is not known."""
    if not question.tops:
        return np.ones(len(votes))
    return votes[list(question.tops)].sum(axis=1, skipna=False).to_numpy(float)
