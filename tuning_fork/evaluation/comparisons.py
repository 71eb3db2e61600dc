"""Differences between two recipes: how large, how sure, and which of many are real."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

import numpy as np
from statsmodels.stats.multitest import multipletests

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import LEVEL

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
    values = [_mean_scores(recipe, np.ones((1, len(recipe[0].ids))), None) for recipe in (first, second)]
    spreads = [_mean_scores(recipe, counts, rng) for recipe, counts in zip((first, second), drawn, strict=True)]
    result = []
    for metric in _compared(first[0]):
        value = float(values[0][metric.name][0] - values[1][metric.name][0])
        spread = spreads[0][metric.name] - spreads[1][metric.name]
        low, high = np.nanpercentile(spread, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
        if metric.test and paired and len(first) == len(second) == 1:
            p = metric.test(first[0].targets, first[0].outputs, second[0].outputs)
        else:
            side = min(np.nanmean(spread <= 0), np.nanmean(spread >= 0))
            p = min(1.0, 2 * max(side, 1 / resamples))
        result.append(Difference(metric, value, float(low), float(high), float(p)))
    return result


def resampled_scores(recipe: Recipe, metric: Metric, resamples: int, seed: int) -> tuple[float, np.ndarray]:
    """Return the mean score of a recipe's trainings, and that of each of the `resamples`, (resamples,).

    In each the test galaxies, and of several trainings as many, are drawn anew; the same galaxies for the same seed.
    """
    drawn = _counts(len(recipe[0].ids), resamples, seed)
    value = _mean_scores(recipe, np.ones((1, len(recipe[0].ids))), None)[metric.name]
    return float(value[0]), _mean_scores(recipe, drawn, np.random.default_rng((seed, 2)))[metric.name]


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Return p-values corrected for their number (Holm 1979)."""
    return multipletests(p_values, method="holm")[1] if len(p_values) else np.array([])


def _mean_scores(recipe: Recipe, counts: np.ndarray, rng: np.random.Generator | None) -> dict[str, np.ndarray]:
    """Return each score (resamples,), the mean of the trainings, or with `rng` of as many drawn from them."""
    by_training = [_scores(run, counts) for run in recipe]
    number = len(recipe)
    drawn = rng.integers(number, size=(number, len(counts))) if rng else np.arange(number)[:, None]
    return {
        score: np.take_along_axis(np.stack([one[score] for one in by_training]), drawn, axis=0).mean(axis=0)
        for score in by_training[0]
    }


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


def _scores(run: Predictions, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return each score with galaxies counted as often as `counts` (resamples, galaxies) says: (resamples,)."""
    return {one.name: one.resampled(run.targets, run.outputs, counts) for one in _compared(run) if one.resampled}
