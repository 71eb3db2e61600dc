"""The task of all answers: the network answers with the votes for every answer to every question of a survey."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.binary import binary
from tuning_fork.tasks.shares import SECOND_LEVEL, regression
from tuning_fork.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 1e-7
"""Predicted fractions are taken for at least this: what is worked out of them has no value where all are 0."""


@dataclass(frozen=True)
class AllAnswers:
    """The fraction of all volunteers who give each answer of the survey, learnt from those that are known."""

    kind: ClassVar[str] = "votes"
    need_every_class: ClassVar[bool] = False
    fewest_to_learn_from: ClassVar[int] = 0
    may_be_unknown: ClassVar[bool] = True
    survey: Survey

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the short names of all answers."""
        return self.survey.keys

    def targets(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return the fractions of all answers (n, answers): NaN where they are not known."""
        return votes.reindex(columns=list(self.survey.keys))

    def ideal(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return the same as the targets: (n, answers)."""
        return self.targets(votes, classes)

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return the fractions with which the answers to each question are given as often: (answers,)."""
        fractions = np.ones(len(self.survey.keys))
        for question in self.survey.questions:  # none comes before the answers that it is asked of
            asked = self.survey.rows_asked(question)
            led_there = fractions[asked].sum() if asked else 1.0
            fractions[self.survey.rows_of(question)] = led_there / len(question.answers)
        return fractions

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return the number of the first question's answer with most votes, the first of equals: (n,)."""
        return outputs[:, self.survey.rows_of(self.survey.first)].argmax(axis=1)


def all_answers(survey: Survey) -> Task:
    """Return the task of all answers: the classes are those to the first question."""
    return Task("votes", survey, survey.first.keys, (), AllAnswers(survey))


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

        `voted`, NaN where not known, and `predicted` are the fractions of all answers, (n, answers).
        """
        import pandas as pd

        columns = list(self.task.survey.keys)
        votes = pd.DataFrame(voted, columns=columns)
        outputs = pd.DataFrame(np.maximum(predicted, SMALLEST), columns=columns)
        rows = self.task.keeps(votes, self.confidence)
        return rows, self.task.targets_of(votes[rows]).to_numpy(float), self.task.ideal_of(outputs[rows])


def of_two_classes(survey: Survey) -> tuple[StudyQuestion, ...]:
    """Return those of the study's questions that are answered with a probability, if the survey has the answers."""
    if not {"smooth", "featured", "artifact"} <= set(survey.keys):
        return ()
    return tuple(StudyQuestion(binary(survey), confidence) for confidence in (0.8, 0.5))


def study_questions(survey: Survey) -> tuple[StudyQuestion, ...]:
    """Return what the study asked, as far as the survey has the answers: its answers follow from all of those."""
    if not set(SECOND_LEVEL) <= set(survey.keys):
        return of_two_classes(survey)
    shares = (StudyQuestion(regression(survey), confidence) for confidence in (0.7, 0.5, 0.0))
    return *of_two_classes(survey), *shares


def gives_all_answers(task: Task) -> bool:
    """Whether the task has all answers among its outputs, so that those to the study's questions follow."""
    return task.kind == AllAnswers.kind
