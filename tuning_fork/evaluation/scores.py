"""The scores of a task on the test galaxies, each with its 95 % interval."""

import warnings
from collections.abc import Callable

import numpy as np
from sklearn import metrics
from tqdm import tqdm

from tuning_fork.evaluation.predictions import Predictions

Scores = dict[str, float]
LEVEL = 95
"""Per cent of the resamples that an interval covers."""


def binary_scores(targets: np.ndarray, outputs: np.ndarray) -> Scores:
    """Return the binary task's scores from targets 0 or 1 (n, 1) and probabilities (n, 1)."""
    y_true, y_score = targets[:, 0], outputs[:, 0]
    y_pred = y_score > 0.5
    return {
        "accuracy": metrics.accuracy_score(y_true, y_pred),
        "f1": metrics.f1_score(y_true, y_pred, zero_division=0.0),
        "roc_auc": metrics.roc_auc_score(y_true, y_score),
        "balanced_accuracy": metrics.balanced_accuracy_score(y_true, y_pred),
    }


def regression_scores(targets: np.ndarray, outputs: np.ndarray) -> Scores:
    """Return the regression tasks' scores from voted and predicted shares, both (n, classes).

    `r2` is the uniform average over classes; `accuracy` and `f1` (weighted) are of the most probable class.
    """
    y_true, y_pred = targets.argmax(axis=1), outputs.argmax(axis=1)
    return {
        "mse": metrics.mean_squared_error(targets, outputs),
        "r2": metrics.r2_score(targets, outputs),
        "accuracy": metrics.accuracy_score(y_true, y_pred),
        "f1": metrics.f1_score(y_true, y_pred, average="weighted", zero_division=0.0),
    }


def scores_with_intervals(predictions: Predictions, resamples: int, seed: int) -> dict[str, float | int]:
    """Return each score with `_low` and `_high`, `majority_accuracy` (always the commonest class) and `test_galaxies`.

    The intervals are the 2.5th and 97.5th percentiles of the score over `resamples`
    bootstrap samples of the test galaxies (Efron & Tibshirani 1993, chapter 13).
    """
    targets, outputs = predictions.targets, predictions.outputs
    score = binary_scores if predictions.task.is_binary else regression_scores
    _, counts = np.unique(predictions.classes, return_counts=True)
    result: Scores = {}
    low_high = bootstrap_intervals(score, targets, outputs, resamples, seed)
    for name, value in score(targets, outputs).items():
        low, high = low_high[name]
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
    tail = (100 - LEVEL) / 2
    return {  # pyright: ignore[reportReturnType]
        name: tuple(float(np.nanpercentile([value[name] for value in values], q)) for q in (tail, 100 - tail))
        for name in values[0]
    }
