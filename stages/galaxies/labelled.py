"""Galaxies with their labels: what train learns from and evaluate tests on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from stages.galaxies.shards import read_images
from stages.galaxies.tasks import Task


@dataclass(frozen=True)
class Examples:
    """Labelled galaxies: `ids` (n,), `images` uint8 (n, height, width, channels), `targets` (n, k) in 0-1."""

    ids: np.ndarray
    images: np.ndarray
    targets: np.ndarray


def read_examples(labels: Path, shards: Path, split: str, task: Task) -> Examples:
    """Return the galaxies of one split, in the order of labels.csv."""
    table = pd.read_csv(labels)
    table = table[table["split"] == split]
    ids = table["GalaxyID"].to_numpy()
    return Examples(ids, read_images(shards, ids), table[list(task.targets)].to_numpy(float))
