"""Calibration: probabilities that come true as often as they say, shares whose uncertainty holds."""

import os
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit

from tests.data.surveys import TASKS
from tests.data.tiny_training import examples
from tests.helpers.imports import ROOT
from tuning_fork.calibration.calibration import CONFIDENCE, WIDE, Beta, Scatter, onto_simplex
from tuning_fork.calibration.outliers import UsualGalaxies

BINARY, SHARES = TASKS["binary"], TASKS["regression"]

RNG_SEED = 1


def biased_network(galaxies: int) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and the probabilities of a network whose log-odds are 2.5 times too large, and 1 too high."""
    rng = np.random.default_rng(RNG_SEED)
    true = expit(rng.normal(0.5, 2, galaxies))
    return (rng.random(galaxies) < true).astype(float)[:, None], expit(2.5 * (logit(true) + 0.4))[:, None]


def test_a_temperature_and_a_bias_are_found_again() -> None:
    found = Beta.fit(*biased_network(100_000), BINARY)
    assert found.a == pytest.approx(1 / 2.5, rel=0.05)
    assert found.b == pytest.approx(1 / 2.5, rel=0.05)
    assert found.c == pytest.approx(-0.4, abs=0.05)


def test_a_network_too_sure_of_one_class_alone_is_found_out() -> None:
    rng = np.random.default_rng(RNG_SEED)
    told = expit(rng.normal(0, 3, 100_000))
    true = expit(1.5 * np.log(told) - 0.5 * np.log1p(-told) + 0.3)
    found = Beta.fit((rng.random(100_000) < true).astype(float)[:, None], told[:, None], BINARY)
    assert (found.a, found.b, found.c) == pytest.approx((1.5, 0.5, 0.3), abs=0.1)


def test_calibrated_probabilities_come_true_as_often_as_they_say() -> None:
    targets, outputs = biased_network(100_000)
    shares = Beta.fit(targets, outputs, BINARY).shares(outputs)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    featured = shares[:, 1]
    for low in np.arange(0, 1, 0.1):
        rows = (low <= featured) & (featured < low + 0.1)
        assert targets[rows, 0].mean() == pytest.approx(featured[rows].mean(), abs=0.02)
        assert abs(targets[rows, 0].mean() - outputs[rows, 0].mean()) > 0.02 or low in {0.0, 0.9}


def test_uncertainty_of_a_probability_is_that_of_being_wrong() -> None:
    shares = np.array([[0.2, 0.8], [0.9, 0.1]])
    np.testing.assert_allclose(Beta(a=1.0, b=1.0, c=0.0).uncertainty(shares).min(axis=1), [0.2, 0.1])


@pytest.mark.parametrize("outputs", [[[0.0], [0.0], [1.0], [1.0]], [[0.4], [0.4], [0.6], [0.6]], [[0.5]] * 4])
def test_few_galaxies_without_a_mistake_make_nothing_infinite(outputs: list) -> None:
    found = Beta.fit(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array(outputs), BINARY)
    assert 0.01 < found.a < 10 and 0.01 < found.b < 10
    assert abs(found.c) < 5


def noisy_shares(galaxies: int) -> tuple[np.ndarray, np.ndarray]:
    """Return predicted shares of three classes, and votes that scatter about them."""
    rng = np.random.default_rng(RNG_SEED)
    predicted = rng.dirichlet([0.6, 0.6, 0.6], galaxies)
    votes = np.array([rng.multinomial(20, share) for share in predicted]) / 20
    return votes, predicted


def test_the_stated_uncertainty_holds_for_other_galaxies_of_the_kind() -> None:
    votes, predicted = noisy_shares(8000)
    scatter = Scatter.fit(votes[:4000], predicted[:4000], SHARES)
    shares = scatter.shares(predicted[4000:])
    uncertainty, error = scatter.uncertainty(shares), np.abs(votes[4000:] - shares)
    np.testing.assert_allclose((error <= uncertainty).mean(axis=0), CONFIDENCE, atol=0.03)
    np.testing.assert_allclose((error <= uncertainty * scatter.widening).mean(axis=0), WIDE, atol=0.015)
    middle = np.abs(shares - 0.5) < 0.1
    assert uncertainty[middle].mean() == pytest.approx((0.25 / 20) ** 0.5, rel=0.15)
    assert uncertainty[shares < 0.02].mean() < uncertainty[middle].mean() / 2


def test_a_class_that_nobody_votes_for_is_no_obstacle() -> None:
    votes = np.array([[1.0, 0.0], [0.5, 0.5]] * 10)
    votes[:16] = [1.0, 0.0]
    scatter = Scatter.fit(votes, votes, SHARES)
    assert np.isfinite(scatter.uncertainty(votes) * scatter.widening).all()


def test_the_nearest_shares_are_those_that_a_solver_finds() -> None:
    rng = np.random.default_rng(RNG_SEED)
    outputs = rng.normal(0.25, 0.5, (20, 4))
    found = onto_simplex(outputs)
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=1), 1)
    for row, nearest in zip(outputs, found, strict=True):
        sum_is_1 = {"type": "eq", "fun": lambda x: x.sum() - 1}

        def distance(shares: np.ndarray, row: np.ndarray = row) -> float:
            return float(((shares - row) ** 2).sum())

        solved = minimize(distance, np.full(4, 0.25), bounds=[(0, 1)] * 4, constraints=sum_is_1, tol=1e-12)
        np.testing.assert_allclose(nearest, solved.x, atol=1e-4)


def test_shares_stay_as_they_are_and_the_largest_stays_the_largest() -> None:
    shares = np.random.default_rng(RNG_SEED).dirichlet([1, 1, 1], 50)
    np.testing.assert_allclose(onto_simplex(shares), shares, atol=1e-12)
    shifted = shares * 1.3 - 0.1
    np.testing.assert_array_equal(onto_simplex(shifted).argmax(axis=1), shifted.argmax(axis=1))


def fitted() -> str:
    """Return all that a training fits with numpy's linear algebra, to the last digit."""
    parts = [part.images for part in examples(1000, RNG_SEED).parts]
    usual = UsualGalaxies.fit(parts, 1000)
    arrays = [np.asarray(value).tobytes().hex() for value in asdict(usual).values()]
    return f"{Beta.fit(*biased_network(500), BINARY)} {Scatter.fit(*noisy_shares(500), SHARES)} {arrays}"


@pytest.mark.slow
def test_other_kernels_of_the_linear_algebra_fit_the_same_numbers() -> None:
    """OpenBLAS picks them, and so the order of sums, by the processor and its cores."""
    code = "from tests.unit.calibration.test_calibration import fitted; print(fitted())"
    other = os.environ | {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-c", code], env=other, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.splitlines()[-1] == fitted()
