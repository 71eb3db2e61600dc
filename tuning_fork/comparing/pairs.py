"""Two runs on the same galaxies: what both said of those that tested both, and how their scores differ."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuning_fork.comparing.revisions import Revision
from tuning_fork.core.errors import UserError
from tuning_fork.evaluation.comparisons import SIGNIFICANCE, Difference, differences, holm
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.ids import of_one_kind
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.votes import gives_all_answers, study_questions

SAME = 1e-6
"""Labels that differ by no more than this are the same, written twice."""


@dataclass(frozen=True)
class Pair:
    """Two runs and what they said of the same galaxies, in the same order."""

    first: str
    second: str
    of_first: Predictions
    of_second: Predictions
    left_out: tuple[int, int]
    """How many galaxies were asked of each of the two alone."""

    @property
    def task(self) -> Task:
        """The task that both are judged by."""
        return self.of_first.task


@dataclass(frozen=True)
class Comparison:
    """A score of both runs of a pair, and that of the second minus that of the first."""

    pair: Pair
    difference: Difference
    corrected_p: float
    """Corrected for the number of all differences that are compared."""

    @property
    def metric(self) -> Metric:
        """What is compared."""
        return self.difference.metric

    @property
    def scores(self) -> tuple[float, float]:
        """The scores of the first and of the second."""
        first, second = self.pair.of_first, self.pair.of_second
        return tuple(self.metric.score(run.targets, run.outputs) for run in (first, second))  # pyright: ignore[reportReturnType]

    @property
    def verdict(self) -> str:
        """Whether the second is better or worse than the first, or no more than by noise."""
        if self.corrected_p >= SIGNIFICANCE:
            return "within noise"
        return "better" if self.difference.is_better else "worse"


def paired(first: Revision, second: Revision) -> Pair:
    """Return what two runs said of the galaxies that tested both; a UserError if that says nothing of which is better.

    That is where a galaxy that tested one trained the other, where their labels differ, where no galaxy tested both,
    or where they answer different questions.
    """
    _require_apart(first, second)
    _require_apart(second, first)
    said = _said(first, second)
    ids = of_one_kind(*(run.ids for run in said))
    common = ids[0].intersection(ids[1], sort=False)
    if len(common) == 0:
        raise UserError(
            f"{first.name} and {second.name}: no galaxy tested both: compare runs of the same data and split"
        )
    of_first, of_second = (_some(run, here.get_indexer(common)) for run, here in zip(said, ids, strict=True))
    differing = ~np.isclose(of_first.targets, of_second.targets, rtol=0, atol=SAME, equal_nan=True).all(axis=1)
    for galaxy in common[np.flatnonzero(differing)[:1]]:
        raise UserError(
            f"{first.name} and {second.name}: galaxy {galaxy} has other labels in one than in the other: "
            "compare runs of the same data and survey"
        )
    left_out = len(ids[0]) - len(common), len(ids[1]) - len(common)
    return Pair(first.name, second.name, of_first, of_second, left_out)


def compared(pairs: Sequence[Pair], resamples: int, seed: int) -> list[Comparison]:
    """Return the differences of all pairs' scores, as far as they have a value, with corrected p-values."""
    found: list[tuple[Pair, Difference]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of scores that have no value, as without galaxies of one class
        for pair in pairs:
            all_of_pair = differences([pair.of_second], [pair.of_first], True, resamples, seed)
            known = [one for one in all_of_pair if np.isfinite([one.value, one.low, one.high, one.p]).all()]
            if not known:
                number = len(pair.of_first.ids)
                raise UserError(
                    f"{pair.first} and {pair.second}: no score has a value on the {number} galaxies of both"
                )
            found += [(pair, one) for one in sorted(known, key=lambda one: not one.metric.is_decisive)]
    corrected = holm([difference.p for _, difference in found])
    return [Comparison(*one, float(p)) for one, p in zip(found, corrected, strict=True)]


def _require_apart(tested: Revision, trained: Revision) -> None:
    """Raise a UserError if a galaxy that tested one run trained the other."""
    test, train = of_one_kind(tested.predictions.ids, trained.trained_on)
    for galaxy in test.intersection(train, sort=False)[:1]:
        raise UserError(
            f"galaxy {galaxy} tested {tested.name} and trained {trained.name}, which may know it by heart: "
            "compare runs of the same labels.seed and labels.split"
        )


def _said(first: Revision, second: Revision) -> tuple[Predictions, Predictions]:
    """Return what two runs said to the same question; a UserError if there is none that both answer."""
    if _asked(first.task) == _asked(second.task):
        return first.predictions, second.predictions
    if (answers := _answers(first, second)) is not None:
        return answers, second.predictions
    if (answers := _answers(second, first)) is not None:
        return first.predictions, answers
    tasks = f"{first.name} answers task {first.task.name}, {second.name} {second.task.name}"
    raise UserError(f"{tasks}: these are different questions: compare runs that answer the same one")


def _answers(run: Revision, other: Revision) -> Predictions | None:
    """Return what all answers of a run say to what the other was asked, if that follows from them.

    That is one of the study's questions, at the nearest confidence below: it asked of the other's galaxies too.
    """
    if not gives_all_answers(run.task):
        return None
    from tuning_fork.evaluation.whole_tree.study_questions import calibrations_of, study_predictions

    confidence = other.params["labels"]["confidence"]
    questions = [one for one in study_questions(run.task.survey) if _asked(one.task) == _asked(other.task)]
    nearest = sorted(questions, key=lambda one: (one.confidence > confidence, abs(one.confidence - confidence)))
    found = study_predictions(run.predictions, calibrations_of(run.description, run.params["evaluation"]["views"]))
    return next((found[one.name] for one in nearest if one.name in found), None)


def _asked(task: Task) -> tuple[object, ...]:
    """Return what makes two tasks the same question, however the survey's images are framed."""
    return task.name, task.targets, task.classes


def _some(run: Predictions, rows: np.ndarray) -> Predictions:
    return Predictions(run.ids[rows], run.targets[rows], run.outputs[rows], run.task)
