"""What the galaxies of a survey look like, so that an image of something else, or framed otherwise, is not believed.

Judged by the images alone: a network's features pass what it never had to tell from a galaxy, such as bare noise.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from sklearn.covariance import LedoitWolf

from tuning_fork.images.framing import kron_radius
from tuning_fork.images.photometry import Light

FAMILIAR = 0.999
"""Share of the survey's own galaxies that count as familiar."""
FRAMED = 0.995
"""Share of them whose size in the frame counts as usual."""
LEAST_VARIANCE = 1e-6
"""The least variance of any number: where all galaxies have the same, any other value is far away."""
MEASURED = 500
"""Galaxies whose Kron radii are enough for their median."""


@dataclass(frozen=True)
class UsualGalaxies:
    """What is usual in a survey's cut-outs.

    Their appearance is a normal distribution, `mean` (d,) and `covariance` (d, d), from which familiar galaxies are at
    most `limit` away. The Petrosian radii of `FRAMED` of them are between the two `radii`, and their median Kron radius
    is `kron_radius`, 0 if none was found: shares of half a cut-out's side.
    """

    mean: np.ndarray
    covariance: np.ndarray
    limit: float
    radii: np.ndarray
    kron_radius: float

    @classmethod
    def fit(cls, batches: Iterable[np.ndarray], total: int) -> Self:
        """Describe the cut-outs of a survey, batches of uint8 (n, side, side, channels), `total` of them together.

        Each half of them is compared with the other to find how far galaxies are that were not themselves described.
        """
        described: list[np.ndarray] = []
        radii: list[np.ndarray] = []
        kron: list[float] = []
        numbers = itertools.count()
        for images in batches:
            light = Light(images)
            described.append(light.appearance())
            radii.append(light.petrosian_radii())
            sample = [image for image in images if next(numbers) % -(-total // MEASURED) == 0]
            kron += [radius for radius in map(kron_radius, sample) if radius is not None]
        found = np.concatenate(described).astype(float)
        halves = found[::2], found[1::2]
        away = [_distances(_normal(here), there) for here, there in (halves, halves[::-1])]
        mean, covariance = _normal(found)
        outside = (1 - FRAMED) / 2
        return cls(
            mean.astype(np.float32),
            covariance.astype(np.float32),
            round(float(np.quantile(np.concatenate(away), FAMILIAR)), 3),
            np.quantile(np.concatenate(radii), [outside, 1 - outside]).round(4),
            round(float(np.median(kron)), 4) if kron else 0.0,
        )

    def unlikeness(self, light: Light) -> np.ndarray:
        """Return how unlike the survey's n galaxies are, by their Mahalanobis distance: (n,), of familiar ones to 1."""
        return _distances(self._normal, light.appearance()) / self.limit

    @cached_property
    def _normal(self) -> tuple[np.ndarray, np.ndarray]:
        return self.mean.astype(float), self.covariance.astype(float)


def _normal(described: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance, shrunk as far as their number asks for (Ledoit and Wolf 2004)."""
    found = LedoitWolf().fit(described)
    return found.location_, found.covariance_ + LEAST_VARIANCE * np.eye(described.shape[1])


def _distances(normal: tuple[np.ndarray, np.ndarray], described: np.ndarray) -> np.ndarray:
    mean, covariance = normal
    offsets = described - mean
    return np.sqrt(np.maximum(np.einsum("ni,ni->n", offsets, np.linalg.solve(covariance, offsets.T).T), 0))
