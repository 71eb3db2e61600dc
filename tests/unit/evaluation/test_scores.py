"""The scores: what they are on cases worked out by hand, and how sure."""

import math
import warnings

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss

from tests.data.surveys import FIVE, TASKS
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import scores_with_intervals

BINARY = ["accuracy", "f1", "roc_auc", "balanced_accuracy"]
FEW = 10
"""Resamples where the score is looked at, and not its interval."""
REGRESSION = ["mse", "r2", "accuracy", "f1"]
CLASSES = ["accuracy", "balanced_accuracy", "f1", "log_loss"]


def binary(targets: list[int], outputs: list[float]) -> Predictions:
    columns = (np.array(values, float)[:, None] for values in (targets, outputs))
    return Predictions(np.arange(len(targets)), *columns, TASKS["binary"])


def noisy_binary(galaxies: int, seed: int = 1) -> Predictions:
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, galaxies)
    return binary(targets, np.clip(0.3 + 0.4 * targets + rng.normal(0, 0.25, galaxies), 0, 1))


def noisy_regression(galaxies: int, seed: int = 1) -> Predictions:
    rng = np.random.default_rng(seed)
    targets = rng.dirichlet([0.5] * 4, galaxies)
    outputs = targets + rng.normal(0, 0.15, targets.shape)
    return Predictions(np.arange(galaxies), targets, outputs, TASKS["regression"])


def noisy_classes(galaxies: int, seed: int = 1) -> Predictions:
    """Return predictions of five classes, of which the first is rare."""
    rng = np.random.default_rng(seed)
    targets = np.eye(5)[rng.choice(5, galaxies, p=[0.06, 0.24, 0.2, 0.3, 0.2])]
    outputs = np.exp(2 * targets + rng.normal(0, 1, targets.shape))
    return Predictions(np.arange(galaxies), targets, outputs / outputs.sum(axis=1, keepdims=True), FIVE)


