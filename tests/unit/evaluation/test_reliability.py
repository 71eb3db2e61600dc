"""Scores and figures of calibration and uncertainty, beside what is worked out by hand or known of made-up networks."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.metrics import brier_score_loss

from tuning_fork.evaluation.reliability import (
    calibration_scores,
    coverage_scores,
    expected_calibration_error,
    noise_of_votes,
    noise_scores,
    reliability_table,
)
from tuning_fork.figures.reliability_figures import condition_figure, reliability_figure, uncertainty_figure


def perfect(galaxies: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and the probabilities from which they were drawn."""
    rng = np.random.default_rng(seed)
    probabilities = rng.beta(0.3, 0.3, (galaxies, 1))
    return (rng.random((galaxies, 1)) < probabilities).astype(float), probabilities


def test_the_calibration_error_is_that_worked_out_by_hand() -> None:
    targets = np.array([1.0, 0.0, 1.0, 1.0])
    probabilities = np.array([0.62, 0.64, 1.0, 0.01])  # bins of 1/15: the first two share one
    expected = (abs(1 + 0 - 0.62 - 0.64) + abs(1 - 1.0) + abs(1 - 0.01)) / 4
    assert expected_calibration_error(targets, probabilities) == pytest.approx(expected)


def test_a_perfect_network_is_within_noise_and_an_overconfident_one_is_not() -> None:
    targets, probabilities = perfect(500)
    too_sure = probabilities**6 / (probabilities**6 + (1 - probabilities) ** 6)
    found = calibration_scores(targets, probabilities, too_sure, 300, 1)
    assert found["ece"] < found["ece_noise"]
    assert found["ece_low"] == 0 < found["ece_high"]
    assert found["ece_uncalibrated"] > 2 * found["ece_noise"]
    assert calibration_scores(targets, too_sure, too_sure, 300, 1)["ece_low"] > 0.03
    assert found["brier"] == pytest.approx(brier_score_loss(targets[:, 0], probabilities[:, 0]))
    assert found["brier_low"] < found["brier"] < found["brier_high"] < found["brier_uncalibrated"] + 0.05
    assert found["accuracy_uncalibrated"] == ((too_sure > 0.5) == targets).mean()


@pytest.mark.slow
def test_noise_of_the_calibration_error_is_exceeded_by_one_perfect_network_in_twenty() -> None:
    beyond = []
    for seed in range(100):
        targets, probabilities = perfect(300, seed)
        found = calibration_scores(targets, probabilities, probabilities, 100, seed)
        beyond.append(found["ece"] > found["ece_noise"])
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("slope", [1.0, 1.1, 1.2, 1.4, 2.0, 4.0])
def test_the_interval_of_the_calibration_error_holds_what_endless_galaxies_would_show(slope: float) -> None:
    """Networks are too sure by a factor of `slope` in the log-odds."""

    def too_sure(probabilities: np.ndarray) -> np.ndarray:
        return probabilities**slope / (probabilities**slope + (1 - probabilities) ** slope)

    _, endless = perfect(1_000_000, seed=999)
    truth = expected_calibration_error(endless, too_sure(endless))
    missed = []
    for seed in range(40):
        targets, probabilities = perfect(500, seed)
        found = calibration_scores(targets, too_sure(probabilities), probabilities, 200, seed)
        missed.append(not found["ece_low"] <= truth <= found["ece_high"])
    assert np.mean(missed) <= 0.15  # 0.05 expected


def test_coverage_is_the_share_of_votes_within_the_uncertainty() -> None:
    errors = np.array([[0.1, 0.3], [0.2, 0.0]])
    found = coverage_scores(errors, {68: np.full((2, 2), 0.15), 95: np.full((2, 2), 0.2)}, 100, 1)
    assert (found["coverage_68"], found["coverage_95"]) == (0.5, 0.75)
    assert found["coverage_68_low"] <= 0.5 <= found["coverage_68_high"]


def test_the_noise_of_votes_is_what_volunteers_scatter_by() -> None:
    rng = np.random.default_rng(1)
    share = np.array([0.7, 0.2, 0.1])
    votes = rng.multinomial(40, share, size=20_000) / 40
    np.testing.assert_allclose(noise_of_votes(votes, 40).mean(axis=0), votes.var(axis=0), rtol=0.03)
    found = noise_scores(votes, np.broadcast_to(share, votes.shape), 40)
    assert found["mse_over_noise"] == pytest.approx(1, rel=0.03)
    assert found["noise_mse"] == pytest.approx((share * (1 - share) / 40).mean(), rel=0.03)


def test_votes_without_noise_have_no_ratio() -> None:
    assert noise_scores(np.eye(3), np.eye(3), 40) == {"noise_mse": 0.0}


def test_the_reliability_table_counts() -> None:
    table = reliability_table(np.array([1.0, 0.0, 1.0]), np.array([0.05, 0.07, 1.0]))
    assert table["galaxies"].tolist() == [2, 1]
    assert table["true"].tolist() == [1, 1]
    np.testing.assert_allclose(table["probability"], [0.06, 1.0])


def drawn(figure: Figure) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the points of each curve, in the order of their drawing."""
    lines = [line for axes in figure.axes for line in axes.get_lines() if line.get_linestyle() == "-"]
    return [(np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)) for line in lines]


def test_the_reliability_of_a_perfect_network_is_the_diagonal() -> None:
    targets, probabilities = perfect(20_000)
    curves = drawn(reliability_figure(targets, probabilities, probabilities**2, "Probability", "Share"))
    np.testing.assert_allclose(curves[-1][0], curves[-1][1], atol=0.05)
    assert np.abs(curves[0][0] - curves[0][1]).max() > 0.1


def test_uncertainty_that_holds_is_the_diagonal() -> None:
    rng = np.random.default_rng(1)
    uncertainty = rng.uniform(0.02, 0.2, (20_000, 4))
    errors = np.abs(rng.normal(size=uncertainty.shape) * uncertainty)
    ((stated, found), *_) = drawn(uncertainty_figure(errors, uncertainty))
    np.testing.assert_allclose(found, stated, rtol=0.08)


def test_conditions_show_where_accuracy_falls() -> None:
    rng = np.random.default_rng(1)
    brightness = rng.uniform(0, 1, 4000)
    is_right = rng.random(4000) < 0.5 + brightness / 2
    ((place, accuracy), *_) = drawn(condition_figure(is_right, "Accuracy by brightness", "brightness", brightness))
    np.testing.assert_allclose(accuracy, 0.5 + place / 2, atol=0.06)
    ((place, accuracy), *_) = drawn(condition_figure(is_right, "Accuracy by size", "size", np.full(4000, 7.0)))
    assert (place, accuracy) == (7.0, is_right.mean())  # all are equal: one bin
