"""Which galaxies choose the epoch and test: a seed of the split that gives every class to each, and the folds."""

import numpy as np
import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.splits import SPLITS, assign_splits, uniform

FOLDS = 5
VALIDATION = 1 / 8
"""Share of the galaxies to learn from that choose the epoch and calibrate, in each fold."""
MOST_TRIED = 20_000
LEAST = 2
"""Galaxies of each class that each split has."""


def shares(rarest: int, is_cross_validated: bool) -> tuple[float, float, float]:
    """Return the shares of training, validation and test, where the rarest class has so many galaxies."""
    held_out = round(min(0.25, max(0.1, 4 / rarest)), 2)
    test = held_out if is_cross_validated else 0.2
    return round(1 - held_out - test, 2), held_out, test


def seed_of_split(classes: pd.Series, parts: tuple[float, float, float]) -> int:
    """Return the first seed of the split by which each class, by GalaxyID, is in each split at least twice."""
    codes, names = pd.factorize(classes)
    for seed in range(1, MOST_TRIED):
        splits = assign_splits(classes.index, parts, seed)
        counts = [np.bincount(codes[splits == one], minlength=len(names)) for one in SPLITS]
        if np.min(counts) >= LEAST:
            return seed
    rare = classes.value_counts()
    raise UserError(
        f"too few labels for a training, a validation and a test: class {rare.index[-1]} has {rare.iloc[-1]} of "
        f"{len(classes)}: label more of it, or join it with another class"
    )


def dealt(ids: np.ndarray, classes: np.ndarray, hands: int, seed: int) -> np.ndarray:
    """Deal galaxies out, each class evenly, in an order by the seed: return the number of each one's hand, (n,)."""
    order = sorted(range(len(ids)), key=lambda row: (str(classes[row]), uniform(seed, ids[row])))
    hand = np.empty(len(ids), int)
    hand[order] = np.arange(len(ids)) % hands
    return hand
