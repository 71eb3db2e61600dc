"""Stage `crop`: every JPEG of the raw archive becomes a small cut-out in the npz shards of data/shards.

An image that cannot be used is left out and listed with the reason in data/shards/rejected.csv.
"""

import csv
import zipfile
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from stages.errors import UserError, run_stage
from stages.files import whole_file
from stages.galaxies.archives import DAMAGE, IMAGES_ZIP, jpeg_members
from stages.galaxies.cutouts import UnusableImageError, cut_out
from stages.galaxies.shards import GALAXIES_A_SHARD, write_shard
from stages.parallel import map_in_order
from stages.params import Images, read_params

Member = tuple[int, str]
"""A GalaxyID and the name of its JPEG in the archive."""
Rejected = tuple[int, str]
"""A GalaxyID and why its image cannot be used."""


def main() -> None:
    """Crop the archive in data/raw into data/shards."""
    params = read_params()
    crop(Path("data/raw") / IMAGES_ZIP, Path("data/shards"), params.images, scheduler=params.machine.scheduler)


def crop(archive: Path, folder: Path, images: Images, workers: int | None = None, scheduler: str | None = None) -> None:
    """Write the shards and rejected.csv; a UserError if more than `images.max_rejected` of all images are unusable.

    `workers` and `scheduler` are those of `map_in_order`.
    """
    members = jpeg_members(archive)
    starts = range(0, len(members), GALAXIES_A_SHARD)
    shards = enumerate(members[start : start + GALAXIES_A_SHARD] for start in starts)
    rejected: list[Rejected] = []
    with tqdm(total=len(members), desc="Cropping", unit="galaxy", disable=None) as bar:
        crop_shard = partial(_crop_shard, archive.resolve(), folder.resolve(), images)
        for done, bad in map_in_order(crop_shard, shards, workers, scheduler):
            rejected += bad
            bar.update(done)
    with whole_file(folder / "rejected.csv") as part, part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("GalaxyID", "reason"), *rejected])
    if len(rejected) > images.max_rejected * len(members):
        galaxy, reason = rejected[0]
        raise UserError(
            f"{archive}: {len(rejected)} of {len(members)} images are unusable, more than images.max_rejected "
            f"({images.max_rejected}), the first {galaxy}.jpg: {reason}; all are in {folder / 'rejected.csv'}"
        )


def _crop_shard(
    archive: Path, folder: Path, images: Images, shard: tuple[int, list[Member]]
) -> tuple[int, list[Rejected]]:
    """Write one shard; return how many members it was given and which of them were rejected."""
    number, members = shard
    ids, cutouts, rejected = [], [], []
    for galaxy, result in _cut_outs(archive, members, images):
        if isinstance(result, UnusableImageError):
            rejected.append((galaxy, str(result)))
        else:
            ids.append(galaxy)
            cutouts.append(result)
    shape = (-1, *images.shape)
    write_shard(folder, number, np.array(ids, np.int64), np.array(cutouts, np.uint8).reshape(shape))
    return len(members), rejected


def _cut_outs(
    archive: Path, members: list[Member], images: Images
) -> Iterator[tuple[int, np.ndarray | UnusableImageError]]:
    """Yield each member's cut-out, or why there is none."""
    opened = _opened(archive, archive.stat().st_mtime_ns)
    for galaxy, name in members:
        try:
            yield galaxy, cut_out(_read(opened, name), images)
        except UnusableImageError as reason:
            yield galaxy, reason


@lru_cache(maxsize=1)
def _opened(archive: Path, modified: int) -> zipfile.ZipFile:
    """Open an archive once a worker: reading its directory takes time for each image that it has, not of the shard."""
    return zipfile.ZipFile(archive)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member's content; an UnusableImageError if the zip is damaged there."""
    try:
        return archive.read(name)
    except DAMAGE as error:
        raise UnusableImageError(f"damaged in the zip: {error}") from None


if __name__ == "__main__":
    run_stage(main, __doc__)
