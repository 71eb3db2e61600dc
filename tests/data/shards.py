"""Shards of seven galaxies, their labels, and what is said of either."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import TASKS
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.labelled import LabelledGalaxies, read_split
from tuning_fork.galaxies.shards import write_shard

RNG = np.random.default_rng(1)
IDS = np.array([3, 5, 8, 13, 21, 34, 55], np.int64)
IMAGES = RNG.integers(0, 256, (7, 8, 8, 3)).astype(np.uint8)
SPLITS = ["train", "test", "train", "test", "train", "train", "train"]
TARGETS = [0, 1, 1, 0, 1, 0, 1]
SHAPE = (8, 8, 3)


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """Give a folder with shards, the second of which had no usable image."""
    for number, rows in enumerate([slice(0, 3), slice(3, 3), slice(3, 4), slice(4, 7)]):
        write_shard(tmp_path, number, IDS[rows], IMAGES[rows])
    return tmp_path


def read_galaxies(shards: Path, split: str = "train", ids: np.ndarray = IDS) -> LabelledGalaxies:
    """Return the galaxies of a split; labels.csv has them in another order than the shards."""
    labels = shards / "labels.csv"
    pd.DataFrame({"GalaxyID": ids, "split": SPLITS, "featured": TARGETS})[::-1].to_csv(labels, index=False)
    return read_split(labels, shards, split, TASKS["binary"].labels, SHAPE)


def shards_mistake(labels: Path, shards: Path, split: str = "train", shape: tuple[int, int, int] = SHAPE) -> str:
    """Return the one line that is said of labels or shards."""
    with pytest.raises(UserError) as error:
        read_split(labels, shards, split, TASKS["binary"].labels, shape).in_memory()
    assert "\n" not in str(error.value)
    return str(error.value)
