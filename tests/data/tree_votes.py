"""Made-up fractions of all answers of the survey, whose sums hold."""

import numpy as np

from tests.data.surveys import KEYS, QUESTIONS, SURVEY


def some_votes(galaxies: int, rng: np.random.Generator) -> np.ndarray:
    """Return the fraction of all volunteers who give each answer, (galaxies, 37)."""
    fractions = np.ones((galaxies, len(KEYS)))
    for question in QUESTIONS:
        rows, asked = SURVEY.rows_of(question), SURVEY.rows_asked(question)
        led_there = fractions[:, asked] if asked else 1.0
        fractions[:, rows] = led_there * rng.dirichlet([0.7] * len(rows), galaxies)
    return fractions


def counted_votes(fractions: np.ndarray, volunteers: int, rng: np.random.Generator) -> np.ndarray:
    """Return how many of so many volunteers give each answer, (n, 37), if these are the true fractions."""
    counts = np.zeros(fractions.shape, int)
    for question in QUESTIONS:
        rows, asked = SURVEY.rows_of(question), SURVEY.rows_asked(question)
        led_there = counts[:, asked[0]] if asked else np.full(len(fractions), volunteers)
        among = fractions[:, rows] / fractions[:, rows].sum(axis=1, keepdims=True)
        counts[:, rows] = rng.multinomial(led_there, among)
    return counts


def unknown(fractions: np.ndarray, rows: slice, *numbers: int) -> np.ndarray:
    """Return the fractions without what the galaxies of these rows have for the questions of these numbers."""
    changed = fractions.copy()
    changed[rows, [row for number in numbers for row in SURVEY.rows_of(QUESTIONS[number - 1])]] = np.nan
    return changed
