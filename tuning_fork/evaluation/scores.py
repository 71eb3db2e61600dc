"""The scores of a task on the test galaxies, each with its 95 % interval."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from statsmodels.stats.proportion import proportion_confint
from tqdm import tqdm

from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.tasks.task import Task

Scores = dict[str, float]
LEVEL = 95
"""Per cent of the resamples that an interval covers."""


def scores_of(task: Task) -> Callable[[np.ndarray, np.ndarray], Scores]:
    """Return the function that gives each score of a task by its name, from targets and outputs, both (n, targets)."""
    metrics = metrics_of(task)
    return lambda targets, outputs: {one.name: one.score(targets, outputs) for one in metrics}


def scores_with_intervals(predictions: Predictions, resamples: int, seed: int) -> dict[str, float | int]:
    """Return each score with `_low` and `_high`, `majority_accuracy` (always the commonest class) and `test_galaxies`.

    The intervals are the 2.5th and 97.5th percentiles of the score over `resamples`
    bootstrap samples of the test galaxies (Efron & Tibshirani 1993, chapter 13). Where all galaxies are right, or all
    wrong, no resample differs: there the interval is the exact one (Clopper & Pearson 1934).
    """
    targets, outputs = predictions.targets, predictions.outputs
    score = scores_of(predictions.task)
    _, counts = np.unique(predictions.classes, return_counts=True)
    result: Scores = {}
    low_high = bootstrap_intervals(score, targets, outputs, resamples, seed)
    share_of = {metric.name: metric.share_of for metric in metrics_of(predictions.task) if metric.share_of}
    for name, value in score(targets, outputs).items():
        low, high = low_high[name]
        if name in share_of and value in {0.0, 1.0}:
            galaxies = share_of[name](targets)
            low, high = proportion_confint(value * galaxies, galaxies, 1 - LEVEL / 100, method="beta")
        if np.isfinite(value):  # nothing is said of a question that no galaxy answers
            result |= {name: value, f"{name}_low": low, f"{name}_high": high}
    result["majority_accuracy"] = counts.max() / counts.sum()
    return {name: round(float(value), 6) for name, value in result.items()} | {"test_galaxies": len(targets)}


def bootstrap_intervals(
    score: Callable[[np.ndarray, np.ndarray], Scores],
    targets: np.ndarray,
    outputs: np.ndarray,
    resamples: int,
    seed: int,
) -> dict[str, tuple[float, float]]:
    """Return the lower and upper bound of each score's 95 % percentile interval.

    A resample in which a score has no value (one class alone has no ROC curve) does not count for it.
    """
    rng = np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of scikit-learn, on such resamples
        bar = tqdm(range(resamples), desc="Resampling the test galaxies", unit="resample", leave=False, disable=None)
        drawn = (rng.integers(len(targets), size=len(targets)) for _ in bar)
        values = [score(targets[rows], outputs[rows]) for rows in drawn]
    return {name: interval([value[name] for value in values]) for name in values[0]}


def interval(values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Return what the middle `LEVEL` per cent of the values lie between; NaN if none has a value."""
    if not np.isfinite(values).any():
        return np.nan, np.nan
    tail = (100 - LEVEL) / 2
    return float(np.nanpercentile(values, tail)), float(np.nanpercentile(values, 100 - tail))
