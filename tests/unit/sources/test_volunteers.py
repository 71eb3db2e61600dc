"""The simulated volunteers: their votes keep the tree's sums and come out as the published ones."""

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import KEYS, SURVEY
from tests.helpers.parameters import simulation
from tuning_fork.sources.simulated.galaxy import SimulatedGalaxy, draw_galaxy
from tuning_fork.surveys.tree_sums import violated_sums

pytestmark = pytest.mark.slow
GALAXIES = 15_000
PUBLISHED_GALAXIES = 61_578
# The classes compared, the confidence that one must exceed, the winner, how many of Kaggle's 61,578 galaxies it wins,
# and by how many percent of all galaxies the simulated share may differ.
FIRST_LEVEL = ("smooth", "featured", "artifact")
SECOND_LEVEL = ("artifact", "edge_on", "face_on", "round", "in_between", "cigar")
PUBLISHED = [
    (FIRST_LEVEL, 0.8, "smooth", 8_110, 1.5),
    (FIRST_LEVEL, 0.8, "featured", 16_135, 2.0),
    (FIRST_LEVEL, 0.8, "artifact", 2, 0.05),
    (FIRST_LEVEL, 0.5, "smooth", 25_860, 2.0),
    (FIRST_LEVEL, 0.5, "featured", 34_105, 2.0),
    (FIRST_LEVEL, 0.5, "artifact", 44, 0.06),
    (SECOND_LEVEL, 0.7, "artifact", 6, 0.05),
    (SECOND_LEVEL, 0.7, "edge_on", 2_835, 1.0),
    (SECOND_LEVEL, 0.7, "face_on", 15_124, 1.5),
    (SECOND_LEVEL, 0.7, "round", 3_269, 1.0),
    (SECOND_LEVEL, 0.7, "in_between", 2_217, 1.2),
    (SECOND_LEVEL, 0.7, "cigar", 52, 0.07),
    (SECOND_LEVEL, 0.5, "edge_on", 5_042, 2.0),
    (SECOND_LEVEL, 0.5, "face_on", 24_821, 2.5),
    (SECOND_LEVEL, 0.5, "round", 8_434, 1.5),
    (SECOND_LEVEL, 0.5, "in_between", 8_069, 1.5),
    (SECOND_LEVEL, 0.5, "cigar", 578, 0.5),
]
# Mean of each column over 10,381 of Kaggle's galaxies.
MEAN_VOTES = (
    "0.434 0.540 0.026 0.106 0.434 0.102 0.332 0.217 0.217 0.042 0.180 0.176 0.036 0.228 0.772 0.172 0.209 0.054 "
    "0.033 0.013 0.033 0.039 0.064 0.042 0.004 0.064 0.011 0.032 0.094 0.085 0.038 0.016 0.094 0.018 0.008 0.008 0.073"
)


@pytest.fixture(scope="module")
def survey() -> list[SimulatedGalaxy]:
    default = simulation(GALAXIES, seed=2)
    return [draw_galaxy(default, SURVEY, index) for index in range(GALAXIES)]


@pytest.fixture(scope="module")
def votes(survey: list[SimulatedGalaxy]) -> pd.DataFrame:
    return pd.DataFrame([galaxy.votes for galaxy in survey], columns=list(KEYS))


def test_every_row_keeps_the_trees_sums(votes: pd.DataFrame) -> None:
    assert list(violated_sums(votes, SURVEY)) == []
    assert votes.min().min() >= 0
    assert votes.max().max() <= 1


@pytest.mark.parametrize("row", PUBLISHED)
def test_shares_of_the_winning_classes_are_as_published(
    votes: pd.DataFrame, row: tuple[tuple[str, ...], float, str, int, float]
) -> None:
    classes, confidence, winner, published, tolerance = row
    fractions = votes[list(classes)]
    wins = (fractions.max(axis=1) > confidence) & (fractions.idxmax(axis=1) == winner)
    assert 100 * wins.mean() == pytest.approx(100 * published / PUBLISHED_GALAXIES, abs=tolerance)


def test_mean_votes_are_as_kaggles(votes: pd.DataFrame) -> None:
    expected = pd.Series(map(float, MEAN_VOTES.split()), KEYS)
    assert (votes.mean() - expected).abs().max() < 0.02


def test_volunteers_err_more_where_less_can_be_seen(survey: list[SimulatedGalaxy]) -> None:
    disks = [galaxy for galaxy in survey if galaxy.truth.kind == "disk" and galaxy.truth.arms]
    seen = np.array([galaxy.observability for galaxy in disks])
    right = np.array([galaxy.votes["featured"] for galaxy in disks])
    worst, best = np.quantile(seen, [0.25, 0.75])
    assert right[seen > best].mean() > right[seen < worst].mean() + 0.15


def test_more_volunteers_agree_better_with_each_other() -> None:
    def scatter(volunteers: int) -> float:
        """Give the mean distance between the votes of two crowds of that size on the same galaxies."""
        one, other = (simulation(GALAXIES, seed=2, volunteers=volunteers + d) for d in (0, 1))
        pairs = [
            (draw_galaxy(one, SURVEY, i).votes["smooth"], draw_galaxy(other, SURVEY, i).votes["smooth"])
            for i in range(300)
        ]
        return float(np.mean([abs(a - b) for a, b in pairs]))

    assert scatter(400) < 0.6 * scatter(20)


def test_one_volunteer_is_enough() -> None:
    alone = simulation(GALAXIES, seed=2, volunteers=1)
    votes = pd.DataFrame([draw_galaxy(alone, SURVEY, index).votes for index in range(200)])
    assert list(violated_sums(votes, SURVEY)) == []
    assert set(votes["odd"]) == {0.0, 1.0}
