"""A map of features, and the nearest galaxies in them."""

import numpy as np
import pytest

from tuning_fork.explorer.feature_map import NEAREST, feature_map

RNG = np.random.default_rng(1)
KINDS = np.repeat([0, 1, 2], 60)
FEATURES = (RNG.normal(0, 1, (180, 20)) + RNG.normal(0, 3, (3, 20))[KINDS]).astype(np.float16)


def test_galaxies_of_a_kind_are_together_in_the_map() -> None:
    positions, nearest = feature_map(FEATURES)
    assert positions.shape == (180, 2)
    assert (positions.min(), positions.max()) == (0, 1)
    centres = np.array([positions[kind == KINDS].mean(axis=0) for kind in range(3)])
    closest = np.linalg.norm(positions[:, None] - centres, axis=2).argmin(axis=1)
    assert (closest == KINDS).mean() > 0.95
    assert (KINDS[nearest] == KINDS[:, None]).mean() > 0.95


def test_nobody_is_its_own_neighbour_not_even_beside_its_double() -> None:
    doubled = np.concatenate([FEATURES, FEATURES])
    _, nearest = feature_map(doubled, most_mapped=100)
    assert nearest.shape == (360, NEAREST)
    assert not (nearest == np.arange(360)[:, None]).any()
    assert (nearest[:, 0] == (np.arange(360) + 180) % 360).all()


def test_the_same_features_give_the_same_map_and_most_are_placed_by_their_neighbours() -> None:
    first, again = (feature_map(FEATURES, most_mapped=90)[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    centres = np.array([first[kind == KINDS].mean(axis=0) for kind in range(3)])
    assert (np.linalg.norm(first[:, None] - centres, axis=2).argmin(axis=1) == KINDS).mean() > 0.9


@pytest.mark.parametrize("count", [1, 2, 4, 5, 9])
def test_few_galaxies_have_places_too(count: int) -> None:
    positions, nearest = feature_map(FEATURES[:count])
    assert np.isfinite(positions).all()
    assert nearest.shape == (count, min(NEAREST, count - 1))
