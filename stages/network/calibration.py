"""From outputs to numbers that mean what they say: probabilities that come true as often, shares and how sure."""

from typing import Annotated, Self

import numpy as np
from pydantic import Field
from scipy.optimize import minimize, nnls
from scipy.special import expit, log_expit, logit

from stages.params import Section

CONFIDENCE = 0.683
"""Share of the voted fractions that are to lie within the uncertainty of the predicted ones."""
WIDE = 0.95
"""Share within the widened uncertainty."""
SMALLEST = 1e-7
"""Probabilities nearer to 0 or 1 are taken for this; single precision ends about there."""
PRIOR = 2.0
"""Of log-odds."""

NotNegative = Annotated[float, Field(ge=0)]


class LogOdds(Section):
    """Of the binary task: log-odds are divided by a temperature, and a bias is added.

    A temperature above 1 says that the network was too sure (Guo et al. 2017, arXiv:1706.04599), a bias above 0 that it
    gave featured too little (Platt 1999 has both).
    """

    temperature: Annotated[float, Field(gt=0)]
    bias: float

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray) -> Self:
        """Return the most likely scaling for targets 0 or 1 and probabilities, both (n, 1).

        With normal priors of width `PRIOR` on the temperature's logarithm and the bias, so that a few galaxies without
        a mistake don't make them infinite.
        """
        odds, is_one = _log_odds(outputs[:, 0]), targets[:, 0] == 1

        def loss(parameters: np.ndarray) -> float:
            scaled = odds / np.exp(parameters[0]) + parameters[1]
            return -float(log_expit(np.where(is_one, scaled, -scaled)).sum()) + np.sum((parameters / PRIOR) ** 2) / 2

        log_temperature, bias = minimize(loss, [0.0, 0.0], method="L-BFGS-B").x
        return cls(temperature=float(np.exp(log_temperature)), bias=float(bias))

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probabilities of both classes, (n, 2), from that of the second, (n, 1)."""
        second = expit(_log_odds(outputs[:, 0]) / self.temperature + self.bias)
        return np.stack([1 - second, second], axis=1)

    def undone(self, probabilities: np.ndarray) -> np.ndarray:
        """Return what calibrated probabilities of the second class, (n, 1), were before."""
        return expit((_log_odds(probabilities) - self.bias) * self.temperature)

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return for each class the probability that it is not the one that the volunteers see, (n, 2)."""
        return 1 - shares


class Scatter(Section):
    """Of the regression tasks: the squared uncertainty of a class's share p is floor + slope * p (1 - p).

    The second part has the form of the noise of votes, and the first is what the network lacks however clear a galaxy.
    """

    floor: tuple[NotNegative, ...]
    slope: tuple[NotNegative, ...]
    widening: tuple[NotNegative, ...]
    """Of the uncertainty, by class, to that within which `WIDE` of the voted shares are to lie."""

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray) -> Self:
        """Return the scatter of voted shares about the shares predicted, both (n, classes).

        Fitted to the squared differences; then scaled so that `CONFIDENCE` of them lie within (split conformal
        prediction with a scale, Lei et al. 2018, arXiv:1604.04173).
        """
        shares = onto_simplex(outputs)
        fitted = []
        for share, error in zip(shares.T, np.abs(targets - shares).T, strict=True):
            parts = np.stack([np.ones(len(share)), share * (1 - share)], axis=1)
            weights, _ = nnls(parts, error**2)
            weights += [SMALLEST, 0]
            squares = np.quantile(error**2 / (parts @ weights), [CONFIDENCE, WIDE], method="higher")
            usual, wide = np.maximum(squares, SMALLEST)  # a class that nobody votes for has no error at all
            fitted.append((*(weights * usual), np.sqrt(wide / usual)))
        floor, slope, widening = np.array(fitted).T.tolist()
        return cls(floor=tuple(floor), slope=tuple(slope), widening=tuple(widening))

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the shares of the classes, from 0 to 1 and 1 in sum, that are nearest to `outputs`, (n, classes)."""
        return onto_simplex(outputs)

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return the half-width of the interval that holds the voted share of each class, (n, classes)."""
        return np.sqrt(np.array(self.floor) + np.array(self.slope) * shares * (1 - shares))


Calibration = LogOdds | Scatter


def onto_simplex(outputs: np.ndarray) -> np.ndarray:
    """Return the points nearest to the rows of `outputs`, (n, k), that are not negative and sum to 1.

    Never further from shares that do so than `outputs` were. Algorithm of Duchi et al. 2008 (ICML, figure 1).
    """
    ordered = -np.sort(-outputs, axis=1)
    surplus = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, outputs.shape[1] + 1)
    last = (ordered > surplus).sum(axis=1) - 1
    return np.maximum(outputs - np.take_along_axis(surplus, last[:, None], axis=1), 0)


def _log_odds(probabilities: np.ndarray) -> np.ndarray:
    return logit(np.clip(probabilities.astype(float), SMALLEST, 1 - SMALLEST))
