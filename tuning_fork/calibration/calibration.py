"""From outputs to numbers that mean what they say: probabilities that come true as often, shares and how sure."""

from collections.abc import Iterable
from typing import Annotated, Self

import numpy as np
from pydantic import Field
from scipy.optimize import minimize, nnls
from scipy.special import expit, log_expit

from tuning_fork.calibration.calibrated_layer import with_calibration
from tuning_fork.core.checked_yaml import Section
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.tasks.task import Task

CONFIDENCE = 0.683
"""Share of the voted fractions that are to lie within the uncertainty of the predicted ones."""
WIDE = 0.95
"""Share within the widened uncertainty."""
SMALLEST = 1e-7
"""Probabilities nearer to 0 or 1 are taken for this; single precision ends about there."""
PRIOR = 2.0
DIGITS = 5
"""Digits of what is fitted: more would depend on the processor's order of sums."""

NotNegative = Annotated[float, Field(ge=0)]
Slope = Annotated[float, Field(gt=0)]


class Beta(Section):
    """The calibration of probabilities: p becomes the one with the log-odds a ln p - b ln(1 - p) + c.

    With a = b that is a temperature of 1 / a and a bias; with two slopes, either class may have been given too surely
    (beta calibration: Kull, Silva Filho and Flach 2017, AISTATS).
    """

    a: Slope
    b: Slope
    c: float

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray, _: Task) -> Self:
        """Return the most likely calibration for targets 0 or 1 and probabilities, both (n, 1).

        With normal priors of width `PRIOR` about doing nothing, so that a few galaxies without a mistake make nothing
        infinite.
        """
        evidence, is_one = _evidence(outputs), targets[:, 0] == 1

        def loss(parameters: np.ndarray) -> float:
            odds: np.ndarray = evidence @ parameters[:2] + parameters[2]
            prior = np.sum(((parameters - [1, 1, 0]) / PRIOR) ** 2) / 2
            return prior - float(log_expit(np.where(is_one, odds, -odds)).sum())

        bounds = [(SMALLEST, None), (SMALLEST, None), (None, None)]
        found = minimize(loss, [1.0, 1.0, 0.0], method="L-BFGS-B", jac="3-point", bounds=bounds, tol=1e-12)
        a, b, c = _rounded(found.x)
        return cls(a=a, b=b, c=c)

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probabilities of both classes, (n, 2), from that of the second, (n, 1)."""
        second = expit(_evidence(outputs) @ [self.a, self.b] + self.c)
        return np.stack([1 - second, second], axis=1)

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return for each class the probability that it is not the one that the volunteers see, (n, 2)."""
        return 1 - shares

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the calibrated probability of the second class, (n, 1)."""
        return self.shares(outputs)[:, 1:]

    def put_into(self, network: keras.Model) -> keras.Model:
        """Return the network with this calibration as its last layer."""
        return with_calibration(network, self.a, self.b, self.c)

    def left(self, views: int) -> Self:
        """Return what outputs of so many views still need: one view's are calibrated within the network."""
        return type(self)(a=1.0, b=1.0, c=0.0) if views == 1 else self


class BesideTheNetwork(Section):
    """The base of calibrations that leave outputs as they are, and say how far they can be believed."""

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the outputs as they are, (n, targets)."""
        return outputs

    def put_into(self, network: keras.Model) -> keras.Model:
        """Return the network as it is: its outputs are calibrated by nothing that a layer does."""
        return network

    def left(self, views: int) -> Self:
        """Return all of it, whatever the number of views: nothing of it is in the network."""
        return self


class Scatter(BesideTheNetwork):
    """The scatter of shares: the squared uncertainty of a class's share p is floor + slope * p (1 - p).

    The second part has the form of the noise of votes, and the first is what the network lacks however clear a galaxy.
    """

    floor: tuple[NotNegative, ...]
    slope: tuple[NotNegative, ...]
    widening: tuple[NotNegative, ...]
    """Factor, by class, from the uncertainty to that within which `WIDE` of the voted shares are to lie."""

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray, _: Task) -> Self:
        """Return the scatter of voted shares about the shares predicted, both (n, classes)."""
        return cls.about(targets, onto_simplex(outputs))

    @classmethod
    def about(cls, targets: np.ndarray, shares: np.ndarray) -> Self:
        """Return the scatter of voted shares about `shares`, both (n, classes); voted ones that are not known are NaN.

        Fitted to the squared differences; then scaled so that `CONFIDENCE` of them lie within (split conformal
        prediction with a scale, Lei et al. 2018, arXiv:1604.04173).
        """
        fitted: list[list[float]] = []
        for known, predicted in zip(targets.T, shares.T, strict=True):
            share = predicted[np.isfinite(known)]
            error = np.abs(known[np.isfinite(known)] - share)
            parts = np.stack([np.ones(len(share)), share * (1 - share)], axis=1)
            weights, _ = nnls(parts, error**2)
            weights += [SMALLEST, 0]
            squares = np.quantile(error**2 / (parts @ weights), [CONFIDENCE, WIDE], method="higher")
            usual, wide = np.maximum(squares, SMALLEST)  # a class that nobody votes for has no error at all
            fitted.append(_rounded([*(weights * usual), np.sqrt(wide / usual)]))
        floor, slope, widening = zip(*fitted, strict=True)
        return cls(floor=floor, slope=slope, widening=widening)

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the shares of the classes, from 0 to 1 and 1 in sum, that are nearest to `outputs`, (n, classes)."""
        return onto_simplex(outputs)

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return the half-width of the interval that holds the voted share of each class, (n, classes)."""
        return np.sqrt(np.array(self.floor) + np.array(self.slope) * shares * (1 - shares))


def onto_simplex(outputs: np.ndarray) -> np.ndarray:
    """Return the points nearest to the rows of `outputs`, (n, k), that are not negative and sum to 1.

    Never further from shares that do so than `outputs` were. Algorithm of Duchi et al. 2008 (ICML, figure 1).
    """
    ordered = -np.sort(-outputs, axis=1)
    surplus = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, len(outputs.T) + 1)
    last = (ordered > surplus).sum(axis=1) - 1
    return np.maximum(outputs - np.take_along_axis(surplus, last[:, None], axis=1), 0)


def _evidence(probabilities: np.ndarray) -> np.ndarray:
    """Return ln p and -ln(1 - p) of probabilities (n, 1): (n, 2)."""
    p = np.clip(probabilities.astype(float), SMALLEST, 1 - SMALLEST)
    return np.concatenate([np.log(p), -np.log1p(-p)], axis=1)


def _rounded(numbers: Iterable[float]) -> list[float]:
    """Return the numbers to `DIGITS` significant digits."""
    return [float(f"{number:.{DIGITS}g}") for number in numbers]
