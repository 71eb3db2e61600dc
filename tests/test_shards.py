"""Shards, and the labelled galaxies of a split in them, read when they are asked for."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stages.errors import UserError
from stages.galaxies.examples import Examples, StoredImages, count, read_examples
from stages.galaxies.shards import read_ids, read_images, shard_paths, write_shard
from stages.galaxies.tasks import TASKS

RNG = np.random.default_rng(1)
IDS = np.array([3, 5, 8, 13, 21, 34, 55], np.int64)
IMAGES = RNG.integers(0, 256, (7, 8, 8, 3)).astype(np.uint8)
SPLITS = ["train", "test", "train", "test", "train", "train", "train"]
TARGETS = [0, 1, 1, 0, 1, 0, 1]


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """Give a folder with shards, the second of which had no usable image."""
    for number, rows in enumerate([slice(0, 3), slice(3, 3), slice(3, 4), slice(4, 7)]):
        write_shard(tmp_path, number, IDS[rows], IMAGES[rows])
    return tmp_path


def read(shards: Path, split: str = "train", ids: np.ndarray = IDS) -> list[Examples]:
    """Return the galaxies of a split; labels.csv has them in another order than the shards."""
    labels = shards / "labels.csv"
    pd.DataFrame({"GalaxyID": ids, "split": SPLITS, "featured": TARGETS})[::-1].to_csv(labels, index=False)
    return read_examples(labels, shards, split, TASKS["binary"])


def test_a_split_has_its_galaxies_with_their_targets_and_images_in_the_shards_order(shards: Path) -> None:
    parts = read(shards)
    rows = [0, 2, 4, 5, 6]
    assert [part.ids.tolist() for part in parts] == [[3, 8], [21, 34, 55]]
    assert count(parts) == 5
    np.testing.assert_array_equal(np.concatenate([part.targets for part in parts]), np.array(TARGETS)[rows, None])
    np.testing.assert_array_equal(np.concatenate([part.images for part in parts]), IMAGES[rows])


def test_images_stay_on_disk_until_they_are_asked_for(shards: Path) -> None:
    part = read(shards)[1]
    held = part.in_memory()
    assert isinstance(part.images, StoredImages)
    assert isinstance(held.images, np.ndarray)
    write_shard(shards, 3, IDS[4:], IMAGES[4:] // 2)
    np.testing.assert_array_equal(np.asarray(part.images), IMAGES[4:] // 2)
    np.testing.assert_array_equal(held.images, IMAGES[4:])
    assert held.images.dtype == np.uint8


def test_a_shard_is_read_as_it_was_written(shards: Path) -> None:
    first, empty, *_ = shard_paths(shards)
    np.testing.assert_array_equal(read_ids(first), IDS[:3])
    np.testing.assert_array_equal(read_images(first), IMAGES[:3])
    assert read_images(empty).shape == (0, 8, 8, 3)


def test_the_same_galaxies_are_the_same_bytes(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    write_shard(again, 0, IDS[:3], IMAGES[:3])
    assert (again / "shard-00000.npz").read_bytes() == (shards / "shard-00000.npz").read_bytes()
    assert [path.name for path in again.iterdir()] == ["shard-00000.npz"]


def test_the_bytes_are_those_of_every_release_of_python(tmp_path: Path) -> None:
    write_shard(tmp_path, 0, IDS, np.arange(7 * 4 * 4 * 3).astype(np.uint8).reshape(7, 4, 4, 3))
    assert hashlib.md5((tmp_path / "shard-00000.npz").read_bytes()).hexdigest() == "1b7c8979fee89950cf325149edf8484d"


def test_a_galaxy_that_no_shard_has_is_named(shards: Path) -> None:
    with pytest.raises(UserError, match="galaxy 4 is labelled but in no shard: run `dvc repro`"):
        read(shards, ids=np.array([4, *IDS[1:]]))


def test_a_folder_without_shards_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shards there: run `dvc repro crop`"):
        read(tmp_path)
