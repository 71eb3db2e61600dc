"""Scores of all answers together, and of each question of a survey.

Targets and outputs, both (n, answers), are the fraction of all volunteers who give each answer, in the order of the
survey's keys; a target that is not known is NaN, and counts for nothing.
"""

from functools import partial

import numpy as np

from tuning_fork.evaluation.metric import Metric
from tuning_fork.surveys.survey import Question, Survey

CLEAR = 0.8
"""Volunteers were clear about a question if more than this share of its votes are for one answer."""
ASKED = 0.5
"""And if at least this fraction of them were asked it: few votes agree by chance."""


def rmse(targets: np.ndarray, outputs: np.ndarray) -> float:
    """Return the root of the mean squared error of the answers that are known, as Kaggle's challenge scores it."""
    return float(np.sqrt(np.nanmean((targets - outputs) ** 2)))


def rmse_resampled(targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the same with galaxies counted as often as `counts` (resamples, n) says: (resamples,)."""
    known = np.isfinite(targets).sum(axis=1)
    return np.sqrt(counts @ np.nansum((targets - outputs) ** 2, axis=1) / (counts @ known))


def r2(survey: Survey, question: Question, targets: np.ndarray, outputs: np.ndarray) -> float:
    """Return R² of the answers to a question, their variances added up; NaN if nothing is known or all is equal."""
    voted, predicted = (values[:, survey.rows_of(question)] for values in (targets, outputs))
    return _one_minus(float(np.nansum((voted - predicted) ** 2)), _about_mean(voted))


def r2_of_the_truth(voted: np.ndarray, variance: np.ndarray) -> float:
    """Return the R² that remains if the true fractions are known, as votes scatter with that variance.

    Both (n, answers), of the answers to one question.
    """
    return _one_minus(float(np.nansum(variance)), _about_mean(voted))


def accuracy_where_clear(survey: Survey, question: Question, targets: np.ndarray, outputs: np.ndarray) -> float:
    """Return how often the answer with most votes is right where volunteers were clear; NaN if they nowhere were."""
    rows = clear_galaxies(survey, question, targets)
    voted, predicted = (values[rows][:, survey.rows_of(question)].argmax(axis=1) for values in (targets, outputs))
    return float(np.mean(voted == predicted)) if len(rows) > 0 else np.nan


def clear_galaxies(survey: Survey, question: Question, targets: np.ndarray) -> np.ndarray:
    """Return the rows of the galaxies about which the volunteers who were asked agree."""
    asked = survey.rows_asked(question)
    led_there = targets[:, asked].sum(axis=1) if asked else np.ones(len(targets))
    largest = targets[:, survey.rows_of(question)].max(axis=1)
    return np.flatnonzero((led_there >= ASKED) & (largest > CLEAR * led_there))


def _about_mean(voted: np.ndarray) -> float:
    known = voted[np.isfinite(voted).all(axis=1)]
    return float(((known - known.mean(axis=0)) ** 2).sum()) if len(known) > 0 else 0.0


def _one_minus(error: float, about_mean: float) -> float:
    return 1 - error / about_mean if about_mean > 0 else np.nan


RMSE = Metric("rmse", "RMSE", False, rmse, rmse_resampled, is_decisive=True)


def question_metrics(survey: Survey) -> tuple[Metric, ...]:
    """Return two metrics of each question, whose key their names begin with."""
    return tuple(metric for question in survey.questions for metric in _metrics_of(survey, question))


def _metrics_of(survey: Survey, question: Question) -> tuple[Metric, Metric]:
    key, name = question.key, question.name
    explained, right = (partial(score, survey, question) for score in (r2, accuracy_where_clear))

    def clear(targets: np.ndarray) -> int:
        return len(clear_galaxies(survey, question, targets))

    return (
        Metric(f"{key}_r2", f"{name}: R²", True, explained, is_detail=True),
        Metric(
            f"{key}_accuracy_where_clear", f"{name}: accuracy where clear", True, right, is_detail=True, share_of=clear
        ),
    )
