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
from tuning_fork.figures.panels import ACCENT, HEIGHT, LINE, MUTED, WIDTH, as_it_is, diagonal, name_corner, panel
from tuning_fork.params.evaluation import Evaluation

BINS = 8
"""Bins of equal numbers of galaxies."""


def trust_figures(answers: Answers, fraction: np.ndarray, evaluation: Evaluation) -> dict[str, Figure]:
    """Return the figures of how far a network can be believed: those of the kind of its outputs, and its accuracy.

    The accuracy is shown by the volunteers' vote for the class, `fraction` (n,), if there are votes, by brightness and
    by size.
    """
    measured = measurements_of(answers.galaxies)
    is_right = answers.predictions.is_right
    figures = KINDS[answers.model.task.kind](answers, evaluation)
    if answers.model.task.survey.votes != "label":
        figures["by_vote"] = condition_figure(is_right, "Accuracy by vote", "Volunteers' vote for the class", fraction)
    for name, said in (("brightness", "Brightness, grey levels"), ("size", "Half-light radius, pixels")):
        figures[f"by_{name}"] = condition_figure(is_right, f"Accuracy by {name}", said, measured[name])
    return figures


def _of_probability(answers: Answers, _: Evaluation) -> dict[str, Figure]:
    values = answers.predictions.targets, answers.predictions.outputs, answers.uncalibrated
    task = answers.model.task
    name = as_it_is(task.name_of(task.targets[0]))
    return {"reliability": reliability_figure(*values, f"Probability of {name}", f"Share that is {name}")}


def _of_classes(answers: Answers, _: Evaluation) -> dict[str, Figure]:
    said = "Probability of the predicted class"
    return {"reliability": reliability_figure(*of_predicted_class(answers), said, "Share that is right")}


def _of_shares(answers: Answers, evaluation: Evaluation) -> dict[str, Figure]:
    targets = answers.predictions.targets
    noise = noise_of_votes(targets, evaluation.volunteers).mean(axis=0)
    errors = np.abs(targets - answers.shares)
    squares = zip((errors**2).mean(axis=0), noise, strict=True)
    task = answers.model.task
    bars = dict(zip((task.name_of(name) for name in task.targets), squares, strict=True))
    return {"uncertainty": uncertainty_figure(errors, answers.uncertainty), "errors": errors_figure(bars)}


def _of_votes(answers: Answers, evaluation: Evaluation) -> dict[str, Figure]:
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
    return {"uncertainty": uncertainty_figure(errors[known], uncertainty[known]), "errors": errors_figure(bars)}


KINDS: dict[str, Callable[[Answers, Evaluation], dict[str, Figure]]] = {
    "probability": _of_probability,
    "shares": _of_shares,
    "votes": _of_votes,
    "classes": _of_classes,
}
"""How the figures are drawn, by the kind of a task's outputs."""


def reliability_figure(
    targets: np.ndarray, probabilities: np.ndarray, uncalibrated: np.ndarray, said: str, share: str
) -> Figure:
    """Show how often targets are 1 by the probability of that, before and after calibration, all (n, 1).

    `said` and `share` are what probabilities and targets are called.
    """
    figure = Figure(figsize=(WIDTH, HEIGHT + 0.9), layout="constrained")
    axes, counts = figure.subplots(2, 1, height_ratios=(4, 1), sharex=True)
    diagonal(axes)
    drawn = (("before calibration", uncalibrated, MUTED), ("calibrated", probabilities, ACCENT))
    for _, values, colour in drawn:
        table = reliability_table(targets, values)
        _plot_shares(axes, table["probability"], table["true"], table["galaxies"], colour)
    axes.set(title="Reliability", ylabel=share, ylim=(-0.02, 1.02))
    name_corner(axes, [(name, colour) for name, _, colour in reversed(drawn)])
    counts.hist(probabilities.ravel(), bins=20, range=(0, 1), color=ACCENT)
    counts.set(xlabel=said, ylabel="Galaxies", yscale="log")
    return figure


def uncertainty_figure(errors: np.ndarray, uncertainty: np.ndarray) -> Figure:
    """Show stated uncertainties beside the absolute errors, of the same shape."""
    figure, axes = panel("Uncertainty", "Stated", "Error that 68 % stay below")
    table = pd.DataFrame({"stated": uncertainty.ravel(), "error": errors.ravel()})
    grouped = table.groupby(_quantile_bins(table["stated"]), observed=True)
    stated, typical = grouped["stated"].mean(), grouped["error"].quantile(0.683)
    axes.plot(stated, typical, "o-", color=ACCENT, markersize=4)
    diagonal(axes)
    axes.set(xlim=(0, None), ylim=(0, None))
    name_corner(axes, [("dotted: as large as stated", MUTED)])
    return figure


def errors_figure(squares: Mapping[str, tuple[float, float]]) -> Figure:
    """Show the error by class or question beside the noise of its votes, the largest at the top.

    `squares`: by name, the mean squared error, and the mean variance that is the noise of the votes.
    """
    figure, axes = panel("Error of the shares", "Root mean square", "", height=max(HEIGHT, 1 + 0.27 * len(squares)))
    rows = sorted(squares, key=lambda name: squares[name])
    for place, name in enumerate(rows):
        found, noise = np.sqrt(squares[name])
        axes.plot([noise, found], [place, place], color=LINE, linewidth=2, zorder=1)
        axes.plot(noise, place, "|", color=MUTED, markersize=9, markeredgewidth=2)
        axes.plot(found, place, "o", color=ACCENT, markersize=5)
    axes.set_yticks(range(len(rows)), list(map(as_it_is, rows)))
    axes.set(xlim=(0, None), ylim=(-0.7, len(rows) + 0.2))
    axes.tick_params(axis="y", length=0)
    axes.text(1, 0.98, "network", color=ACCENT, ha="right", va="top", transform=axes.transAxes)
    axes.text(0.02, 0.98, "noise of the votes", color=MUTED, va="top", transform=axes.transAxes)
    return figure


def condition_figure(is_right: np.ndarray, title: str, name: str, values: np.ndarray | pd.Series) -> Figure:
    """Show accuracy by the `values` of a condition of that name, (n,), in bins of equal numbers of galaxies.

    The bars are 95 % intervals.
    """
    figure, axes = panel(title, name, "", height=2.5)
    table = pd.DataFrame({"value": values, "right": is_right})
    grouped = table.groupby(_quantile_bins(table["value"]), observed=True)
    _plot_shares(axes, grouped["value"].mean(), grouped["right"].sum(), grouped.size(), ACCENT)
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.4g} %")
    return figure


def _quantile_bins(values: pd.Series) -> pd.Series:
    """Return the bin of each value; fewer bins where many values are equal."""
    return pd.qcut(values, BINS, labels=False, duplicates="drop").fillna(0)


def _plot_shares(axes: Axes, place: pd.Series, hits: pd.Series, number: pd.Series, colour: str) -> None:
    """Plot shares with Wilson's 95 % intervals (Wilson 1927)."""
    share = hits / number
    low, high = proportion_confint(hits, number, method="wilson")
    axes.vlines(place, np.minimum(low, share), np.maximum(high, share), color=colour, linewidth=1)
    axes.plot(place, share, "o-", color=colour, markersize=4)
