"""The calibration of all answers: how far each can be believed, and what they say of the study's binary question."""

from typing import Self

import numpy as np

from tuning_fork.calibration.calibration import BesideTheNetwork, Beta, Scatter
from tuning_fork.galaxies.decision_tree import QUESTIONS, rows_of
from tuning_fork.tasks.votes import OF_TWO_CLASSES


class TreeCalibration(BesideTheNetwork):
    """The scatter of the votes for each answer, and the calibration of the study's probabilities that follow."""

    scatter: Scatter
    probabilities: dict[str, Beta]
    """By the name of the study's question: of the second class, at its confidence."""

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray) -> Self:
        """Return the calibration for fractions voted, NaN where they are not known, and predicted, both (n, 37)."""
        probabilities: dict[str, Beta] = {}
        for question in OF_TWO_CLASSES:
            _, classes, second = question.asked(targets, outputs)
            probabilities[question.name] = Beta.fit(classes, second)
        return cls(scatter=Scatter.about(targets, outputs), probabilities=probabilities)

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the fractions of the first question's answers: (n, 3) of (n, 37)."""
        return outputs[:, rows_of(QUESTIONS[0])]

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return the half-width of the interval that holds the voted fraction of each, of the first or all answers."""
        answers = shares.shape[1]  # the first question's come first
        floor, slope = (np.array(values[:answers]) for values in (self.scatter.floor, self.scatter.slope))
        return np.sqrt(floor + slope * shares * (1 - shares))
