"""How good it is: a few scores, each with its interval on a scale, beside what it has to be compared with."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.pages.glossary import term_of
from tuning_fork.reporting.run_page.facts import RunFacts
from tuning_fork.reporting.run_page.published import Published, published
from tuning_fork.reporting.run_page.telling import listed
from tuning_fork.tasks.votes import study_questions

Known = dict[str, tuple[Published, ...]]
MOST = 5
"""Scores that are shown large, at most."""


@dataclass(frozen=True)
class Mark:
    """What a score is compared with: the key of its explanation, its value, and a word more on it."""

    key: str
    value: float
    more: str = ""


@dataclass(frozen=True)
class Headline:
    """A score with its 95 % interval, what it is compared with, and where all that is on a scale from bad to good."""

    key: str
    of: str
    value: float
    low: float
    high: float
    higher_is_better: bool
    marks: tuple[Mark, ...]

    @property
    def worst(self) -> float:
        """The left end of the scale."""
        values = [self.low, self.high, *(mark.value for mark in self.marks)]
        if self.higher_is_better:
            low = math.floor(20 * min(values) - 0.2) / 20
            return max(low, 0.0) if min(values) >= 0 else low
        step = 10 ** math.floor(math.log10(max(*values, 1e-6)))
        return math.ceil(2 * max(values) / step + 0.1) * step / 2

    @property
    def best(self) -> float:
        """The right end: a perfect score."""
        return 1.0 if self.higher_is_better else 0.0

    def place(self, value: float) -> float:
        """Return where on the scale a value is, in per cent from the left."""
        return round(100 * min(max((value - self.worst) / (self.best - self.worst), 0.0), 1.0), 2)

    def said(self, value: float) -> str:
        """Return a value as it is shown: to the digits that its interval leaves sure."""
        term = term_of(self.key)
        return shown(value, (self.high - self.low) / 2, term is not None and term.is_share)

    def end(self, value: float) -> str:
        """Return an end of the scale as it is shown."""
        term = term_of(self.key)
        return f"{100 * value:g} %" if term is not None and term.is_share else f"{value:g}"


def shown(value: float, uncertainty: float, is_share: bool) -> str:
    """Return a value to the second digit of its uncertainty; a share in per cent."""
    digits = min(max(1 - math.floor(math.log10(uncertainty)), 2), 5) if uncertainty > 0 else 3
    return f"{100 * value:.{min(digits - 2, 1)}f} %" if is_share else f"{value:.{digits}f}"


def headlines(facts: RunFacts) -> list[Headline]:
    """Return the scores to be shown large, those of the task first."""
    known = published(facts)
    own = [one for one in metrics_of(facts.task) if not one.is_detail and f"{one.name}_low" in facts.scores]
    found = [
        Headline(
            one.name,
            _of_which(facts, one),
            *_estimate(facts, one.name),
            one.higher_is_better,
            _marks(facts, one, known),
        )
        for one in own
    ]
    return [*found, *KINDS[facts.task.kind](facts, known)][:MOST]


def _of_which(facts: RunFacts, metric: Metric) -> str:
    """Return of which classes an accuracy is, where the network's outputs are others."""
    names = [facts.task.name_of(key) for key in facts.task.classes]
    of_others = metric.name == "accuracy" and not set(facts.task.targets) <= set(facts.task.classes)
    return listed(names) if of_others else ""


def _estimate(facts: RunFacts, name: str) -> tuple[float, float, float]:
    """Return a score and the ends of its interval."""
    return facts.scores[name], facts.scores[f"{name}_low"], facts.scores[f"{name}_high"]


def _marks(facts: RunFacts, metric: Metric, known: Known) -> tuple[Mark, ...]:
    targets = facts.predictions.targets
    outputs = np.broadcast_to(facts.usual, targets.shape)
    marks = [Mark("floor", metric.score(targets, outputs))]
    if (value := facts.scores.get(f"baseline_{metric.name}")) is not None:
        marks.append(Mark("baseline", value))
    marks += [Mark("published", one.value, one.who) for one in known.get(metric.name, ())]
    return tuple(mark for mark in marks if np.isfinite(mark.value))


def _of_study(facts: RunFacts, known: Known) -> list[Headline]:
    """Return what all answers say to the study's questions, as far as test galaxies were asked them."""
    found = []
    for question in study_questions(facts.task.survey):
        metric = next(one for one in metrics_of(question.task) if one.name in OF_STUDY[question.task.kind])
        name = f"{question.name}_{metric.name}"
        if f"{name}_low" not in facts.scores or question.confidence == 0:
            continue
        floor = facts.scores[f"{question.name}_majority_accuracy"] if metric.name == "accuracy" else 0.0
        marks = [Mark("floor", floor), *(Mark("published", one.value, one.who) for one in known.get(name, ()))]
        names = [facts.task.name_of(key) for key in question.task.classes]
        of = " or ".join(names) if len(names) == 2 else f"shares of {len(names)} classes"
        said = f"{of}, where {100 * question.confidence:.0f} % agree"
        found.append(Headline(metric.name, said, *_estimate(facts, name), metric.higher_is_better, tuple(marks)))
    return found


OF_STUDY = {"probability": ("accuracy",), "shares": ("r2",)}
"""The score of each of the study's questions that is shown, by the kind of its outputs."""
KINDS: dict[str, Callable[[RunFacts, Known], list[Headline]]] = {
    "probability": lambda *_: [],
    "shares": lambda *_: [],
    "votes": _of_study,
    "classes": lambda *_: [],
}
"""Scores that are shown beside the task's own, by the kind of its outputs."""
