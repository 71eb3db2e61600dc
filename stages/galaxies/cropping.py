"""A shard from its images: cut-outs of those that can be used, and why the others cannot.

In a module of its own, so that workers of a cluster find it by the same name.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stages.galaxies.archives import DAMAGE, opened
from stages.galaxies.cutouts import UnusableImageError, cut_out
from stages.galaxies.shards import write_shard
from stages.params import Preparation

Member = tuple[int, str]
"""A GalaxyID and the name of its JPEG in the archive."""
Rejected = tuple[int, str]
"""A GalaxyID and why its image cannot be used."""


def crop_shard(
    archive: Path, folder: Path, images: Preparation, shard: tuple[int, list[Member]]
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
    archive: Path, members: list[Member], images: Preparation
) -> Iterator[tuple[int, np.ndarray | UnusableImageError]]:
    """Yield each member's cut-out, or why there is none."""
    for galaxy, name in members:
        try:
            yield galaxy, cut_out(opened(archive).read(name), images)
        except DAMAGE as error:
            yield galaxy, UnusableImageError(f"damaged in the zip: {error}")
        except UnusableImageError as reason:
            yield galaxy, reason
