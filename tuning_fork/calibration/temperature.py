"""The calibration of the probabilities of several classes, by a temperature."""

from typing import Self

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from tuning_fork.calibration.calibrated_layer import with_temperature
from tuning_fork.calibration.calibration import DIGITS, SMALLEST, Slope
from tuning_fork.core.checked_yaml import Section
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.tasks.task import Task

PRIOR = 0.5
"""Width of the normal prior of the temperature's logarithm about 0."""
LARGEST = 5.0
"""No temperature's logarithm is further from 0."""


class Temperature(Section):
    """The temperature of a softmax: probabilities p become the softmax of ln p / temperature.

    The most probable class stays the most probable (Guo et al. 2017, arXiv:1706.04599).
    """

    temperature: Slope

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray, _: Task) -> Self:
        """Return the most likely temperature for targets, 1 in each galaxy's class, and probabilities, (n, classes).

        With a normal prior of width `PRIOR` of its logarithm about 0, so that a few galaxies change little.
        """
        logarithms, classes = _logarithms(outputs), targets.argmax(axis=1)

        def loss(logarithm: float) -> float:
            likely = log_softmax(logarithms / np.exp(logarithm), axis=1)[np.arange(len(classes)), classes]
            return (logarithm / PRIOR) ** 2 / 2 - float(likely.sum())

        found = minimize_scalar(loss, bounds=(-LARGEST, LARGEST), method="bounded", options={"xatol": 1e-9})
        return cls(temperature=float(f"{np.exp(found.x):.{DIGITS}g}"))

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the calibrated probabilities of the classes, of those of a network, both (n, classes)."""
        return softmax(_logarithms(outputs) / self.temperature, axis=1)

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return for each class the probability that it is another one, (n, classes)."""
        return 1 - shares

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the same as `shares`."""
        return self.shares(outputs)

    def put_into(self, network: keras.Model) -> keras.Model:
        """Return the network with this calibration as its last layer."""
        return with_temperature(network, self.temperature)

    def left(self, views: int) -> Self:
        """Return what outputs of so many views still need: one view's are calibrated within the network."""
        return type(self)(temperature=1.0) if views == 1 else self


def _logarithms(probabilities: np.ndarray) -> np.ndarray:
    """Return the logarithms of probabilities of at least `SMALLEST`."""
    return np.log(np.maximum(probabilities.astype(float), SMALLEST))
