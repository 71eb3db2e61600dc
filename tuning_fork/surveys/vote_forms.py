"""What a table has of one question, as fractions among those who were asked it: of each form that a page can name."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tuning_fork.galaxies.tables import GalaxyTable, quoted
from tuning_fork.surveys.survey import Question

SUM_TOLERANCE = 0.005
"""How far fractions that add up to 1 may be off: releases round to three digits, and a question has some answers."""


def _separate(table: GalaxyTable, question: Question) -> pd.DataFrame:
    """Return fractions that the table has: NaN where all are 0 or empty."""
    cells = _cells(table, question)
    fractions = table.fractions(question.columns, _all_empty(cells))
    sums = fractions.sum(axis=1)
    for row in sums.index[(sums > 0) & ((sums - 1).abs() > SUM_TOLERANCE)]:
        raise table.mistake(row, _named(question), f"the answers add up to {sums[row]:.6f}, and must to 1")
    return fractions.div(sums.where(sums > 0), axis=0)


def _counts(table: GalaxyTable, question: Question) -> pd.DataFrame:
    """Return the shares of votes that the table counts: NaN where there are none."""
    cells = _cells(table, question)
    counts = table.counts(question.columns, _all_empty(cells))
    sums = counts.sum(axis=1)
    return counts.div(sums.where(sums > 0), axis=0)


def _label(table: GalaxyTable, question: Question) -> pd.DataFrame:
    """Return 1 for the answer that the label is, 0 for the others: NaN where the table has no label."""
    names = [answer.label for answer in question.answers]
    if question.edges:
        values = table.numbers(str(question.column))
        found = np.array(names)[np.searchsorted(question.edges, values.fillna(0))]
        labels = pd.Series(found, values.index).where(values.notna())
    else:
        labels = table.labels(str(question.column))
    for row in labels.index[labels.notna() & ~labels.isin(names)]:
        raise table.mistake(row, str(question.column), f"{quoted(labels[row])} is none of {', '.join(names)}")
    shares = pd.DataFrame({name: (labels == name).astype(float) for name in names}, labels.index)
    return shares.where(labels.notna())


def _cells(table: GalaxyTable, question: Question) -> pd.DataFrame:
    """Return the question's columns; a UserError names the first that the table has not."""
    table.require(question.columns)
    return table.rows[list(question.columns)]


def _all_empty(cells: pd.DataFrame) -> pd.DataFrame:
    """Return where a row has none of the cells, in the cells' shape."""
    empty = cells.isna().all(axis=1)
    return pd.DataFrame({column: empty for column in cells.columns}, cells.index)


def _named(question: Question) -> str:
    return f"{question.columns[0]} to {question.columns[-1]}"


SHARES: dict[str, Callable[[GalaxyTable, Question], pd.DataFrame]] = {
    "separate": _separate,
    "counts": _counts,
    "label": _label,
}
"""By the form: the fractions (n, answers) of those asked who give each answer, in the order of the page."""
