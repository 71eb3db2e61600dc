"""The task of the whole decision tree: the network answers with the votes for every answer to every question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from tuning_fork.galaxies.decision_tree import ANSWERS, COLUMNS, QUESTIONS, row_asked, rows_of
from tuning_fork.tasks.binary import BINARY
from tuning_fork.tasks.shares import REGRESSION
from tuning_fork.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 1e-7
"""Predicted fractions are taken for at least this: what is worked out of them has no value where all are 0."""
FIRST = QUESTIONS[0]
"""The question whose answers are the classes."""


@dataclass(frozen=True)
class AllAnswers:
    """The fraction of all volunteers who give each answer of the decision tree, learnt from those that are known."""

    kind: ClassVar[str] = "votes"
    need_every_class: ClassVar[bool] = False
    by_confidence: ClassVar[bool] = False
    may_be_unknown: ClassVar[bool] = True

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the short names of all answers."""
        return tuple(answer.key for answer in ANSWERS.values())

    def targets(self, votes: "pd.DataFrame", classes: Mapping[str, str]) -> "pd.DataFrame":
        """Return the fractions of all answers (n, 37): NaN where they are not known."""
        return votes.reindex(columns=list(COLUMNS)).set_axis(self.names(()), axis=1)

    def ideal(self, votes: "pd.DataFrame", classes: Mapping[str, str]) -> "pd.DataFrame":
        """Return the same as the targets: (n, 37)."""
        return self.targets(votes, classes)

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return the fractions with which the answers to each question are given as often: (37,)."""
        fractions = np.ones(len(COLUMNS))
        for question in QUESTIONS:  # none comes before the one that leads to it
            asked = row_asked(question)
            fractions[rows_of(question)] = (1.0 if asked is None else fractions[asked]) / len(question.answers)
        return fractions

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return the number of the first question's answer with most votes, the first of equals: (n,)."""
        return outputs[:, rows_of(FIRST)].argmax(axis=1)


VOTES = Task("votes", {answer.column: answer.key for answer in FIRST.answers}, (), AllAnswers())
"""All 37 answers of Galaxy Zoo 2."""


class StudyQuestion(NamedTuple):
    """A task of the study, and a confidence at which it asked it."""

    task: Task
    confidence: float

    @property
    def name(self) -> str:
        """The name that its scores begin with: binary_80 is the task at confidence 0.8."""
        return f"{self.task.name}_{round(100 * self.confidence)}"

    def asked(self, voted: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return of which galaxies the study asked it, (n,), and their targets and outputs, both (asked, targets).

        `voted`, NaN where not known, and `predicted` are the fractions of all answers, (n, 37).
        """
        import pandas as pd

        votes = pd.DataFrame(voted, columns=list(COLUMNS))
        outputs = pd.DataFrame(np.maximum(predicted, SMALLEST), columns=list(COLUMNS))
        rows = self.task.keeps(votes, self.confidence)
        return rows, self.task.targets_of(votes[rows]).to_numpy(float), self.task.ideal_of(outputs[rows])


OF_TWO_CLASSES = (StudyQuestion(BINARY, 0.8), StudyQuestion(BINARY, 0.5))
"""Those that are answered with a probability."""

STUDY_QUESTIONS = (
    *OF_TWO_CLASSES,
    StudyQuestion(REGRESSION, 0.7),
    StudyQuestion(REGRESSION, 0.5),
    StudyQuestion(REGRESSION, 0.0),
)
"""What the study asked. Its answers follow from those of the whole tree."""


def gives_all_answers(task: Task) -> bool:
    """Whether the task has all answers among its outputs, so that those to the study's questions follow."""
    return task.kind == VOTES.kind