def test_scores_of_classes_are_scikit_learns() -> None:
    run = noisy_classes(200)
    known, predicted = run.targets.argmax(axis=1), run.outputs.argmax(axis=1)
    scores = scores_with_intervals(run, FEW, 1)
    assert scores["accuracy"] == pytest.approx(accuracy_score(known, predicted), abs=1e-6)
    assert scores["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(known, predicted), abs=1e-6)
    assert scores["f1"] == pytest.approx(f1_score(known, predicted, average="macro"), abs=1e-6)
    assert scores["log_loss"] == pytest.approx(log_loss(known, run.outputs), abs=1e-6)


def test_a_class_that_no_test_galaxy_has_does_no_harm() -> None:
    targets, outputs = np.eye(5)[[0, 1, 1, 2]], np.eye(5)[[0, 1, 4, 2]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = scores_with_intervals(Predictions(np.arange(4), targets, outputs, FIVE), 200, 1)
    assert scores["balanced_accuracy"] == pytest.approx((1 + 1 / 2 + 1) / 3, abs=1e-6)
    assert all(math.isfinite(value) for value in scores.values())


def test_binary_scores_are_those_worked_out_by_hand() -> None:
    # Called featured: the 2nd, 4th and 5th. Right: the 1st, 4th and 5th. Of six (featured, smooth) pairs one is out of
    # order: 0.4 is below 0.6.
    scores = scores_with_intervals(binary([0, 0, 1, 1, 1], [0.1, 0.6, 0.4, 0.7, 0.9]), FEW, 1)
    assert scores["accuracy"] == pytest.approx(3 / 5)
    assert scores["f1"] == pytest.approx(2 / 3, abs=1e-6)
    assert scores["roc_auc"] == pytest.approx(5 / 6, abs=1e-6)
    assert scores["balanced_accuracy"] == pytest.approx((1 / 2 + 2 / 3) / 2, abs=1e-6)
    assert scores["majority_accuracy"] == pytest.approx(3 / 5)
    assert scores["test_galaxies"] == 5


def test_regression_scores_are_those_worked_out_by_hand() -> None:
    targets = np.full((4, 4), 0.1) + 0.6 * np.eye(4)
    outputs = targets.copy()
    outputs[3] = targets[0]  # the fourth galaxy is taken for the first's class
    scores = scores_with_intervals(Predictions(np.arange(4), targets, outputs, TASKS["regression"]), FEW, 1)
    assert scores["mse"] == pytest.approx(2 * 0.6**2 / 16)
    missed = 1 - 0.6**2 / (0.45**2 + 3 * 0.15**2)  # R² of the first and of the fourth class; the others have 1
    assert scores["r2"] == pytest.approx((2 + 2 * missed) / 4, abs=1e-6)
    assert scores["accuracy"] == pytest.approx(3 / 4)
    assert scores["f1"] == pytest.approx((2 / 3 + 1 + 1 + 0) / 4, abs=1e-6)
    assert scores["majority_accuracy"] == pytest.approx(1 / 4)
    assert scores["test_galaxies"] == 4


@pytest.mark.parametrize(
    ("predictions", "names"),
    [(noisy_binary, BINARY), (noisy_regression, REGRESSION), (noisy_classes, CLASSES)],
)
def test_intervals_hold_the_score_and_narrow_with_more_galaxies(predictions: object, names: list[str]) -> None:
    few, many = (scores_with_intervals(predictions(galaxies), 200, 1) for galaxies in (100, 1600))
    expected = [key for name in names for key in (name, f"{name}_low", f"{name}_high")]
    assert list(few) == [*expected, "majority_accuracy", "test_galaxies"]
    for name in names:
        widths = []
        for scores in (few, many):
            assert scores[f"{name}_low"] < scores[name] < scores[f"{name}_high"]
            widths.append(scores[f"{name}_high"] - scores[f"{name}_low"])
        assert 2 < widths[0] / widths[1] < 8, "16 times the galaxies make an interval about a quarter as wide"


@pytest.mark.slow
def test_an_interval_is_as_wide_as_chance_makes_it() -> None:
    scores = scores_with_intervals(noisy_binary(1000), 1000, 1)
    error = math.sqrt(scores["accuracy"] * (1 - scores["accuracy"]) / 1000)
    assert scores["accuracy_high"] - scores["accuracy_low"] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_the_same_seed_is_the_same_interval_and_another_seed_another() -> None:
    first, same, other = (scores_with_intervals(noisy_binary(100), FEW, seed) for seed in (1, 1, 2))
    assert first == same
    assert first["accuracy"] == other["accuracy"]
    assert first != other


def test_resamples_of_one_class_alone_do_no_harm() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = scores_with_intervals(binary([0, 0, 1], [0.2, 0.4, 0.9]), 200, 1)
    assert all(math.isfinite(value) for value in scores.values())
    assert scores["roc_auc"] == scores["roc_auc_low"] == 1


def test_a_network_that_says_the_same_of_all_is_no_better_than_the_floor() -> None:
    scores = scores_with_intervals(binary([0, 0, 0, 1], [0.3] * 4), FEW, 1)
    assert scores["accuracy"] == scores["majority_accuracy"] == 0.75
    assert (scores["f1"], scores["roc_auc"], scores["balanced_accuracy"]) == (0, 0.5, 0.5)


def test_f1_of_a_regression_weighs_classes_by_their_galaxies() -> None:
    targets, outputs = np.eye(4)[[0, 0, 0, 1]], np.eye(4)[[0, 0, 1, 1]]
    scores = scores_with_intervals(Predictions(np.arange(4), targets, outputs, TASKS["regression"]), FEW, 1)
    first, second = 2 * 1 * (2 / 3) / (1 + 2 / 3), 2 * 0.5 * 1 / (0.5 + 1)  # 2 x precision x recall / their sum
    assert scores["f1"] == pytest.approx((3 * first + second) / 4, abs=1e-6)


@pytest.mark.parametrize(
    ("is_right", "low", "high"), [(True, 0.025 ** (1 / 20), 1.0), (False, 0.0, 1 - 0.025 ** (1 / 20))]
)
def test_of_twenty_galaxies_that_are_all_right_or_all_wrong_the_interval_is_the_exact_one(
    is_right: bool, low: float, high: float
) -> None:
    scores = scores_with_intervals(binary([0, 1] * 10, [0.1, 0.9] * 10 if is_right else [0.9, 0.1] * 10), FEW, 1)
    assert scores["accuracy"] == float(is_right)
    assert (scores["accuracy_low"], scores["accuracy_high"]) == pytest.approx((low, high), abs=1e-6)
