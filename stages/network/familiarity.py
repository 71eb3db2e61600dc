"""How far an image is from those that a network learned from, so that what is none of them is not believed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import keras
import numpy as np
from sklearn.covariance import LedoitWolf

SHARE = 0.999
"""Of galaxies like those of the training that count as familiar."""


def features(network: keras.Model) -> keras.KerasTensor:
    """Return the mean of each filter over the image, of all convolutions' outputs: (n, filters)."""
    blocks = [layer.output for layer in network.layers if isinstance(layer, keras.layers.ReLU)]
    return keras.ops.concatenate([keras.ops.mean(block, axis=(1, 2)) for block in blocks], axis=1)


@dataclass(frozen=True)
class Familiarity:
    """The training galaxies' features as a normal distribution: `mean` (d,), `covariance` (d, d), float32.

    Images further than `limit` from it are unlike anything seen in training.
    """

    mean: np.ndarray
    covariance: np.ndarray
    limit: float

    @classmethod
    def fit(cls, train: np.ndarray, validation: np.ndarray) -> Self:
        """Describe the features `train` (n, d); `SHARE` of the galaxies of `validation` (m, d) are within the limit."""
        found = LedoitWolf().fit(train.astype(float))
        unlimited = cls(found.location_.astype(np.float32), found.covariance_.astype(np.float32), np.inf)
        limit = np.quantile(unlimited.distances(validation), SHARE)
        return cls(unlimited.mean, unlimited.covariance, round(float(limit), 3))

    def distances(self, features: np.ndarray) -> np.ndarray:
        """Return the Mahalanobis distances of features (n, d): (n,) (Lee et al. 2018, arXiv:1807.03888)."""
        offsets = features.astype(float) - self.mean
        return np.sqrt(np.maximum(np.einsum("ni,ij,nj->n", offsets, self._precision, offsets), 0))

    @cached_property
    def _precision(self) -> np.ndarray:
        """The inverse of the covariance. Not kept with it: its last digits depend on the processor."""
        return np.linalg.inv(self.covariance.astype(float))
