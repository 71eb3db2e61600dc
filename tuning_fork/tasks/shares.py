"""The tasks of several classes: the network answers with the share of the votes that each has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Shares:
    """Each class's share of the votes for all of them."""

    kind: ClassVar[str] = "shares"
    need_every_class: ClassVar[bool] = False
    fewest_to_learn_from: ClassVar[int] = 0
    may_be_unknown: ClassVar[bool] = False

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of all classes."""
        return classes

    def targets(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return the classes' fractions (n, classes), renormalised to sum to 1."""
        fractions = votes[list(classes)]
        return fractions.div(fractions.sum(axis=1), axis=0)

    def ideal(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return the same as the targets: (n, classes)."""
        return self.targets(votes, classes)

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return equal shares, (classes,)."""
        return np.full(len(classes), 1 / len(classes))

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return the number of the class with the largest share, the first of equals: (n,)."""
        return outputs.argmax(axis=1)


SECOND_LEVEL = ("artifact", "edge_on", "face_on", "round", "in_between", "cigar")


def regression(survey: Survey) -> Task:
    """Return the task of the four of six second-level classes that the study has enough galaxies of."""
    return Task("regression", survey, SECOND_LEVEL, ("artifact", "cigar"), Shares())


def regression_all(survey: Survey) -> Task:
    """Return the task of all six."""
    return Task("regression-all", survey, SECOND_LEVEL, (), Shares())
