"""Shards: cut-outs of many galaxies in npz files, the same bytes for the same galaxies."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_npz
from tuning_fork.core.zip_members import DAMAGE

GALAXIES_A_SHARD = 1000
"""Galaxies that a shard holds, at most: as many images of 64x64 pixels in colour make a shard of 12 MB."""


def write_shard(folder: Path, number: int, ids: np.ndarray, images: np.ndarray) -> None:
    """Write shard `number`: `ids` int64 or text (n,) and `images` uint8 (n, size, size, channels), uncompressed."""
    write_npz(folder / f"shard-{number:05}.npz", ids=ids, images=images)


def shard_paths(folder: Path) -> list[Path]:
    """Return the shards in `folder`, in order; a UserError if there are none."""
    paths = sorted(folder.glob("shard-*.npz"))
    if not paths:
        raise UserError(f"{folder}: no shards there: run `dvc repro crop`")
    return paths


def read_ids(shard: Path, shape: tuple[int, int, int]) -> np.ndarray:
    """Return the GalaxyIDs of a shard, without reading its images: int64 or text (n,).

    A UserError if it is damaged, or if its images are not uint8 (n, *shape).
    """
    with _member(shard, "ids") as file:
        ids = np.lib.format.read_array(file)
    with _member(shard, "images") as file:
        np.lib.format.read_magic(file)
        found, _, kind = np.lib.format.read_array_header_1_0(file)
    _require(shard, "ids", (ids.dtype, ids.shape), (str(ids.dtype) if ids.dtype.kind == "U" else "int64", (ids.size,)))
    _require(shard, "images", (kind, found), ("uint8", (ids.size, *shape)))
    return ids


def _require(shard: Path, name: str, found: tuple[object, tuple], expected: tuple[str, tuple]) -> None:
    """Raise a UserError unless one of a shard's arrays has the type and shape expected."""
    if found != expected:
        is_, should = (f"{kind} {shape}" for kind, shape in (found, expected))
        raise UserError(f"{shard}: its {name} are {is_}, not {should}: run `dvc repro crop`")


def read_images(shard: Path) -> np.ndarray:
    """Return the images of a shard: uint8 (n, size, size, channels); a UserError if it is damaged."""
    with _member(shard, "images") as file:
        return np.lib.format.read_array(file)


@contextmanager
def _member(shard: Path, name: str) -> Iterator[IO[bytes]]:
    """Open one of a shard's arrays; damage met while it is read is a UserError."""
    try:
        with zipfile.ZipFile(shard) as archive, archive.open(f"{name}.npy") as file:
            yield file
    except (KeyError, *DAMAGE) as error:
        found = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{shard}: is damaged ({found}): run `dvc repro crop`") from None
