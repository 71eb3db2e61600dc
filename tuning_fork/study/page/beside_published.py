"""The first picture: each run's score and its interval beside the published one, and that by all answers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.study.cells import BY_ALL_ANSWERS, Cell, Rows, Score
from tuning_fork.study.page.scale import Scale
from tuning_fork.study.results import Result
from tuning_fork.study.study_yaml import Run, Study


@dataclass(frozen=True)
class Row:
    """A run: its score, with those of its seeds, the published one, and that by all answers on the same galaxies."""

    name: str
    changes: str
    """What it changes in params.yaml."""
    ours: Score
    published: float | None
    all_answers: Score | None

    @property
    def numbers(self) -> Iterator[float]:
        """All that is drawn."""
        for score in [one for one in (self.ours, self.all_answers) if one]:
            yield from (score.value, score.low, score.high, *score.of_seeds)
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
        above = sum(published > ours.high for published, ours in places)
        below = sum(published < ours.low for published, ours in places)
        better, worse = (above, below) if self.metric.higher_is_better else (below, above)
        within = len(places) - above - below
        counts = {"within the interval of ours": within, "better than ours": better, "worse than ours": worse}
        said = ", ".join(f"{where} in {number}" for where, number in counts.items() if number)
        return f"The published score is {said} of {len(places)} runs."


def groups(
    study: Study, kinds: Mapping[str, Mapping[str, Result]], rows: Rows, titles: Mapping[str, str]
) -> list[Group]:
    """Return the runs of each kind, whose scores are in `rows`; only of those that have published ones, if any has."""
    found = []
    for kind, results in kinds.items():
        metric = _metric(study, results)
        drawn = [_row(study.runs[name], name, rows[name], metric) for name in results if metric.label in rows[name]]
        found.append(Group(titles[kind], metric, drawn, Scale.over(one for row in drawn for one in row.numbers)))
    return [group for group in found if group.found] or found


def _metric(study: Study, results: Mapping[str, Result]) -> Metric:
    """Return the decisive metric, or accuracy where that alone is published."""
    metrics = {one.name: one for one in metrics_of(next(iter(results.values())).predictions.task)}
    decisive = next(one for one in metrics.values() if one.is_decisive)
    published = {key for name in results for key in study.runs[name].published}
    return metrics["accuracy"] if "accuracy" in published and decisive.name not in published else decisive


def _row(run: Run, name: str, scores: Mapping[str, Cell], metric: Metric) -> Row:
    changes = ", ".join(f"{key}: {json.dumps(value)}" for key, value in run.params.items()) or "no changes"
    published = run.published.get(metric.name)
    found = {column: cell for column, cell in scores.items() if isinstance(cell, Score)}
    by_all_answers = found.get(f"{metric.label}{BY_ALL_ANSWERS}")
    return Row(name, changes, found[metric.label], None if published is None else float(published), by_all_answers)
