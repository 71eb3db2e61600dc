"""Galaxies with their labels, shard by shard: what train learns from and evaluate tests on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.shards import read_ids, read_images, shard_paths
from tuning_fork.galaxies.splits import SPLITS
from tuning_fork.galaxies.tables import GalaxyTable, quoted


@dataclass(frozen=True)
class StoredImages:
    """Some rows of a shard's images, left on disk: `np.asarray` reads them, each time anew."""

    shard: Path
    rows: np.ndarray

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(read_images(self.shard)[self.rows], dtype)


@dataclass(frozen=True)
class Examples:
    """Labelled galaxies: `ids` (n,), `targets` (n, k) in 0-1, `images` uint8 (n, height, width, channels)."""

    ids: np.ndarray
    targets: np.ndarray
    images: np.ndarray | StoredImages

    def in_memory(self) -> Self:
        """Return the same galaxies, their images read."""
        return replace(self, images=np.asarray(self.images))


def read_examples(
    labels: Path, shards: Path, split: str, targets: Sequence[str], shape: tuple[int, int, int]
) -> list[Examples]:
    """Return the galaxies of one split, their images on disk: those of each shard that has any, in order.

    `targets` are the names of what is to be learnt of them; `shape` is the images': height, width, channels. A
    UserError says what is wrong in labels or shards, or names a galaxy that no shard has, or more than one.
    """
    labelled = read_labels(labels, split, targets)
    examples = []
    for shard in shard_paths(shards):
        ids = read_ids(shard, shape)
        rows = np.flatnonzero(np.isin(ids, labelled.index))
        if len(rows) > 0:
            examples.append(Examples(ids[rows], labelled.loc[ids[rows]].to_numpy(), StoredImages(shard, rows)))
    found = pd.Index(np.concatenate([part.ids for part in examples]) if examples else [])
    for galaxy in labelled.index.difference(found):
        raise UserError(f"{shards}: galaxy {galaxy} is labelled but in no shard: run `dvc repro`")
    for galaxy in found[found.duplicated()]:
        raise UserError(f"{shards}: galaxy {galaxy} is in it twice: run `dvc repro crop`")
    return examples


def read_survey(labels: Path, shards: Path, targets: Sequence[str], shape: tuple[int, int, int]) -> list[Examples]:
    """Return all galaxies but those of the test, labelled or not, without targets, their images on disk."""
    test = read_labels(labels, "test", targets).index
    survey = []
    for shard in shard_paths(shards):
        ids = read_ids(shard, shape)
        rows = np.flatnonzero(~np.isin(ids, test))
        survey.append(Examples(ids[rows], np.empty((len(rows), 0)), StoredImages(shard, rows)))
    return survey


def read_labels(path: Path, split: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return the targets of one split's galaxies by GalaxyID, float64; a UserError says what is wrong in the file."""
    cure = "run `dvc repro label`"
    table = GalaxyTable.read(path.read_bytes(), ("GalaxyID", "split", *targets), str(path), cure)
    ids, splits = table.ids(), table.rows["split"]
    for row in splits.index[~splits.isin(SPLITS)]:
        raise table.mistake(row, "split", f"{quoted(splits[row])} is none of {', '.join(SPLITS)}")
    labelled = table.fractions(targets).set_index(ids)[(splits == split).to_numpy()]
    if labelled.empty:
        raise UserError(f"{path}: no galaxy in the {split} split: {cure}")
    return labelled


def count(examples: Sequence[Examples]) -> int:
    """Return the number of galaxies in all parts together."""
    return sum(len(part.ids) for part in examples)


def images_of(examples: Sequence[Examples], rows: np.ndarray) -> np.ndarray:
    """Return the images of some galaxies, `rows` (m,) counted over all parts: uint8 (m, height, width, channels)."""
    found: dict[int, np.ndarray] = {}
    first = 0
    for part in examples:
        here = rows[(first <= rows) & (rows < first + len(part.ids))]
        if len(here) > 0:
            found |= zip(here.tolist(), np.asarray(part.images)[here - first], strict=True)
        first += len(part.ids)
    shape = np.asarray(examples[0].images).shape[1:]
    return np.array([found[row] for row in rows.tolist()], np.uint8).reshape(-1, *shape)
