"""Scores of classes are scikit-learn's, bit by bit or nearly, also where a class is missing."""

import warnings

import numpy as np
import pytest
from sklearn import metrics

from tuning_fork.evaluation import confusion


def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """Return classes and predicted classes of galaxies, few and many, some of whose classes are missing."""
    rng = np.random.default_rng(1)
    sizes = [(1, 2), (2, 2), (3, 4), (40, 2), (40, 5), (600, 37)] * 5
    return [(rng.integers(classes, size=galaxies), rng.integers(classes, size=galaxies)) for galaxies, classes in sizes]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (confusion.f1_macro, lambda *pair: metrics.f1_score(*pair, average="macro", zero_division=0.0)),
        (confusion.f1_weighted, lambda *pair: metrics.f1_score(*pair, average="weighted", zero_division=0.0)),
        (confusion.balanced_accuracy, metrics.balanced_accuracy_score),
        (confusion.f1, lambda *pair: metrics.f1_score(*(one == 1 for one in pair), zero_division=0.0)),
    ],
    ids=["f1_macro", "f1_weighted", "balanced_accuracy", "f1"],
)
def test_scores_of_classes_are_scikit_learns(ours: object, theirs: object) -> None:
    for known, predicted in pairs():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of predicted classes that no galaxy has
            expected = theirs(known, predicted)
        assert ours(known, predicted) == expected


def test_roc_auc_is_scikit_learns_with_ties_and_not_known_of_one_class_alone() -> None:
    rng = np.random.default_rng(2)
    for galaxies in (2, 9, 40, 600):
        known = np.arange(galaxies) % 2
        for scores in (rng.random(galaxies), rng.integers(5, size=galaxies) / 4):
            assert confusion.roc_auc(known, scores) == pytest.approx(metrics.roc_auc_score(known, scores), abs=1e-12)
    assert np.isnan(confusion.roc_auc(np.ones(3), rng.random(3)))
    assert np.isnan(confusion.roc_auc(np.zeros(3), rng.random(3)))
