"""A galaxy's split: decided by its GalaxyID and the seed, and by nothing else."""

import numpy as np

from tuning_fork.galaxies.splits import SPLITS, assign_splits

SHARES = (0.6, 0.2, 0.2)
IDS = np.arange(100_000, 130_000)
PINNED = {
    100008: "train",
    100023: "train",
    100053: "train",
    100078: "train",
    100090: "train",
    100122: "test",
    100123: "validation",
    100128: "validation",
    100134: "test",
    100143: "train",
    999967: "train",
}


def test_each_split_gets_about_its_share() -> None:
    splits = assign_splits(IDS, SHARES, 1)
    for name, share in zip(SPLITS, SHARES, strict=True):
        noise = np.sqrt(share * (1 - share) / len(IDS))
        assert abs((splits == name).mean() - share) < 4 * noise


def test_galaxies_keep_their_split_when_others_come_or_the_order_changes() -> None:
    splits = dict(zip(IDS, assign_splits(IDS, SHARES, 1), strict=True))
    some = np.random.default_rng(1).permutation(IDS)[:1000]
    assert assign_splits(some, SHARES, 1).tolist() == [splits[galaxy] for galaxy in some]


def test_the_split_of_a_galaxy_is_the_same_today_and_in_years() -> None:
    assert assign_splits(PINNED, SHARES, 1).tolist() == list(PINNED.values())
    assert assign_splits([np.int64(galaxy) for galaxy in PINNED], SHARES, 1).tolist() == list(PINNED.values())


def test_another_seed_is_another_split() -> None:
    same = assign_splits(IDS, SHARES, 1) == assign_splits(IDS, SHARES, 2)
    assert abs(same.mean() - (0.6**2 + 0.2**2 + 0.2**2)) < 0.02


def test_a_larger_validation_share_takes_no_galaxy_out_of_training_into_test() -> None:
    before, after = assign_splits(IDS, SHARES, 1), assign_splits(IDS, (0.6, 0.3, 0.1), 1)
    assert (after[before == "train"] == "train").all()
    assert set(after[before == "validation"]) == {"validation"}


def test_no_galaxies_have_no_splits() -> None:
    assert assign_splits([], SHARES, 1).shape == (0,)
