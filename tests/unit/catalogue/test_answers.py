"""A galaxy in words: what a network of task votes sees in it."""

import numpy as np
import pytest

from tests.data.surveys import KEYS, SURVEY
from tuning_fork.catalogue.answers import description

SPIRAL = {
    "featured": 0.8,
    "smooth": 0.2,
    "face_on": 0.75,
    "no_bar": 0.6,
    "bar": 0.15,
    "spiral": 0.7,
    "medium_arms": 0.4,
}
SPIRAL |= {"two_arms": 0.31, "unclear_arms": 0.3, "noticeable_bulge": 0.55, "not_odd": 0.9, "odd": 0.1, "ring": 0.08}
GALAXIES = {
    "a spiral": (
        SPIRAL,
        "featured, face-on, no bar, spiral, medium arms, two arms, noticeable bulge: 0.31",
    ),
    "nothing is said of arms that nobody can count, however few say so": (
        SPIRAL | {"two_arms": 0.0, "unclear_arms": 0.1},
        "featured, face-on, no bar, spiral, medium arms, noticeable bulge: 0.40",
    ),
    "an answer of those who were not led there is not named": (
        {"smooth": 0.6, "featured": 0.4, "face_on": 0.9, "in_between": 0.5, "round": 0.1, "not_odd": 1.0},
        "smooth, in between: 0.50",
    ),
    "what is odd comes last": (
        {"smooth": 0.6, "round": 0.5, "odd": 0.52, "not_odd": 0.48, "merger": 0.256, "ring": 0.1},
        "smooth, round, odd, merger: 0.26",
    ),
    "an edge-on galaxy": (
        {"featured": 1.0, "edge_on": 0.9, "face_on": 0.1, "spiral": 0.1, "no_edge_on_bulge": 0.7, "not_odd": 0.2},
        "featured, edge-on, no edge-on bulge: 0.70",
    ),
    "of a star nothing else is asked": ({"artifact": 0.9, "smooth": 0.1, "odd": 1.0}, "artifact: 0.90"),
    "the first of equals": (
        {
            "smooth": 0.5,
            "featured": 0.5,
            "in_between": 0.25,
            "cigar": 0.25,
            "odd": 0.5,
            "not_odd": 0.5,
            "dust_lane": 0.1,
        },
        "smooth, in between, odd, dust lane: 0.10",
    ),
}


@pytest.mark.parametrize("galaxy", GALAXIES)
def test_a_description_follows_the_answers_with_most_votes(galaxy: str) -> None:
    votes, expected = GALAXIES[galaxy]
    assert votes.keys() <= set(KEYS)
    assert description(np.array([votes.get(key, 0.0) for key in KEYS]), SURVEY) == expected
