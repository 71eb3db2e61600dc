"""Figures of how far the network can be believed: calibration, and where it is right."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from statsmodels.stats.proportion import proportion_confint

from tuning_fork.evaluation.answers import Answers
from tuning_fork.evaluation.galaxy_measurements import measurements_of
from tuning_fork.evaluation.reliability import noise_of_votes, of_predicted_class, reliability_table
from tuning_fork.figures.style import human
from tuning_fork.params.evaluation import Evaluation

BINS = 8
"""Bins of equal numbers of galaxies."""


def trust_figures(answers: Answers, fraction: np.ndarray, evaluation: Evaluation) -> dict[str, Figure]:
    """Return the figures of how far a network can be believed: that of the kind of its outputs, and its accuracy.

    The accuracy is shown by the volunteers' vote for the class, `fraction` (n,), if there are votes, by brightness and
    by size.
    """
    name, draw = KINDS[answers.model.task.kind]
    measured = measurements_of(answers.galaxies)
    shown: dict[str, np.ndarray | pd.Series] = {}
    if answers.model.task.survey.votes != "label":
        shown["Volunteers' vote for the class"] = fraction
    shown |= {"Brightness, grey levels": measured["brightness"], "Half-light radius, pixels": measured["size"]}
    return {name: draw(answers, evaluation), "conditions": conditions_figure(answers.predictions.is_right, shown)}


def _of_probability(answers: Answers, _: Evaluation) -> Figure:
    values = answers.predictions.targets, answers.predictions.outputs, answers.uncalibrated
    return reliability_figure(*values, "Probability of featured", "Share that volunteers call featured")


def _of_classes(answers: Answers, _: Evaluation) -> Figure:
    return reliability_figure(*of_predicted_class(answers), "Probability of the predicted class", "Share that is right")


def _of_shares(answers: Answers, evaluation: Evaluation) -> Figure:
    targets = answers.predictions.targets
    noise = noise_of_votes(targets, evaluation.volunteers).mean(axis=0)
    errors = np.abs(targets - answers.shares)
    squares = zip((errors**2).mean(axis=0), noise, strict=True)
    bars = dict(zip(map(human, answers.model.task.targets), squares, strict=True))
    return uncertainty_figure(errors, answers.uncertainty, bars)


def _of_votes(answers: Answers, evaluation: Evaluation) -> Figure:
    targets = answers.predictions.targets
    uncertainty = answers.model.uncertainty(answers.outputs, answers.views)
    noise = noise_of_votes(targets, evaluation.volunteers)
    survey = answers.model.task.survey
    questions = {question.name: survey.rows_of(question) for question in survey.questions}
    known = np.isfinite(targets)

    def mean(values: np.ndarray, rows: list[int]) -> float:
        return float(values[:, rows][known[:, rows]].mean()) if known[:, rows].any() else 0.0

    errors = np.abs(targets - answers.outputs)
    bars = {name: (mean(errors**2, rows), mean(noise, rows)) for name, rows in questions.items()}
    return uncertainty_figure(errors[known], uncertainty[known], bars)


KINDS: dict[str, tuple[str, Callable[[Answers, Evaluation], Figure]]] = {
    "probability": ("reliability", _of_probability),
    "shares": ("uncertainty", _of_shares),
    "votes": ("uncertainty", _of_votes),
    "classes": ("reliability", _of_classes),
}
"""The figure's name, and how it is drawn, by the kind of a task's outputs."""


def reliability_figure(
    targets: np.ndarray, probabilities: np.ndarray, uncalibrated: np.ndarray, said: str, share: str
) -> Figure:
    """Show how often targets are 1 by the probability of that, before and after calibration, all (n, 1).

    `said` and `share` are what probabilities and targets are called.
    """
    figure = Figure(figsize=(4.6, 5.4), layout="constrained")
    axes, counts = figure.subplots(2, 1, height_ratios=(4, 1), sharex=True)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
    for label, values, colour in (("uncalibrated", uncalibrated, "silver"), ("calibrated", probabilities, "C1")):
        table = reliability_table(targets, values)
        _plot_shares(axes, table["probability"], table["true"], table["galaxies"], color=colour, label=label)
    axes.set(title="Reliability", ylabel=share, ylim=(-0.02, 1.02))
    axes.legend(frameon=False, loc="upper left")
    counts.hist(probabilities.ravel(), bins=20, range=(0, 1), color="C1")
    counts.set(xlabel=said, ylabel="Galaxies", yscale="log")
    return figure


def uncertainty_figure(
    errors: np.ndarray, uncertainty: np.ndarray, squares: Mapping[str, tuple[float, float]]
) -> Figure:
    """Show stated uncertainties beside the absolute errors, of the same shape, and the error by class or question.

    `squares`: by name, the mean squared error, and the mean variance that is the noise of the votes.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    table = pd.DataFrame({"stated": uncertainty.ravel(), "error": errors.ravel()})
    grouped = table.groupby(_quantile_bins(table["stated"]), observed=True)
    stated, typical = grouped["stated"].mean(), grouped["error"].quantile(0.683)
    left.plot(stated, typical, "o-")
    left.axline((0, 0), slope=1, color="grey", linestyle=":", linewidth=1)
    left.set(title="Uncertainty", xlabel="Stated", ylabel="Error that 68 % stay below", xlim=(0, None), ylim=(0, None))
    place = np.arange(len(squares))
    found, noise = np.sqrt(list(squares.values())).T
    right.bar(place - 0.2, found, 0.4, label="network")
    right.bar(place + 0.2, noise, 0.4, color="silver", label="noise of the votes")
    right.set(title="Error of the shares", ylabel="Root mean square")
    right.set_xticks(place, list(squares), rotation=40, ha="right", rotation_mode="anchor")
    right.legend(frameon=False)
    return figure


def conditions_figure(is_right: np.ndarray, conditions: Mapping[str, np.ndarray | pd.Series]) -> Figure:
    """Show accuracy by each condition, in bins of equal numbers of galaxies, with 95 % intervals; arrays (n,)."""
    figure = Figure(figsize=(3.6 * len(conditions), 3.4), layout="constrained")
    panels = figure.subplots(1, len(conditions), sharey=True, squeeze=False)[0]
    for axes, (name, values) in zip(panels, conditions.items(), strict=True):
        table = pd.DataFrame({"value": values, "right": is_right})
        grouped = table.groupby(_quantile_bins(table["value"]), observed=True)
        _plot_shares(axes, grouped["value"].mean(), grouped["right"].sum(), grouped.size())
        axes.set(xlabel=name)
    panels[0].set(ylabel="Accuracy")
    return figure


def _quantile_bins(values: pd.Series) -> pd.Series:
    """Return the bin of each value; fewer bins where many values are equal."""
    return pd.qcut(values, BINS, labels=False, duplicates="drop").fillna(0)


def _plot_shares(axes: Axes, place: pd.Series, hits: pd.Series, number: pd.Series, **style: str) -> None:
    """Plot shares with Wilson's 95 % intervals (Wilson 1927)."""
    share = hits / number
    low, high = proportion_confint(hits, number, method="wilson")
    below_above = np.maximum(np.stack([share - low, high - share]), 0)
    axes.errorbar(place, share, below_above, fmt="o-", markersize=4, capsize=2, **style)  # pyright: ignore[reportArgumentType]
