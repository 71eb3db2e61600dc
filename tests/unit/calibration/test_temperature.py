"""The temperature of several classes' probabilities: found again, harmless with few galaxies."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from tests.data.surveys import FIVE
from tuning_fork.calibration.temperature import Temperature

EYE = np.eye(5)


def drawn(galaxies: int, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Return targets, and the probabilities of a network that is so many times too sure."""
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (galaxies, 5))
    classes = [rng.choice(5, p=true) for true in softmax(logits, axis=1)]
    return EYE[classes], softmax(temperature * logits, axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_a_temperature_is_found_again(temperature: float) -> None:
    targets, outputs = drawn(20_000, temperature)
    assert Temperature.fit(targets, outputs, FIVE).temperature == pytest.approx(temperature, rel=0.05)


def test_calibrated_probabilities_are_nearer_and_the_most_probable_class_stays() -> None:
    targets, outputs = drawn(2_000, 2.5)
    shares = Temperature.fit(targets[:1000], outputs[:1000], FIVE).shares(outputs)
    np.testing.assert_array_equal(shares.argmax(axis=1), outputs.argmax(axis=1))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    before, after = (-np.log((targets * one).sum(axis=1))[1000:].mean() for one in (outputs, shares))
    assert after < before - 0.1


@pytest.mark.parametrize("right", [15, 12, 0])
def test_fifteen_galaxies_do_no_harm(right: int) -> None:
    """All right, some wrong, or all wrong: the temperature stays within a factor of a few."""
    logits = 3 * EYE[np.arange(15) % 5]
    targets = EYE[(np.arange(15) + (np.arange(15) >= right)) % 5]
    assert 1 / 3 < Temperature.fit(targets, softmax(logits, axis=1), FIVE).temperature < 5


@pytest.mark.parametrize("outputs", [EYE, EYE[::-1], np.full((5, 5), 0.2)])
def test_certainty_right_or_wrong_makes_nothing_infinite(outputs: np.ndarray) -> None:
    found = Temperature.fit(EYE, outputs, FIVE)
    assert 0.01 < found.temperature < 200
    assert np.isfinite(log_softmax(found.shares(outputs), axis=1)).all()


def test_the_uncertainty_is_the_probability_of_another_class() -> None:
    shares = np.array([[0.7, 0.1, 0.1, 0.1, 0.0]])
    np.testing.assert_allclose(Temperature(temperature=2.0).uncertainty(shares)[0, 0], 0.3)
