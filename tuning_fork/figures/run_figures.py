"""The figures of a run, as a paper would show them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.metrics import auc, confusion_matrix, r2_score

from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.whole_tree.questions import r2
from tuning_fork.figures.palette import LIGHT
from tuning_fork.figures.panels import (
    ACCENT,
    INK,
    MOST_NAMED,
    MUTED,
    SMALL,
    as_it_is,
    colour_of,
    diagonal,
    name_corner,
    name_ends,
    panel,
    short,
)

CELLS = 20
"""Cells along each side in which galaxies are counted."""
MOST_IN_CELLS = 12
"""Classes of which a confusion matrix says the shares in words, at most."""


def training_figures(curves: pd.DataFrame, loss: str) -> dict[str, Figure]:
    """Show loss, of that name, and accuracy by epoch, training beside validation, and the epoch that was kept."""
    error = "val_mse" if "val_mse" in curves else "val_loss"
    best = int(curves["val_auc"].argmax() if "val_auc" in curves else curves[error].argmin())
    return {
        "loss": _curves_figure(curves, "loss", f"{loss} (the loss)", best),
        "accuracy": _curves_figure(curves, "accuracy", "Accuracy", best),
    }


def _curves_figure(curves: pd.DataFrame, column: str, title: str, best: int) -> Figure:
    figure, axes = panel(title, "Epoch", "")
    kept = curves["epoch"].iloc[best]
    axes.axvline(kept, color=INK, linestyle=":", linewidth=1)
    side = "right" if best > 0.7 * len(curves) else "left"
    height, up = (0.97, "top") if column == "loss" else (0.03, "bottom")  # where the curves are not by then
    axes.text(kept, height, " kept ", color=INK, ha=side, va=up, transform=axes.get_xaxis_transform())
    ends = []
    for name, prefix, colour in (("training", "", MUTED), ("validation", "val_", ACCENT)):
        values = curves[f"{prefix}{column}"]
        axes.plot(curves["epoch"], values, color=colour)
        ends.append((name, values.iloc[-1], colour))
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    name_ends(axes, ends)
    return figure


def roc_figure(predictions: Predictions) -> Figure:
    """Show the ROC curve of each class with its area; of many classes those with the smallest areas have names."""
    figure, axes = panel("ROC curve", "False positive rate", "True positive rate")
    named: list[tuple[float, str, str]] = []
    for name, curve in predictions.roc_curves().groupby("class", sort=False):
        colour = colour_of(predictions.task.classes.index(str(name)))
        axes.plot(curve["false_positive_rate"], curve["true_positive_rate"], color=colour)
        area = auc(curve["false_positive_rate"], curve["true_positive_rate"])
        named.append((area, short(predictions.task.name_of(str(name))), colour))
    axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1)
    axes.set(xlim=(0, 1), ylim=(0, 1.01))
    shown = [(f"{name} {area:.3f}", colour) for area, name, colour in sorted(named)[:MOST_NAMED]]
    name_corner(axes, [("area under the curve", MUTED), *shown], at_bottom=True)
    return figure


def confusion_figure(predictions: Predictions) -> Figure:
    """Show how many galaxies of each class, and which share of it, were taken for which class, as tinted cells."""
    classes = predictions.task.classes
    counts = confusion_matrix(predictions.classes, predictions.predicted_classes, labels=classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = max(2.9, 0.62 * min(len(classes), MOST_IN_CELLS) + 1.1)
    known_from = "Labels" if predictions.task.survey.votes == "label" else "Volunteers"
    figure, axes = panel("Confusion matrix", "Network", known_from, side + 0.6, side)
    for (row, column), share in np.ndenumerate(shares):
        tint = LIGHT["good"] if row == column else LIGHT["bad"]
        axes.fill_between([column - 0.48, column + 0.48], row - 0.48, row + 0.48, color=tint, alpha=0.55 * share, lw=0)
        if len(classes) <= MOST_IN_CELLS and counts[row, column] > 0:
            axes.text(column, row, f"{share:.0%}\n{counts[row, column]:,}", ha="center", va="center", fontsize=8)
    names = [as_it_is(predictions.task.name_of(name)) for name in classes]
    _square_cells(axes, names)
    return figure


def _square_cells(axes: Axes, names: list[str]) -> None:
    """Give a cell to each pair of names, the rows from the top down."""
    place = range(len(names))
    axes.set_xticks(place, names, rotation=40 if len(names) > 2 else 0, ha="right" if len(names) > 2 else "center")
    axes.set_yticks(place, names)
    axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def shares_figures(predictions: Predictions) -> dict[str, Figure]:
    """Show the predicted share of each class against the voted one: the darker, the more galaxies."""
    figures = {}
    pairs = zip(predictions.task.targets, predictions.targets.T, predictions.outputs.T, strict=True)
    for number, (name, voted, predicted) in enumerate(pairs):
        title = f"{predictions.task.name_of(name)}, R² {r2_score(voted, predicted):.2f}"
        figure, axes = panel(title, "Share of the votes", "Predicted share", SMALL, SMALL)
        _density(axes, voted, predicted, colour_of(number))
        figures[f"share_{name}"] = figure
    return figures


def _density(axes: Axes, voted: np.ndarray, predicted: np.ndarray, colour: str) -> None:
    """Draw how many galaxies are where, in cells from 0 to 1; predictions beyond are at the edge."""
    edges = np.linspace(0, 1, CELLS + 1)
    counts = np.histogram2d(voted, np.clip(predicted, 0, 1), [edges, edges])[0]
    x, y = np.nonzero(counts)
    opacity = (counts[x, y] / max(counts.max(), 1)) ** 0.4
    axes.scatter((x + 0.5) / CELLS, (y + 0.5) / CELLS, s=22, marker="s", color=colour, alpha=opacity, linewidths=0)
    diagonal(axes)
    axes.set(aspect="equal", xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])


def questions_figures(predictions: Predictions) -> dict[str, Figure]:
    """Show the mean predicted fraction of each answer by the voted one, a figure a question, a colour an answer."""
    survey = predictions.task.survey
    figures = {}
    for question in survey.questions:
        found = r2(survey, question, predictions.targets, predictions.outputs)
        title = f"{question.name}, R² {found:.2f}"
        figure, axes = panel(title, "Fraction of the volunteers", "Predicted, mean", SMALL + 0.3, SMALL)
        diagonal(axes)
        axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        named = []
        for number, (answer, row) in enumerate(zip(question.answers, survey.rows_of(question), strict=True)):
            voted, predicted = _binned(predictions.targets[:, row], predictions.outputs[:, row])
            axes.plot(voted, predicted, "o-", color=colour_of(number), markersize=2.5, linewidth=1)
            named.append((short(answer.name), colour_of(number)))
        name_corner(axes, named[:MOST_NAMED])
        figures[f"question_{question.key}"] = figure
    return figures


def _binned(voted: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean voted and predicted fractions in those tenths of the voted ones that have galaxies."""
    known = np.isfinite(voted)
    bins = np.minimum((voted[known] * 10).astype(int), 9)
    means = pd.DataFrame({"voted": voted[known], "predicted": predicted[known]}).groupby(bins).mean()
    return means["voted"].to_numpy(), means["predicted"].to_numpy()


def run_figures(predictions: Predictions, curves: pd.DataFrame) -> dict[str, Figure]:
    """Return the figures of any run, loss, accuracy, roc and confusion, and those of its kind."""
    loss, more = KINDS[predictions.task.kind]
    any_run = {"roc": roc_figure(predictions), "confusion": confusion_figure(predictions)}
    return training_figures(curves, loss) | any_run | more(predictions)


KINDS: dict[str, tuple[str, Callable[[Predictions], dict[str, Figure]]]] = {
    "probability": ("Binary cross-entropy", lambda _: {}),
    "shares": ("Mean squared error", shares_figures),
    "votes": ("Error of the votes", questions_figures),
    "classes": ("Cross-entropy", lambda _: {}),
}
"""By the kind of a task's outputs: the name of the loss, and figures that other kinds have not."""
