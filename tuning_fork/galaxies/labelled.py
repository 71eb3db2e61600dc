"""Labelled galaxies, shard by shard, with images in memory or on disk: what train learns from and evaluate tests on."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import GalaxyID, of_one_kind
from tuning_fork.galaxies.shards import read_ids, read_images, shard_paths
from tuning_fork.galaxies.splits import SPLITS, uniform
from tuning_fork.galaxies.tables import GalaxyTable, quoted
from tuning_fork.galaxies.targets import Targets


@dataclass(frozen=True)
class StoredImages:
    """Some rows of a shard's images, each of a `shape`, left on disk: `np.asarray` reads them, each time anew."""

    shard: Path
    rows: np.ndarray
    image_shape: tuple[int, int, int]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of the images together: (n, height, width, channels)."""
        return (len(self.rows), *self.image_shape)

    def __getitem__(self, rows: np.ndarray) -> "StoredImages":
        """Return some of them, left on disk too."""
        return replace(self, rows=self.rows[rows])

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(read_images(self.shard)[self.rows], dtype)


@dataclass(frozen=True)
class Part:
    """The galaxies of a shard: `ids` (n,), `targets` (n, k) in 0-1, `images` uint8 (n, height, width, channels).

    A target that is not known is NaN.
    """

    ids: np.ndarray
    targets: np.ndarray
    images: np.ndarray | StoredImages


@dataclass(frozen=True)
class LabelledGalaxies:
    """Galaxies with what is to be learnt of them; at least one part."""

    parts: tuple[Part, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def ids(self) -> np.ndarray:
        """The GalaxyIDs, int64 or text (n,)."""
        return np.concatenate([part.ids for part in self.parts])

    @cached_property
    def targets(self) -> np.ndarray:
        """What is to be learnt, float64 (n, k)."""
        return np.concatenate([part.targets for part in self.parts])

    @property
    def shape(self) -> tuple[int, int, int]:
        """The height, width and channels of an image."""
        return self.parts[0].images.shape[1:]

    def in_memory(self) -> Self:
        """Return the same galaxies, their images read."""
        return replace(self, parts=tuple(replace(part, images=np.asarray(part.images)) for part in self.parts))

    def complete(self) -> Self:
        """Return those of the galaxies of which all targets are known."""
        return self._where([np.atleast_1d(np.isfinite(part.targets).all(axis=1)) for part in self.parts])

    def some(self, number: int, seed: int) -> Self:
        """Return so many of the galaxies, chosen by a seed: those of a smaller number are among them."""
        return self.among(sorted(self.ids.tolist(), key=lambda galaxy: uniform(seed, galaxy))[:number])

    def among(self, ids: Sequence[GalaxyID]) -> Self:
        """Return those of the galaxies that have one of these IDs."""
        return self._where([np.isin(part.ids, ids) for part in self.parts])

    def _where(self, are_chosen: Sequence[np.ndarray]) -> Self:
        """Return the galaxies that are chosen, (n,) by part."""
        chosen = ((part, np.flatnonzero(rows)) for part, rows in zip(self.parts, are_chosen, strict=True) if rows.any())
        parts = tuple(Part(part.ids[rows], part.targets[rows], part.images[rows]) for part, rows in chosen)
        return replace(self, parts=parts)

    def smoothed(self, share: float, undecided: np.ndarray) -> Self:
        """Return the same galaxies, a share of their targets replaced by those of an undecided one, (k,)."""
        if share == 0:
            return self
        spread = share * undecided
        return replace(
            self, parts=tuple(replace(part, targets=part.targets * (1 - share) + spread) for part in self.parts)
        )

    def batches(self, size: int, every: int = 1) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the (images, targets) of all galaxies in order, or of `every` so many in each part, `size` at a time.

        A batch is of one part. No more images than those of a part are held.
        """
        for part in self.parts:
            images, targets = np.asarray(part.images)[::every], part.targets[::every]
            for start in range(0, len(images), size):
                yield images[start : start + size], targets[start : start + size]

    def number_of_batches(self, size: int) -> int:
        """Return how many `batches` of all galaxies there are."""
        return sum(math.ceil(len(part.ids) / size) for part in self.parts)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Return the images of some galaxies, `rows` (m,) counted over all: uint8 (m, height, width, channels)."""
        found: dict[int, np.ndarray] = {}
        first = 0
        for part in self.parts:
            here = rows[(first <= rows) & (rows < first + len(part.ids))]
            if len(here) > 0:
                found |= zip(here.tolist(), np.asarray(part.images)[here - first], strict=True)
            first += len(part.ids)
        return np.array([found[row] for row in rows.tolist()], np.uint8).reshape(-1, *self.shape)


def read_split(
    labels: Path, shards: Path, split: str, targets: Targets, shape: tuple[int, int, int]
) -> LabelledGalaxies:
    """Return the galaxies of one split, their images on disk: those of each shard that has any, in order.

    `targets` is what is to be learnt of them; `shape` is the images': height, width, channels. A UserError says what is
    wrong in labels or shards, or names a galaxy that no shard has, or more than one.
    """
    labelled = read_labels(labels, split, targets)
    parts = []
    for shard in shard_paths(shards):
        ids = read_ids(shard, shape)
        labelled.index, here = of_one_kind(labelled.index, ids)
        rows = np.flatnonzero(here.isin(labelled.index))
        if len(rows) > 0:
            parts.append(Part(ids[rows], labelled.loc[here[rows]].to_numpy(), StoredImages(shard, rows, shape)))
    labelled.index, found = of_one_kind(labelled.index, np.concatenate([part.ids for part in parts] or [[]]))
    for galaxy in labelled.index.difference(found):
        raise UserError(f"{shards}: galaxy {galaxy} is labelled but in no shard: run `dvc repro`")
    for galaxy in found[found.duplicated()]:
        raise UserError(f"{shards}: galaxy {galaxy} is in it twice: run `dvc repro crop`")
    return LabelledGalaxies(tuple(parts))


def read_all_but_test(labels: Path, shards: Path, targets: Targets, shape: tuple[int, int, int]) -> LabelledGalaxies:
    """Return all galaxies but those of the test, labelled or not, without targets (n, 0), their images on disk."""
    test = read_labels(labels, "test", targets).index
    parts = []
    for shard in shard_paths(shards):
        ids = read_ids(shard, shape)
        listed, here = of_one_kind(test, ids)
        rows = np.flatnonzero(~here.isin(listed))
        parts.append(Part(ids[rows], np.empty((len(rows), 0)), StoredImages(shard, rows, shape)))
    return LabelledGalaxies(tuple(parts))


def read_labels(path: Path, split: str, targets: Targets) -> pd.DataFrame:
    """Return the targets of one split's galaxies by GalaxyID, float64; a UserError says what is wrong in the file.

    What is not known, where that may be, is NaN.
    """
    cure = "run `dvc repro label`"
    table = GalaxyTable.read(path.read_bytes(), ("GalaxyID", "split", *targets.names), str(path), cure)
    ids, splits = table.ids(), table.rows["split"]
    for row in splits.index[~splits.isin(SPLITS)]:
        raise table.mistake(row, "split", f"{quoted(splits[row])} is none of {', '.join(SPLITS)}")
    unknown = table.rows[list(targets.names)].isna() if targets.may_be_unknown else None
    labelled = table.fractions(targets.names, unknown).set_index(ids)[(splits == split).to_numpy()]
    if labelled.empty:
        raise UserError(f"{path}: no galaxy in the {split} split: {cure}")
    return labelled
