"""The report on how many labelled galaxies are needed."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from tuning_fork.budget.learning_curve import Estimate, LearningCurve, learning_curve
from tuning_fork.evaluation.comparisons import Recipe
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.pages.page import Section, embedded, write_markdown, write_page
from tuning_fork.study.command import Folders
from tuning_fork.study.results import Result, read_result

RESAMPLES = 1000
TITLE = "How many labelled galaxies are needed"
INTRODUCTION = (
    "Scores on the same test galaxies, which no network saw in training or in the choice of its epoch, by the number "
    "of galaxies learnt from; those of fewer are among those of more, and are seen in more epochs, by the root of how "
    "many fewer they are. The intervals hold 95 % of bootstrap resamples of the test galaxies and, where there are "
    "several, of the seeds. Beyond what there is: the law a + b n^-c that fits the errors best, fitted anew to each "
    "resample; that it holds so far is an assumption."
)


def write_report(folders: Folders, numbers: Mapping[str, Sequence[int]], to: int | None) -> list[pd.DataFrame]:
    """Write report.html and report.md of the runs of each recipe, whose numbers of training galaxies are given.

    Return the tables of the report.
    """
    curves: dict[str, dict[str, LearningCurve]] = {}
    for name, steps in numbers.items():
        sizes = [*map(str, steps[:-1]), "all"]
        runs = {step: read_result(folders.results, f"{name}-{size}") for step, size in zip(steps, sizes, strict=True)}
        for label, metric, recipes in _asked(runs):
            more = [to or 2 * steps[-1]]
            curves.setdefault(label, {})[name] = learning_curve(recipes, metric, more, RESAMPLES, seed=1)
    sections = [
        Section(label, table=curves_table(of_recipes), figure=embedded(curves_figure(label, of_recipes)))
        for label, of_recipes in curves.items()
    ]
    write_page(folders.report / "report.html", TITLE, INTRODUCTION, sections)
    tables = [Section(section.title, table=section.table) for section in sections]
    write_markdown(folders.report / "report.md", TITLE, INTRODUCTION, tables)
    return [curves_table(of_recipes).rename_axis(label) for label, of_recipes in curves.items()]


def _asked(runs: Mapping[int, Result]) -> list[tuple[str, Metric, dict[int, Recipe]]]:
    """Return a name, the metric and the predictions for each score that is followed: accuracy and the decisive one.

    Of all answers, those to the study's questions at their highest confidence too.
    """
    found: dict[str, dict[int, Recipe]] = {"": {number: result.all_predictions for number, result in runs.items()}}
    for question in next(iter(runs.values())).study_answers(0):
        if question in {"binary_80", "regression_70"}:
            found[f"{question}: "] = {
                number: [result.study_answers(one)[question] for one in range(len(result.all_predictions))]
                for number, result in runs.items()
            }
    return [
        (f"{name}{metric.label}", metric, recipes)
        for name, recipes in found.items()
        for metric in metrics_of(next(iter(recipes.values()))[0].task)
        if metric.is_decisive or metric.name == "accuracy"
    ]


def curves_table(curves: Mapping[str, LearningCurve]) -> pd.DataFrame:
    """Return a row a number of training galaxies, a column a recipe."""
    columns = {}
    for name, curve in curves.items():
        rows = {f"{number:,}": _shown(one) for number, one in curve.scores.items()}
        columns[name] = rows | {f"{number:,} (by the law)": _shown(one) for number, one in curve.more.items()}
    return pd.DataFrame(columns).fillna("")


def _shown(one: Estimate) -> str:
    return f"{one.value:.4f} ({one.low:.4f} to {one.high:.4f})"


def curves_figure(label: str, curves: Mapping[str, LearningCurve]) -> Figure:
    """Show the score by the number of training galaxies, a colour a recipe; hollow: by the law."""
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axes = figure.subplots()
    for number, (name, curve) in enumerate(curves.items()):
        for estimates, filled in ((curve.scores, f"C{number}"), (curve.more, "white")):
            values = [one.value for one in estimates.values()]
            below = [max(one.value - one.low, 0) for one in estimates.values()]
            above = [max(one.high - one.value, 0) for one in estimates.values()]
            label_once = name if estimates is curve.scores else None
            style = {"fmt": "o-" if estimates is curve.scores else "o", "color": f"C{number}", "capsize": 3}
            axes.errorbar(list(estimates), values, [below, above], mfc=filled, label=label_once, **style)
    axes.set(xscale="log", xlabel="Training galaxies", ylabel=label)
    axes.legend(frameon=False)
    return figure
