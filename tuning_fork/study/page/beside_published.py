"""The first picture: each run's score and its interval beside the published one, and that by all answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.study.page.scale import Scale
from tuning_fork.study.results import Result
from tuning_fork.study.study_yaml import Study
from tuning_fork.tasks.votes import gives_all_answers, study_questions


class Estimate(NamedTuple):
    """A score with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """A run: its score, those of its other seeds, the published one, and that by all answers on the same galaxies."""

    name: str
    ours: Estimate
    seeds: Sequence[float]
    published: float | None
    all_answers: Estimate | None

    @property
    def numbers(self) -> Iterator[float]:
        """All that is drawn."""
        yield from self.ours
        yield from self.seeds
        yield from self.all_answers or ()
        if self.published is not None:
            yield self.published


@dataclass(frozen=True)
class Group:
    """The runs of one kind of outputs, by one metric."""

    title: str
    metric: Metric
    rows: Sequence[Row]
    scale: Scale

    @property
    def found(self) -> str:
        """How the published scores lie to the intervals of ours, in a sentence; nothing of runs without any."""
        places = [(row.published, row.ours) for row in self.rows if row.published is not None]
        if not places:
            return ""
        within = sum(ours.low <= published <= ours.high for published, ours in places)
        better = sum(
            published > ours.high if self.metric.higher_is_better else published < ours.low
            for published, ours in places
        )
        counts = {"within the interval of ours": within, "better": better, "worse": len(places) - within - better}
        said = ", ".join(f"{where} in {number}" for where, number in counts.items() if number)
        return f"The published score is {said} of {len(places)} runs."


def groups(
    study: Study, kinds: Mapping[str, Mapping[str, Result]], titles: Mapping[str, str], answered: Result | None
) -> list[Group]:
    """Return the runs of each kind; only of those that have published scores, if any has."""
    found = []
    for kind, results in kinds.items():
        metric = _metric(study, results)
        rows = [_row(study, name, result, metric, answered) for name, result in results.items()]
        found.append(Group(titles[kind], metric, rows, Scale.over(one for row in rows for one in row.numbers)))
    return [group for group in found if group.found] or found


def _metric(study: Study, results: Mapping[str, Result]) -> Metric:
    """Return the decisive metric, or accuracy where that alone is published."""
    metrics = {one.name: one for one in metrics_of(next(iter(results.values())).predictions.task)}
    decisive = next(one for one in metrics.values() if one.is_decisive)
    published = {key for name in results for key in study.runs[name].published}
    return metrics["accuracy"] if "accuracy" in published and decisive.name not in published else decisive


def _row(study: Study, name: str, result: Result, metric: Metric, answered: Result | None) -> Row:
    published = study.runs[name].published.get(metric.name)
    return Row(
        name,
        _estimate(result, metric.name),
        [scores[metric.name] for scores in result.all_scores[1:]],
        None if published is None else float(published),
        _by_all_answers(result, metric, answered),
    )


def _by_all_answers(result: Result, metric: Metric, answered: Result | None) -> Estimate | None:
    """Return the score of all answers, if they were asked what the run was asked, as that run's metrics.json has it."""
    task = result.predictions.task
    if answered is None or gives_all_answers(task):
        return None
    for question in study_questions(task.survey):
        name = f"{question.name}_{metric.name}"
        if (question.task, question.confidence) == (task, result.confidence) and f"{name}_low" in answered.scores:
            return _estimate(answered, name)
    return None


def _estimate(result: Result, name: str) -> Estimate:
    return Estimate(*(result.scores[f"{name}{end}"] for end in ("", "_low", "_high")))
