"""The calibration of all answers: how far they are off, by what is known of them, and the study's probabilities."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import KEYS, TASKS
from tests.data.tree_votes import counted_votes, some_votes, unknown
from tuning_fork.calibration.calibration import Beta, Scatter
from tuning_fork.calibration.tree_calibration import TreeCalibration

GALAXIES = 4000


@cache
def simulated(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the votes of 40 volunteers a galaxy, and outputs that are a tenth another galaxy's. Leave them."""
    rng = np.random.default_rng(seed)
    true = some_votes(GALAXIES, rng)
    return counted_votes(true, 40, rng) / 40, 0.9 * true + 0.1 * some_votes(GALAXIES, rng)


@cache
def fitted() -> TreeCalibration:
    return TreeCalibration.fit(*simulated(1), TASKS["votes"])


def test_the_uncertainty_holds_68_per_cent_of_the_votes_of_other_galaxies() -> None:
    targets, outputs = simulated(2)
    covered = (np.abs(targets - outputs) <= fitted().uncertainty(outputs)).mean(axis=0)
    np.testing.assert_allclose(covered, 0.683, atol=0.04)


def test_the_uncertainty_of_the_classes_is_that_of_the_first_answers() -> None:
    _, outputs = simulated(2)
    shares = fitted().shares(outputs)
    np.testing.assert_array_equal(shares, outputs[:, :3])
    np.testing.assert_array_equal(fitted().uncertainty(shares), fitted().uncertainty(outputs)[:, :3])


def test_votes_that_are_not_known_count_for_nothing() -> None:
    targets, outputs = simulated(1)
    half = slice(0, GALAXIES, 2)
    found = TreeCalibration.fit(unknown(targets, half, 11), outputs, TASKS["votes"]).scatter
    known = Scatter.about(np.delete(targets, half, axis=0), np.delete(outputs, half, axis=0))
    of_question = slice(-6, None)
    assert found.floor[of_question] == known.floor[of_question]
    assert found.slope[of_question] == known.slope[of_question]
    assert found.floor[:-6] == fitted().scatter.floor[:-6]


@pytest.mark.parametrize("confidence", [0.8, 0.5])
def test_the_studys_probabilities_are_calibrated_on_the_galaxies_that_it_asked_of(confidence: float) -> None:
    targets, outputs = simulated(1)
    smooth, featured, artifact = targets[:, :3].T
    clear = (np.maximum(smooth, featured) > confidence) & (np.maximum(smooth, featured) >= artifact)
    second = outputs[:, 1] / (outputs[:, 0] + outputs[:, 1])
    expected = Beta.fit((featured > smooth)[clear, None].astype(float), second[clear, None], TASKS["binary"])
    found = fitted().probabilities[f"binary_{100 * confidence:.0f}"]
    np.testing.assert_allclose([found.a, found.b, found.c], [expected.a, expected.b, expected.c], rtol=1e-3)
    ideal = TASKS["binary"].ideal_of(pd.DataFrame(outputs, columns=list(KEYS)))
    np.testing.assert_allclose(ideal[:, 0], second)


def test_galaxies_without_a_clear_one_have_a_calibration_too() -> None:
    even = np.repeat(TASKS["votes"].undecided[None], 20, axis=0)
    found = TreeCalibration.fit(even, even, TASKS["votes"]).probabilities["binary_80"]
    np.testing.assert_allclose([found.a, found.b, found.c], [1, 1, 0], atol=1e-3)
