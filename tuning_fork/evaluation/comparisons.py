"""Differences between two recipes: how large, how sure, and which of many are real."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, rankdata
from statsmodels.stats.multitest import multipletests

from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import LEVEL

Recipe = Sequence[Predictions]
"""The predictions of one recipe's trainings, which differ by the seed."""
HIGHER_IS_BETTER = {"accuracy": True, "roc_auc": True, "mse": False, "r2": True}


@dataclass(frozen=True)
class Difference:
    """A score of the first run minus that of the second, with its 95 % interval and the p-value of no difference."""

    score: str
    value: float
    low: float
    high: float
    p: float

    @property
    def is_better(self) -> bool:
        """Whether the first run has the better score."""
        return (self.value > 0) == HIGHER_IS_BETTER[self.score]


def differences(first: Recipe, second: Recipe, paired: bool, resamples: int, seed: int) -> list[Difference]:
    """Compare two recipes score by score, accuracy and roc_auc, or accuracy, mse and r2: the means of their trainings.

    `paired`: on the same galaxies, which both lose or gain together in each of the bootstrap `resamples`; else each
    recipe's galaxies are drawn on their own. Of several trainings, by the seed, as many are drawn anew in each resample
    too, so that the luck of a seed is in the interval. p-values are twice the share of resamples on the smaller side of
    no difference; but for the accuracy of one training each, paired, McNemar's exact test (McNemar 1947).
    """
    if paired and not all(np.array_equal(run.ids, first[0].ids) for run in (*first, *second)):
        raise ValueError("paired runs need the same test galaxies in the same order")
    rng = np.random.default_rng(seed)
    drawn = [_counts(len(first[0].ids), resamples, rng)]
    drawn.append(drawn[0] if paired else _counts(len(second[0].ids), resamples, rng))
    values = [_mean_scores(recipe, np.ones((1, len(recipe[0].ids))), None) for recipe in (first, second)]
    spreads = [_mean_scores(recipe, counts, rng) for recipe, counts in zip((first, second), drawn, strict=True)]
    result = []
    for score in values[0]:
        value = float(values[0][score][0] - values[1][score][0])
        spread = spreads[0][score] - spreads[1][score]
        low, high = np.nanpercentile(spread, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
        if score == "accuracy" and paired and len(first) == len(second) == 1:
            p = _mcnemar(_is_right(first[0]), _is_right(second[0]))
        else:
            side = min(np.nanmean(spread <= 0), np.nanmean(spread >= 0))
            p = min(1.0, 2 * max(side, 1 / resamples))
        result.append(Difference(score, value, float(low), float(high), float(p)))
    return result


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


def _counts(galaxies: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each galaxy is drawn in each resample: (resamples, galaxies)."""
    return rng.multinomial(galaxies, np.full(galaxies, 1 / galaxies), size=resamples).astype(float)


def _is_right(run: Predictions) -> np.ndarray:
    return run.predicted_classes == run.classes


def _mcnemar(first: np.ndarray, second: np.ndarray) -> float:
    """Return the exact p-value that galaxies which one run alone has right are as likely to be the first's."""
    alone = int((first & ~second).sum()), int((second & ~first).sum())
    return float(binomtest(alone[0], sum(alone)).pvalue) if sum(alone) else 1.0


def _scores(run: Predictions, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return each score with galaxies counted as often as `counts` (resamples, galaxies) says: (resamples,)."""
    number = counts.sum(axis=1)
    accuracy = counts @ _is_right(run) / number
    if run.task.is_binary:
        return {"accuracy": accuracy, "roc_auc": _roc_auc(run, counts)}
    errors = (run.targets - run.outputs) ** 2
    about_mean = counts @ run.targets**2 - (counts @ run.targets) ** 2 / number[:, None]
    r2 = 1 - (counts @ errors) / about_mean
    return {"accuracy": accuracy, "mse": counts @ errors.mean(axis=1) / number, "r2": r2.mean(axis=1)}


def _roc_auc(run: Predictions, counts: np.ndarray) -> np.ndarray:
    """Return the share of (featured, smooth) pairs in which the featured galaxy has the higher output, ties half."""
    is_featured = run.targets[:, 0] == 1
    ranks = rankdata(run.outputs[:, 0], method="dense")
    featured, smooth = ranks[is_featured], ranks[~is_featured]
    higher = (featured[:, None] > smooth) + 0.5 * (featured[:, None] == smooth)
    weights, others = counts[:, is_featured], counts[:, ~is_featured]
    with np.errstate(invalid="ignore"):
        return ((weights @ higher) * others).sum(axis=1) / (weights.sum(axis=1) * others.sum(axis=1))
