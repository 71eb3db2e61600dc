"""The task of one label a galaxy: the network answers with the probability of each answer to the first question."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Classes:
    """The probability of each class, learnt from galaxies that have its label (1) or another (0)."""

    kind: ClassVar[str] = "classes"
    need_every_class: ClassVar[bool] = False
    fewest_to_learn_from: ClassVar[int] = 2
    may_be_unknown: ClassVar[bool] = False

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of all classes."""
        return classes

    def targets(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return 1 for the class with the largest fraction, the first of equals, 0 for the others: (n, classes)."""
        import pandas as pd

        winners = votes[list(classes)].to_numpy().argmax(axis=1)
        return pd.DataFrame(np.eye(len(classes), dtype=int)[winners], votes.index, list(classes))

    def ideal(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return the classes' fractions (n, classes), renormalised to sum to 1."""
        fractions = votes[list(classes)]
        return fractions.div(fractions.sum(axis=1), axis=0)

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return equal probabilities, (classes,)."""
        return np.full(len(classes), 1 / len(classes))

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return the number of the most probable class, the first of equals: (n,)."""
        return outputs.argmax(axis=1)


def classes(survey: Survey) -> Task:
    """Return the task of the answers to the survey's first question, but for those that its page leaves out."""
    left_out = tuple(answer.key for answer in survey.first.answers if answer.left_out)
    return Task("classes", survey, survey.first.keys, left_out, Classes())
