"""Shards from an archive's images: cut-outs of those that can be used, and why the others cannot.

It is in a module of its own, so that workers of a cluster find it by the same name.
"""

import csv
import math
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from tqdm import tqdm

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import whole_file
from tuning_fork.core.parallel import Pool, map_in_order, threads
from tuning_fork.core.zip_members import Member, read_member
from tuning_fork.galaxies.ids import GalaxyID, as_array
from tuning_fork.galaxies.raw_files import galaxy_images
from tuning_fork.galaxies.shards import GALAXIES_A_SHARD, write_shard
from tuning_fork.images.framing import usual_radius
from tuning_fork.images.jpeg_cutout import UnusableImageError
from tuning_fork.images.photometry import NOTHING_THERE, Light
from tuning_fork.images.preparing import prepare
from tuning_fork.params.images import Images, Preparation

Rejected = tuple[GalaxyID, str]
"""A GalaxyID and why its image cannot be used."""


def crop_archive(
    archive: Path, folder: Path, images: Images, pool: Pool | None = None, galaxies_a_shard: int = GALAXIES_A_SHARD
) -> None:
    """Write the shards and rejected.csv; a UserError if more than `images.max_rejected` of all images are unusable.

    The work is done by the workers of `pool`, by default a thread a core; the bytes do not depend on that. No shard
    has more than `galaxies_a_shard` galaxies.
    """
    members = galaxy_images(archive)
    count = max(1, math.ceil(len(members) / galaxies_a_shard))
    edges = [len(members) * number // count for number in range(count + 1)]  # alike, so that workers end together
    shards = enumerate(members[start:end] for start, end in pairwise(edges))
    rejected: list[Rejected] = []
    with tqdm(total=len(members), desc="Cropping", unit="galaxy", disable=None) as bar:
        work = partial(crop_shard, archive.resolve(), folder.resolve(), images)
        for done, bad in map_in_order(work, shards, pool or threads()):
            rejected += bad
            bar.update(done)
    with whole_file(folder / "rejected.csv") as part, part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("GalaxyID", "reason"), *rejected])
    if len(rejected) > images.max_rejected * len(members):
        galaxy, reason = rejected[0]
        raise UserError(
            f"{archive}: {len(rejected)} of {len(members)} images are unusable, more than images.max_rejected "
            f"({images.max_rejected}), the first {galaxy}: {reason}; all are in {folder / 'rejected.csv'}: mend "
            "or remove them where they come from and run `dvc repro -f download`, or raise it"
        )


def crop_shard(
    archive: Path, folder: Path, images: Preparation, shard: tuple[int, list[tuple[GalaxyID, Member]]]
) -> tuple[int, list[Rejected]]:
    """Write one shard, of its number and the GalaxyIDs and members that it is to hold.

    Return how many those are, and which of them were rejected.
    """
    number, members = shard
    galaxies, cutouts, rejected = [], [], []
    for galaxy, result in _cut_outs(archive, members, images):
        if isinstance(result, UnusableImageError):
            rejected.append((galaxy, str(result)))
        else:
            galaxies.append(galaxy)
            cutouts.append(result)
    ids, pixels = as_array(galaxies), np.array(cutouts, np.uint8).reshape(-1, *images.shape)
    is_there = Light(pixels).is_there()
    rejected += [(galaxy, NOTHING_THERE) for galaxy in ids[~is_there].tolist()]
    write_shard(folder, number, ids[is_there], pixels[is_there])
    return len(members), sorted(rejected)


def _cut_outs(
    archive: Path, members: list[tuple[GalaxyID, Member]], images: Preparation
) -> Iterator[tuple[GalaxyID, np.ndarray | UnusableImageError]]:
    """Yield each member's cut-out, or why there is none."""
    for galaxy, member in members:
        try:
            yield galaxy, prepare(read_member(archive, member), images, usual=usual_radius(images)).cutout
        except BadZipFile as error:
            yield galaxy, UnusableImageError(f"damaged in the zip: {error}")
        except UnusableImageError as reason:
            yield galaxy, reason
