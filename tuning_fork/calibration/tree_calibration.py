"""The calibration of all answers: how far each can be believed, and what they say of the study's binary question."""

from typing import Annotated, Self

import numpy as np
from pydantic import Field

from tuning_fork.calibration.calibration import BesideTheNetwork, Beta, Scatter
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.votes import of_two_classes


class TreeCalibration(BesideTheNetwork):
    """The scatter of the votes for each answer, and the calibration of the study's probabilities that follow."""

    answers: Annotated[int, Field(ge=2)]
    """To the first question, which come first."""
    scatter: Scatter
    probabilities: dict[str, Beta]
    """By the name of the study's question: of the second class, at its confidence."""

    @classmethod
    def fit(cls, targets: np.ndarray, outputs: np.ndarray, task: Task) -> Self:
        """Return the calibration for fractions voted, NaN if they are not known, and predicted, both (n, answers)."""
        probabilities: dict[str, Beta] = {}
        for question in of_two_classes(task.survey):
            _, classes, second = question.asked(targets, outputs)
            probabilities[question.name] = Beta.fit(classes, second, question.task)
        answers = len(task.survey.first.answers)
        return cls(answers=answers, scatter=Scatter.about(targets, outputs), probabilities=probabilities)

    def shares(self, outputs: np.ndarray) -> np.ndarray:
        """Return the fractions of the first question's answers, of those of all (n, answers)."""
        return outputs[:, : self.answers]

    def uncertainty(self, shares: np.ndarray) -> np.ndarray:
        """Return the half-width of the interval that holds the voted fraction of each, of the first or all answers."""
        answers = shares.shape[1]  # the first question's come first
        floor, slope = (np.array(values[:answers]) for values in (self.scatter.floor, self.scatter.slope))
        return np.sqrt(floor + slope * shares * (1 - shares))
