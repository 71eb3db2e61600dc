"""Shards: cut-outs of many galaxies in npz files, the same bytes for the same galaxies."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from stages.errors import UserError
from stages.files import whole_file

GALAXIES_A_SHARD = 1000
"""Images of 64x64 pixels in colour make a shard of 12 MB."""


def write_shard(folder: Path, number: int, ids: np.ndarray, images: np.ndarray) -> None:
    """Write shard `number`: `ids` int64 (n,) and `images` uint8 (n, size, size, channels), uncompressed."""
    with whole_file(folder / f"shard-{number:05}.npz") as part, part.open("wb") as file:
        np.savez(file, ids=ids, images=images)


def iterate_shards(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the ids and images of each shard, in order."""
    paths = sorted(folder.glob("shard-*.npz"))
    if not paths:
        raise UserError(f"{folder}: no shards there: run `dvc repro crop`")
    for path in paths:
        with np.load(path) as shard:
            yield shard["ids"], shard["images"]


def read_images(folder: Path, galaxy_ids: Collection[int]) -> np.ndarray:
    """Return the images of `galaxy_ids`, in their order: uint8 (n, size, size, channels).

    Holds one shard beside the result. A UserError names a galaxy that no shard has.
    """
    wanted = np.fromiter(galaxy_ids, dtype=np.int64)
    order = np.argsort(wanted)
    images, found = None, np.zeros(len(wanted), bool)
    for ids, pixels in iterate_shards(folder):
        if images is None:
            images = np.empty((len(wanted), *pixels.shape[1:]), np.uint8)
        in_shard = np.flatnonzero(np.isin(ids, wanted))
        places = order[np.searchsorted(wanted, ids[in_shard], sorter=order)]
        images[places], found[places] = pixels[in_shard], True
    for galaxy in wanted[~found]:
        raise UserError(f"{folder}: galaxy {galaxy} is labelled but in no shard: run `dvc repro`")
    return images
