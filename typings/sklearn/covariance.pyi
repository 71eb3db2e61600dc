"""The covariance of the galaxies' appearance."""

from typing import Self

import numpy as np

class LedoitWolf:
    location_: np.ndarray
    covariance_: np.ndarray
    def fit(self, X: np.ndarray) -> Self: ...
