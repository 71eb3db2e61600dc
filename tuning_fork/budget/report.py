"""The report on how many labelled galaxies are needed."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from tuning_fork.budget.learning_curve import Estimate, LearningCurve, learning_curve
from tuning_fork.core.files import whole_file
from tuning_fork.evaluation.comparisons import Recipe
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.figures.palette import LIGHT, class_colour
from tuning_fork.figures.style import house_style
from tuning_fork.figures.svg import svg_of
from tuning_fork.pages.page import Section, embedded, write_markdown, write_page
from tuning_fork.study.command import Folders
from tuning_fork.study.results import Result, read_result

RESAMPLES = 1000
CAPTION = "By the number of training galaxies, with 95 % intervals; hollow: what the law expects of more galaxies."
TITLE = "How many labelled galaxies are needed"
INTRODUCTION = (
    "Scores on the same test galaxies, which no network saw in training or in the choice of its epoch, by the number "
    "of galaxies learnt from; those of fewer are among those of more, and are seen in more epochs, by the root of how "
    "many fewer they are. The validation galaxies, which choose the epoch and calibrate, come on top: all of them "
    "at each number. The intervals hold 95 % of bootstrap resamples of the test galaxies and, where there are "
    "several, of the seeds. Beyond what there is: the law a + b n⁻ᶜ that fits the errors best, fitted anew to each "
    "resample; that it holds so far is an assumption."
)


def write_report(
    folders: Folders, numbers: Mapping[str, Sequence[int]], to: int | None, resamples: int = RESAMPLES
) -> list[pd.DataFrame]:
    """Write report.html and report.md of the runs of each recipe, whose numbers of training galaxies are given.

    And curve.svg, of the decisive score, for documents. Return the tables of the report.
    """
    curves: dict[str, dict[str, LearningCurve]] = {}
    for name, steps in numbers.items():
        sizes = [*map(str, steps[:-1]), "all"]
        runs = {step: read_result(folders.results, f"{name}-{size}") for step, size in zip(steps, sizes, strict=True)}
        for label, metric, recipes in _asked(runs):
            more = [2 * steps[-1] if to is None else to]
            curves.setdefault(label, {})[name] = learning_curve(recipes, metric, more, resamples, seed=1)
    with house_style():
        sections = [
            Section(label, (), curves_table(of_recipes), embedded(curves_figure(label, of_recipes)), CAPTION)
            for label, of_recipes in curves.items()
        ]
        decisive = next(
            label for label, found in curves.items() if all(one.metric.is_decisive for one in found.values())
        )
        with whole_file(folders.report / "curve.svg") as part:
            part.write_bytes(svg_of(curves_figure(decisive, curves[decisive])))
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
    """Show the score by the number of training galaxies, a colour a recipe, side by side; hollow: by the law."""
    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    for number, (name, curve) in enumerate(curves.items()):
        colour, aside = LIGHT[class_colour(number)], 1.04 ** (number - (len(curves) - 1) / 2)
        places, values = [aside * galaxies for galaxies in curve.scores], [one.value for one in curve.scores.values()]
        axes.plot(places, values, "o-", color=colour, label=name)
        for galaxies, one in (*curve.scores.items(), *curve.more.items()):
            axes.plot([aside * galaxies] * 2, [one.low, one.high], color=colour)
        for galaxies, one in curve.more.items():
            axes.plot(aside * galaxies, one.value, "o", color=colour, mfc=LIGHT["paper"])
    numbers = sorted({number for curve in curves.values() for number in (*curve.scores, *curve.more)})
    axes.set(xscale="log", xlabel="Training galaxies", ylabel=label)
    axes.set_xticks(numbers, [f"{number:,}" for number in numbers], rotation=45, ha="right")
    axes.minorticks_off()
    axes.legend()
    return figure
