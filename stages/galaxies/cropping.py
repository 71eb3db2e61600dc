"""A shard from its images: cut-outs of those that can be used, and why the others cannot.

In a module of its own, so that workers of a cluster find it by the same name.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from stages.galaxies.cutouts import UnusableImageError, cut_out
from stages.galaxies.light import NOTHING_THERE, Light
from stages.galaxies.shards import write_shard
from stages.galaxies.zip_members import Member, read_member
from stages.params import Preparation

Rejected = tuple[int, str]
"""A GalaxyID and why its image cannot be used."""


def crop_shard(
    archive: Path, folder: Path, images: Preparation, shard: tuple[int, list[tuple[int, Member]]]
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
    ids, pixels = np.array(galaxies, np.int64), np.array(cutouts, np.uint8).reshape(-1, *images.shape)
    is_there = Light(pixels).is_there()
    rejected += [(galaxy, NOTHING_THERE) for galaxy in ids[~is_there].tolist()]
    write_shard(folder, number, ids[is_there], pixels[is_there])
    return len(members), sorted(rejected)


def _cut_outs(
    archive: Path, members: list[tuple[int, Member]], images: Preparation
) -> Iterator[tuple[int, np.ndarray | UnusableImageError]]:
    """Yield each member's cut-out, or why there is none."""
    for galaxy, member in members:
        try:
            yield galaxy, cut_out(read_member(archive, member), images)
        except BadZipFile as error:
            yield galaxy, UnusableImageError(f"damaged in the zip: {error}")
        except UnusableImageError as reason:
            yield galaxy, reason
