"""Scores that follow from how many galaxies of each class are taken for which, and from their order.

They are scikit-learn's of the same names, whose checks of the arguments take ten times as long as the scores: too much
for thousands of resamples.
"""

import numpy as np
from scipy.stats import rankdata


def confusion(known: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return how many galaxies of each class (rows) are taken for which (columns): (classes, classes)."""
    classes = int(max(known.max(), predicted.max())) + 1
    places = known.astype(int) * classes + predicted.astype(int)
    return np.bincount(places, minlength=classes**2).reshape(classes, classes)


def balanced_accuracy(known: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean share of right ones among the galaxies of each class that there is."""
    counts = confusion(known, predicted)
    of_class = counts.sum(axis=1)
    there = of_class > 0
    return float((counts.diagonal()[there] / of_class[there]).mean())


def f1(known: np.ndarray, predicted: np.ndarray) -> float:
    """Return the F1 score of class 1: 0 if no galaxy is of it, or taken for it."""
    return float(_f1_by_class(confusion(known, predicted))[1:2].sum())


def f1_macro(known: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean F1 score of the classes that some galaxy is of, or taken for."""
    counts = confusion(known, predicted)
    return float(_f1_by_class(counts)[(counts.sum(axis=0) + counts.sum(axis=1)) > 0].mean())


def f1_weighted(known: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean F1 score of the classes, each counting as often as there are galaxies of it."""
    counts = confusion(known, predicted)
    return float(np.average(_f1_by_class(counts), weights=counts.sum(axis=1)))


def roc_auc(known: np.ndarray, scores: np.ndarray) -> float:
    """Return the share of pairs in which the galaxy of class 1 has the higher score, ties half; NaN without a pair."""
    is_one = known == 1
    ones, others = int(is_one.sum()), int((~is_one).sum())
    if ones * others == 0:
        return np.nan
    return float((rankdata(scores)[is_one].sum() - ones * (ones + 1) / 2) / (ones * others))


def _f1_by_class(counts: np.ndarray) -> np.ndarray:
    """Return the F1 score of each class: 0 where no galaxy is of it, or taken for it."""
    either = counts.sum(axis=0) + counts.sum(axis=1)
    return 2 * counts.diagonal() / np.maximum(either, 1)
