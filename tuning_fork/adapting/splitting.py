"""Which galaxies choose the epoch and test: a seed of the split that gives every class to each, and the folds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.splits import SPLITS, assign_splits, uniform

VALIDATION = 1 / 8
"""Share of the galaxies to learn from that choose the epoch and calibrate, in each fold."""
MOST_TRIED = 1000
"""Seeds of the split: so many take a second or two, whatever the number of galaxies."""
LEAST = 2
"""Galaxies of each class that each split has, if there is such a split."""
WEIGHTS = {"train": 1000, "validation": 1, "test": 1}
"""How bad it is that a split lacks a galaxy of a class: one to learn from is needed, the others are wished for."""
ENOUGH = 100
"""Galaxies of a class that are looked at: of so many each split has some, unless they were chosen by that seed."""


class Split(NamedTuple):
    """The `shares` of training, validation and test, the seed of the split, and the classes that are not in each."""

    shares: tuple[float, float, float]
    seed: int
    missing: tuple[str, ...]


def shares(rarest: int, is_cross_validated: bool) -> tuple[float, float, float]:
    """Return the shares of training, validation and test, where the rarest class has so many galaxies.

    A network that is scored by others, by cross-validation, learns from no smaller a share than these: 0.7.
    """
    if is_cross_validated:
        held_out = round(min(0.15, max(0.1, 4 / rarest)), 2)
        return round(1 - 2 * held_out, 2), held_out, held_out
    validation = round(min(0.25, max(0.1, 4 / rarest)), 2)
    return round(0.8 - validation, 2), validation, 0.2


def split_of_classes(classes: pd.Series, parts: tuple[float, float, float], most_tried: int = MOST_TRIED) -> Split:
    """Return the split by the first seed that has each class, by GalaxyID, in each part at least twice.

    If none of `most_tried` has, then by the one that lacks least; a UserError if a class would have fewer than
    `LEAST` galaxies to learn from.
    """
    groups = [group.index[:ENOUGH] for _, group in classes.groupby(classes)]
    groups.sort(key=len)
    best, lacking = 1, np.inf
    for seed in range(1, most_tried + 1):
        found = _lacking(groups, parts, seed, lacking)
        if found < lacking:
            best, lacking = seed, found
        if lacking == 0:
            break
    splits = assign_splits(classes.index, parts, best)
    counts = pd.crosstab(classes.to_numpy(), splits).reindex(columns=SPLITS, fill_value=0)
    for name, count in counts["train"].items():
        if count < LEAST:
            raise UserError(f"too few labels of class {name} for a training and a test of it: label more of it")
    return Split(parts, best, tuple(map(str, counts.index[(counts == 0).any(axis=1)])))


def _lacking(groups: Sequence[pd.Index], parts: tuple[float, float, float], seed: int, most: float) -> float:
    """Return how much the splits lack of the classes, a group of galaxies each: counted no further than `most`."""
    lacking = 0
    for group in groups:
        splits = assign_splits(group, parts, seed)
        lacking += sum(weight * max(LEAST - int((splits == one).sum()), 0) for one, weight in WEIGHTS.items())
        if lacking >= most:
            break
    return lacking


def dealt(ids: np.ndarray, classes: np.ndarray, hands: int, seed: int) -> np.ndarray:
    """Deal galaxies out, each class evenly, in an order by the seed: return the number of each one's hand, (n,)."""
    order = sorted(range(len(ids)), key=lambda row: (str(classes[row]), uniform(seed, ids[row])))
    hand = np.empty(len(ids), int)
    hand[order] = np.arange(len(ids)) % hands
    return hand
