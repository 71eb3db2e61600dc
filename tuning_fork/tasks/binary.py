"""The task of two classes: the network answers with the probability of the second."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Probability:
    """The probability of the second class, learnt from galaxies of which it has the larger fraction (1) or not (0)."""

    kind: ClassVar[str] = "probability"
    need_every_class: ClassVar[bool] = True
    fewest_to_learn_from: ClassVar[int] = 1
    may_be_unknown: ClassVar[bool] = False

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the name of the second class alone."""
        return classes[1:]

    def targets(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return 1 where the second class has the larger of the two fractions, else 0: (n, 1)."""
        first, second = classes
        return (votes[second] > votes[first]).astype("int64").to_frame(second)

    def ideal(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return the second class's share of the votes for both: (n, 1)."""
        first, second = classes
        return (votes[second] / (votes[first] + votes[second])).to_frame(second)

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return a half."""
        return np.full(1, 1 / len(classes))

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return 1 for probabilities (n, 1) above 0.5, else 0: (n,)."""
        return (outputs[:, 0] > 0.5).astype(int)


def binary(survey: Survey) -> Task:
    """Return the task of galaxies that are smooth, or have features or a disk."""
    return Task("binary", survey, ("smooth", "featured", "artifact"), ("artifact",), Probability())
