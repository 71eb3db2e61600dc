"""The study's figures: all variants together."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from tuning_fork.evaluation.comparisons import Difference
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.figures.style import human


def curves_figure(curves: Mapping[str, pd.DataFrame]) -> Figure:
    """Show training and validation loss by epoch, a panel a run, so that over-fitting is seen side by side."""
    figure = Figure(figsize=(11, 2.4 * -(-len(curves) // 4)), layout="constrained")
    panels = figure.subplots(-(-len(curves) // 4), 4, squeeze=False).ravel()
    for axes, (name, table) in zip(panels, curves.items(), strict=False):
        axes.plot(table["epoch"], table["loss"], label="training")
        axes.plot(table["epoch"], table["val_loss"], label="validation")
        axes.set_title(name, fontsize=9)
        axes.set_ylim(0, 1.5 * table["val_loss"].iloc[:3].max())
    for axes in panels[len(curves) :]:
        axes.axis("off")
    panels[0].legend(frameon=False, fontsize=8)
    figure.supxlabel("epoch", fontsize=9)
    figure.supylabel("loss", fontsize=9)
    return figure


def roc_figure(runs: Mapping[str, Predictions]) -> Figure:
    """Show the ROC curves of runs of one target together."""
    figure = Figure(figsize=(6.5, 6), layout="constrained")
    axes = figure.subplots()
    for name, run in runs.items():
        curve = run.roc_curves()
        style = "--" if "grey" in name else "-"
        axes.plot(curve["false_positive_rate"], curve["true_positive_rate"], style, label=name, linewidth=1.2)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
    axes.set(xlabel="False positive rate", ylabel="True positive rate", xlim=(0, 0.4), ylim=(0.6, 1.005))
    axes.legend(frameon=False, loc="lower right", fontsize=8)
    return figure


def confusion_figure(runs: Mapping[str, Predictions]) -> Figure:
    """Show the confusion matrix of each run: the share of a class's galaxies that were taken for which class."""
    figure = Figure(figsize=(12, 3.1 * -(-len(runs) // 4)), layout="constrained")
    panels = figure.subplots(-(-len(runs) // 4), 4, squeeze=False).ravel()
    for axes, (name, run) in zip(panels, runs.items(), strict=False):
        classes = run.task.classes
        shares = confusion_matrix(run.classes, run.predicted_classes, labels=classes, normalize="true")
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), share in np.ndenumerate(shares):
            axes.text(column, row, f"{share:.0%}", ha="center", va="center", fontsize=7, color=_ink(share))
        labels = [human(one) for one in classes]
        axes.set_xticks(range(len(classes)), labels, rotation=45, fontsize=7)
        axes.set_yticks(range(len(classes)), labels, fontsize=7)
        axes.set_title(name, fontsize=9)
    for axes in panels[len(runs) :]:
        axes.axis("off")
    return figure


def _ink(share: float) -> str:
    return "white" if share > 0.5 else "black"


def effects_figure(effects: Mapping[str, list[tuple[str, Difference, bool]]]) -> Figure:
    """Show each claim's differences with their intervals: (pair, difference, whether it is real) by claim."""
    rows = [(claim, *row) for claim, several in effects.items() for row in several]
    figure = Figure(figsize=(9, 1 + 0.3 * (len(rows) + len(effects))), layout="constrained")
    axes = figure.subplots()
    height, labels = 0.0, []
    for claim, several in effects.items():
        labels.append((height, claim))
        height -= 1
        for pair, difference, is_real in several:
            low, value, high = difference.gain
            colour = "tab:blue" if is_real else "grey"
            errors = [[value - low], [high - value]]
            axes.errorbar(value, height, xerr=errors, fmt="o", color=colour, capsize=3, markersize=4)
            labels.append((height, f"{pair} ({difference.score})"))
            height -= 1
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks([place for place, _ in labels], [text for _, text in labels], fontsize=8)
    for tick, (_, text) in zip(axes.get_yticklabels(), labels, strict=True):
        tick.set_fontweight("bold" if text in effects else "normal")
    axes.set(xlabel="what the first is better by (blue: real, grey: within noise)", ylim=(height, 1))
    return figure
