"""Learning curves: what a recipe is worth by the number of galaxies it learnt from, and what more would bring."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit
from tqdm import tqdm

from tuning_fork.evaluation.comparisons import Recipe, resampled_scores
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.scores import interval

STEEPEST = 2.0
"""The largest power of the number of galaxies by which the error may shrink."""


@dataclass(frozen=True)
class Estimate:
    """A score, and what the middle 95 % of its resamples lie between."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, resamples: np.ndarray) -> "Estimate":
        """Return the estimate of which these are the resamples."""
        return cls(float(value), *interval(resamples))


@dataclass(frozen=True)
class LearningCurve:
    """The scores of a recipe by a metric, by the number of training galaxies, and of as many more as are asked for."""

    metric: Metric
    scores: Mapping[int, Estimate]
    more: Mapping[int, Estimate]


def learning_curve(
    runs: Mapping[int, Recipe], metric: Metric, more: Sequence[int], resamples: int, seed: int
) -> LearningCurve:
    """Return the curve of the `runs` by their number of training galaxies, extrapolated to `more`.

    The test galaxies, the same for all runs, and the seeds of each are drawn anew together in each of the `resamples`,
    and the law is fitted to each of them: its scatter is that of the extrapolation.
    """
    numbers = np.array(list(runs), float)
    found = [resampled_scores(recipe, metric, resamples, seed) for recipe in runs.values()]
    values = np.array([value for value, _ in found])
    drawn = np.stack([spread for _, spread in found])
    scores = {number: Estimate.of(value, spread) for number, (value, spread) in zip(runs, found, strict=True)}
    bar = tqdm(drawn.T, f"Extrapolating {metric.label}", unit="resample", leave=False, disable=None)
    fits = [extrapolated(numbers, errors_of(one, metric), more) for one in bar]
    best = extrapolated(numbers, errors_of(values, metric), more)
    extended = np.stack([errors_of(fit, metric) for fit in fits])
    beyond = errors_of(best, metric)
    return LearningCurve(
        metric, scores, {number: Estimate.of(beyond[one], extended[:, one]) for one, number in enumerate(more)}
    )


def errors_of(scores: np.ndarray, metric: Metric) -> np.ndarray:
    """Return what scores lack of 1, if higher is better, or the scores themselves; done twice, the scores again."""
    return 1 - scores if metric.higher_is_better else scores


def extrapolated(numbers: np.ndarray, errors: np.ndarray, more: Sequence[int]) -> np.ndarray:
    """Return the errors at `more` galaxies by the law a + b n^-c that fits those at `numbers` best.

    With a, b and c not negative: an inverse power law with a floor (Hestness et al. 2017, arXiv:1712.00409). In
    relative errors, so that small ones count as much as large ones.
    """
    if not np.isfinite(errors).all():  # of a resample without one of the classes
        return np.full(len(more), np.nan)
    start = (errors.min() / 2, max(np.ptp(errors), 1e-6) * numbers[0] ** 0.5, 0.5)
    bounds = ([0, 0, 0], [max(errors.min(), 1e-9), np.inf, STEEPEST])
    sigma = np.maximum(errors, 1e-6)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OptimizeWarning)  # of the covariance, which is not used
            (floor, scale, power), _ = curve_fit(_law, numbers, errors, start, sigma, bounds=bounds, maxfev=5000)
    except RuntimeError:  # no best fit is found in a rare resample
        return np.full(len(more), np.nan)
    return _law(np.array(more, float), floor, scale, power)


def _law(numbers: np.ndarray, floor: float, scale: float, power: float) -> np.ndarray:
    return floor + scale * numbers**-power
