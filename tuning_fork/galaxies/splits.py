"""Which galaxies train, choose the epoch and test: decided once per galaxy, whatever the experiment."""

import hashlib
from collections.abc import Iterable

import numpy as np

from tuning_fork.galaxies.ids import GalaxyID

SPLITS = ("train", "validation", "test")


def assign_splits(galaxy_ids: Iterable[GalaxyID], shares: tuple[float, float, float], seed: int) -> np.ndarray:
    """Return `train`, `validation` or `test` for each GalaxyID.

    The SHA-256 of (seed, GalaxyID) is a number in [0, 1) that falls into one of the `shares`. It depends on nothing
    else: a galaxy stays in its split at every confidence, and when the data grows.
    """
    bounds = np.cumsum(shares)[:-1]
    return np.array(SPLITS)[np.searchsorted(bounds, [uniform(seed, id_) for id_ in galaxy_ids], side="right")]


def uniform(seed: int, galaxy_id: GalaxyID) -> float:
    """Return a number in [0, 1) that looks random but is the same for the same arguments everywhere."""
    digest = hashlib.sha256(f"{seed}:{galaxy_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
