"""Shards: the images of any galaxies, in any order, from whatever shard they are in."""

from pathlib import Path

import numpy as np
import pytest

from stages.errors import UserError
from stages.galaxies.shards import read_images, write_shard

RNG = np.random.default_rng(1)
IDS = np.array([3, 5, 8, 13, 21, 34, 55], np.int64)
IMAGES = RNG.integers(0, 256, (7, 8, 8, 3)).astype(np.uint8)


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    for number, rows in enumerate([slice(0, 3), slice(3, 3), slice(3, 7)]):  # the second is without a usable image
        write_shard(tmp_path, number, IDS[rows], IMAGES[rows])
    return tmp_path


def test_images_come_in_the_order_asked_for(shards: Path) -> None:
    order = [6, 0, 3, 2]
    np.testing.assert_array_equal(read_images(shards, IDS[order]), IMAGES[order])
    assert read_images(shards, IDS[order]).dtype == np.uint8


def test_no_galaxies_are_no_images(shards: Path) -> None:
    assert read_images(shards, []).shape == (0, 8, 8, 3)


def test_the_same_galaxies_are_the_same_bytes(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    write_shard(again, 0, IDS[:3], IMAGES[:3])
    assert (again / "shard-00000.npz").read_bytes() == (shards / "shard-00000.npz").read_bytes()
    assert [path.name for path in again.iterdir()] == ["shard-00000.npz"]


def test_a_galaxy_that_no_shard_has_is_named(shards: Path) -> None:
    with pytest.raises(UserError, match="galaxy 4 is labelled but in no shard: run `dvc repro`"):
        read_images(shards, [3, 4])


def test_a_folder_without_shards_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shards there: run `dvc repro crop`"):
        read_images(tmp_path, [3])
