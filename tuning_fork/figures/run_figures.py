"""The figures of a run, as a paper would show them."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, auc, confusion_matrix, r2_score

from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.whole_tree.questions import r2
from tuning_fork.figures.style import human


def training_figure(curves: pd.DataFrame, loss: str) -> Figure:
    """Show loss, of that name, and accuracy by epoch, training beside validation, and the epoch that was kept."""
    error = "val_mse" if "val_mse" in curves else "val_loss"
    best = curves["val_auc"].argmax() if "val_auc" in curves else curves[error].argmin()
    figure = Figure(figsize=(9, 3.4))
    panels = {"loss": f"{loss} (loss)", "accuracy": "Accuracy"}
    for axes, (column, title) in zip(figure.subplots(1, 2), panels.items(), strict=True):
        axes.plot(curves["epoch"], curves[column], label="training")
        axes.plot(curves["epoch"], curves[f"val_{column}"], label="validation")
        axes.axvline(curves["epoch"].iloc[best], color="grey", linestyle=":", linewidth=1, label="epoch kept")
        axes.set(title=title, xlabel="Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False)
    return figure


def roc_figure(roc: pd.DataFrame) -> Figure:
    """Show the ROC curve of each class (columns class, false_positive_rate, true_positive_rate) with its area."""
    figure = Figure(figsize=(4.2, 4.2))
    axes = figure.subplots()
    for name, curve in roc.groupby("class", sort=False):
        area = auc(curve["false_positive_rate"], curve["true_positive_rate"])
        label = f"{human(str(name))}, area {area:.3f}"
        axes.plot(curve["false_positive_rate"], curve["true_positive_rate"], label=label)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1, label="chance, area 0.5")
    axes.set(title="ROC curve", xlabel="False positive rate", ylabel="True positive rate", aspect="equal")
    axes.legend(frameon=False, loc="lower right")
    return figure


def confusion_figure(predictions: Predictions) -> Figure:
    """Show how many galaxies of each class, and which share of it, were taken for which class."""
    classes = predictions.task.classes
    counts = confusion_matrix(predictions.classes, predictions.predicted_classes, labels=classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(1.6 + len(classes), 1.2 + len(classes)))
    display = ConfusionMatrixDisplay(shares, display_labels=[human(name) for name in classes])
    display.plot(ax=figure.subplots(), cmap="Blues", im_kw={"vmin": 0, "vmax": 1}, colorbar=False, include_values=True)
    for text, count, share in zip(display.text_.ravel(), counts.ravel(), shares.ravel(), strict=True):
        text.set_text(f"{count}\n{share:.1%}")
    known_from = "Labels" if predictions.task.survey.votes == "label" else "Volunteers"
    display.ax_.set(title="Confusion matrix", xlabel="Predicted", ylabel=known_from)
    display.ax_.spines[:].set_visible(True)
    return figure


def votes_figure(predictions: Predictions) -> Figure:
    """Show the predicted share of each class against the voted one, a dot a galaxy."""
    names = predictions.task.targets
    columns = math.ceil(len(names) ** 0.5)
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(3 * columns, 3.2 * rows), layout="constrained")
    panels: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for axes, name, voted, predicted in zip(panels, names, predictions.targets.T, predictions.outputs.T, strict=False):
        axes.plot(voted, predicted, ".", markersize=2, alpha=0.5)
        axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
        axes.set(title=f"{human(name)}, R² {r2_score(voted, predicted):.2f}", aspect="equal")
        axes.set(xlabel="Share of votes", ylabel="Predicted share", xlim=(-0.1, 1.1), ylim=(-0.1, 1.1))
    for axes in panels[len(names) :]:
        axes.remove()
    return figure


def questions_figure(predictions: Predictions) -> Figure:
    """Show the predicted fraction of each answer against the voted one, a panel a question, a colour an answer."""
    survey = predictions.task.survey
    columns = min(4, len(survey.questions))
    rows = -(-len(survey.questions) // columns)
    figure = Figure(figsize=(3.2 * columns, 3.4 * rows), layout="constrained")
    panels: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for axes, question in zip(panels, survey.questions, strict=False):
        for answer, row in zip(question.answers, survey.rows_of(question), strict=True):
            voted, predicted = predictions.targets[:, row], predictions.outputs[:, row]
            axes.plot(voted, predicted, ".", markersize=2, alpha=0.5, label=answer.name)
        axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
        found = r2(survey, question, predictions.targets, predictions.outputs)
        axes.set(title=f"{question.name}, R² {found:.2f}", aspect="equal", xlim=(-0.05, 1.05), ylim=(-0.05, 1.05))
        axes.set(xlabel="Fraction of the volunteers", ylabel="Predicted fraction")
        axes.legend(frameon=False, fontsize=7, markerscale=4, loc="upper left")
    for axes in panels[len(survey.questions) :]:
        axes.remove()
    return figure


def run_figures(predictions: Predictions, curves: pd.DataFrame) -> dict[str, Figure]:
    """Return the figures of any run, training, roc and confusion, and those of its kind."""
    loss, more = KINDS[predictions.task.kind]
    return {
        "training": training_figure(curves, loss),
        "roc": roc_figure(predictions.roc_curves()),
        "confusion": confusion_figure(predictions),
        **{name: draw(predictions) for name, draw in more.items()},
    }


KINDS: dict[str, tuple[str, dict[str, Callable[[Predictions], Figure]]]] = {
    "probability": ("Binary cross-entropy", {}),
    "shares": ("Mean squared error", {"votes": votes_figure}),
    "votes": ("Error of the votes", {"questions": questions_figure}),
    "classes": ("Cross-entropy", {}),
}
"""By the kind of a task's outputs: the name of the loss, and figures that other kinds have not."""
