"""Learning curves: the law is found again in what follows it, and its uncertainty holds what comes."""

import numpy as np
import pytest

from tests.data.surveys import TASKS
from tuning_fork.budget.command import FEWEST, of_fewer, steps
from tuning_fork.budget.learning_curve import extrapolated, learning_curve
from tuning_fork.core.errors import UserError
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions

NUMBERS = [125, 300, 800, 2000, 5000]
R2 = next(metric for metric in metrics_of(TASKS["regression"]) if metric.is_decisive)
MSE = next(metric for metric in metrics_of(TASKS["regression"]) if metric.name == "mse")


def test_the_law_is_found_in_errors_that_follow_it() -> None:
    numbers = np.array(NUMBERS, float)
    found = extrapolated(numbers, 0.02 + 3 * numbers**-0.6, [20_000, 60_000])
    np.testing.assert_allclose(found, 0.02 + 3 * np.array([20_000.0, 60_000.0]) ** -0.6, rtol=1e-3)


def test_errors_that_are_all_equal_stay_so() -> None:
    assert extrapolated(np.array(NUMBERS, float), np.full(5, 0.1), [60_000])[0] == pytest.approx(0.1, rel=0.01)


def test_a_resample_without_one_of_the_classes_says_nothing_of_more_galaxies() -> None:
    assert np.isnan(extrapolated(np.array(NUMBERS, float), np.array([0.3, np.nan, 0.2, 0.2, 0.1]), [60_000])).all()


def predictions_of(error: float, seed: int) -> Predictions:
    """Return predictions of 400 galaxies, always the same, that are off by about `error`."""
    targets = np.random.default_rng(0).dirichlet([1] * 4, 400)
    noise = np.random.default_rng(seed).normal(0, error, targets.shape)
    return Predictions(np.arange(400), targets, targets + noise, TASKS["regression"])


@pytest.mark.parametrize("metric", [R2, MSE], ids=["r2", "mse"])
def test_the_interval_beyond_holds_what_more_galaxies_bring(metric: object) -> None:
    def error(number: int) -> float:
        return float(np.sqrt(0.001 + number**-0.9))

    runs = {number: [predictions_of(error(number), number + seed) for seed in (1, 2)] for number in NUMBERS}
    curve = learning_curve(runs, metric, [20_000], 200, 1)
    truth = metric.score(*vars_of(predictions_of(error(20_000), 7)))
    found = curve.more[20_000]
    assert found.low <= found.value <= found.high
    assert found.low - 0.01 * abs(truth) <= truth <= found.high + 0.01 * abs(truth)
    for number, estimate in curve.scores.items():
        scores = [metric.score(*vars_of(run)) for run in runs[number]]
        assert estimate.value == pytest.approx(np.mean(scores))
        assert estimate.low < estimate.value < estimate.high


def vars_of(run: Predictions) -> tuple[np.ndarray, np.ndarray]:
    return run.targets, run.outputs


def test_the_steps_go_from_few_to_all_by_like_factors() -> None:
    found = steps(10_000)
    assert (found[0], found[-1], len(found)) == (FEWEST, 10_000, 5)
    ratios = np.divide(found[1:], found[:-1])
    np.testing.assert_allclose(ratios, ratios[0], rtol=0.01)
    with pytest.raises(UserError, match=r"^200 training galaxies: a learning curve needs at least 250$"):
        steps(200)


def test_fewer_galaxies_are_seen_oftener() -> None:
    assert of_fewer(100, 10_000, 25) == {"training.galaxies": 100, "training.epochs": 250}
