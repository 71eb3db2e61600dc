"""Differences between two recipes: how large, how sure, and which of many are real."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter

import numpy as np
from statsmodels.stats.multitest import multipletests

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import interval

SIGNIFICANCE = 0.05
"""A difference is real if its p-value, corrected for the number of them, is below this."""

Recipe = Sequence[Predictions]
"""The predictions of one recipe's trainings, which differ by the seed."""


@dataclass(frozen=True)
class Difference:
    """A score of the first run minus that of the second, with its 95 % interval and the p-value of no difference."""

    metric: Metric
    value: float
    low: float
    high: float
    p: float

    @property
    def score(self) -> str:
        """The name of the score."""
        return self.metric.name

    @property
    def gain(self) -> tuple[float, float, float]:
        """What the first run is better by, whichever way is better: lower bound, value and upper bound."""
        if self.metric.higher_is_better:
            return self.low, self.value, self.high
        return -self.high, -self.value, -self.low

    @property
    def is_better(self) -> bool:
        """Whether the first run has the better score."""
        return (self.value > 0) == self.metric.higher_is_better


def differences(first: Recipe, second: Recipe, paired: bool, resamples: int, seed: int) -> list[Difference]:
    """Compare two recipes by each metric that can be resampled, in the order of names: the means of their trainings.

    `paired`: on the same galaxies, which both lose or gain together in each of the bootstrap `resamples`; else each
    recipe's galaxies are drawn on their own. Of several trainings, by the seed, as many are drawn anew in each resample
    too, so that the luck of a seed is in the interval. p-values are twice the share of resamples on the smaller side of
    no difference; but for one training each, paired, those of the metric's exact test, if it has one (for accuracy:
    McNemar 1947).
    """
    if paired and not all(np.array_equal(run.ids, first[0].ids) for run in (*first, *second)):
        raise ValueError("paired runs need the same test galaxies in the same order")
    drawn = [_counts(len(first[0].ids), resamples, seed), _counts(len(second[0].ids), resamples, seed, not paired)]
    rng = np.random.default_rng((seed, 2))
    trainings = [rng.integers(len(recipe), size=(len(recipe), resamples)) for recipe in (first, second)]
    result = []
    for metric in _compared(first[0]):
        value = mean_score(first, metric) - mean_score(second, metric)
        spread = np.subtract(*map(partial(_resampled, metric), (first, second), drawn, trainings))
        low, high = interval(spread)
        if metric.test and paired and len(first) == len(second) == 1:
            p = metric.test(first[0].targets, first[0].outputs, second[0].outputs)
        else:
            side = min(np.nanmean(spread <= 0), np.nanmean(spread >= 0))
            p = min(1.0, 2 * max(side, 1 / resamples))
        result.append(Difference(metric, value, low, high, float(p)))
    return result


def resampled_scores(recipe: Recipe, metric: Metric, resamples: int, seed: int) -> tuple[float, np.ndarray]:
    """Return the mean score of a recipe's trainings, and that of each of the `resamples`, (resamples,).

    In each the test galaxies, and of several trainings as many, are drawn anew; the same galaxies for the same seed.
    """
    drawn = _counts(len(recipe[0].ids), resamples, seed)
    trainings = np.random.default_rng((seed, 2)).integers(len(recipe), size=(len(recipe), resamples))
    return mean_score(recipe, metric), _resampled(metric, recipe, drawn, trainings)


def mean_score(recipe: Recipe, metric: Metric) -> float:
    """Return the mean score of a recipe's trainings."""
    return float(np.mean([metric.of_resamples(run.targets, run.outputs, np.ones((1, len(run.ids)))) for run in recipe]))


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Return p-values corrected for their number (Holm 1979)."""
    return multipletests(p_values, method="holm")[1] if len(p_values) else np.array([])


def _resampled(metric: Metric, recipe: Recipe, counts: np.ndarray, trainings: np.ndarray) -> np.ndarray:
    """Return the mean score of the `trainings` drawn, (trainings, resamples), in each resample of galaxies."""
    by_training = np.stack([metric.of_resamples(run.targets, run.outputs, counts) for run in recipe])
    return np.take_along_axis(by_training, trainings, axis=0).mean(axis=0)


@lru_cache(maxsize=2)
def _counts(galaxies: int, resamples: int, seed: int, others: bool = False) -> np.ndarray:
    """Return how often each galaxy is drawn in each resample: (resamples, galaxies); of `others` independently."""
    rng = np.random.default_rng((seed, 1) if others else seed)
    counts = rng.multinomial(galaxies, np.full(galaxies, 1 / galaxies), size=resamples).astype(float)
    counts.flags.writeable = False  # the next comparison has the same
    return counts


def _compared(run: Predictions) -> list[Metric]:
    """Return the metrics that can be resampled, in the order of their names."""
    return sorted((one for one in metrics_of(run.task) if one.resampled), key=attrgetter("name"))
