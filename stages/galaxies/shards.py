"""Shards: cut-outs of many galaxies in npz files, the same bytes for the same galaxies."""

from pathlib import Path

import numpy as np

from stages.errors import UserError
from stages.files import write_npz

GALAXIES_A_SHARD = 1000
"""At most; that many images of 64x64 pixels in colour make a shard of 12 MB."""


def write_shard(folder: Path, number: int, ids: np.ndarray, images: np.ndarray) -> None:
    """Write shard `number`: `ids` int64 (n,) and `images` uint8 (n, size, size, channels), uncompressed."""
    write_npz(folder / f"shard-{number:05}.npz", ids=ids, images=images)


def shard_paths(folder: Path) -> list[Path]:
    """Return the shards in `folder`, in order; a UserError if there are none."""
    paths = sorted(folder.glob("shard-*.npz"))
    if not paths:
        raise UserError(f"{folder}: no shards there: run `dvc repro crop`")
    return paths


def read_ids(shard: Path) -> np.ndarray:
    """Return the GalaxyIDs of a shard, without reading its images: int64 (n,)."""
    with np.load(shard) as content:
        return content["ids"]


def read_images(shard: Path) -> np.ndarray:
    """Return the images of a shard: uint8 (n, size, size, channels)."""
    with np.load(shard) as content:
        return content["images"]
