"""Small multiples: learning curves, ROC curves and confusion matrices, a panel a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.study.results import Result

WIDTH, HEIGHT = 1000, 600
"""Of a panel's own coordinates, whatever its size on the page."""
CORNER = 0.4
"""The part of the ROC curve that is shown: false positives up to this, true positives from one minus this."""


@dataclass(frozen=True)
class Curves:
    """The losses of a training by epoch, as lines in the panel's coordinates."""

    name: str
    training: str
    validation: str
    top: str
    """The loss at the upper edge; the lower edge is no loss at all."""
    epochs: int
    last: tuple[str, str]
    """The losses of the last epoch: training's and validation's."""


@dataclass(frozen=True)
class Roc:
    """The corner of a run's ROC curve, as a line in the panel's coordinates, and the score that goes with it."""

    name: str
    line: str
    score: str


@dataclass(frozen=True)
class Confusion:
    """Of the galaxies of each class, in %, those taken for each: a row a class, None of a class without galaxies."""

    name: str
    classes: Sequence[str]
    shares: Sequence[Sequence[float] | None]


def curves(results: Mapping[str, Result]) -> list[Curves]:
    """Return the learning curves of each run."""
    found = []
    for name, result in results.items():
        table = result.curves
        top = 1.5 * float(table["val_loss"].iloc[:3].max())
        places = np.linspace(0, WIDTH, len(table)) if len(table) > 1 else np.array([WIDTH / 2])
        losses = [table[column].to_numpy(float) for column in ("loss", "val_loss")]
        training, validation = (_line(places, HEIGHT * (1 - loss / top)) for loss in losses)
        last = f"{losses[0][-1]:.3g}", f"{losses[1][-1]:.3g}"
        found.append(Curves(name, training, validation, f"{top:.2g}", len(table), last))
    return found


def roc_curves(results: Mapping[str, Result]) -> list[Roc]:
    """Return the ROC curves of the runs of one target."""
    found = []
    for name, result in results.items():
        if len(result.predictions.task.targets) == 1:
            rates = result.predictions.roc_curves()
            line = _line(
                rates["false_positive_rate"].to_numpy(float) / CORNER * WIDTH,
                (1 - rates["true_positive_rate"].to_numpy(float)) / CORNER * WIDTH,
            )
            metric = next(one for one in metrics_of(result.predictions.task) if one.is_decisive)
            found.append(Roc(name, line, f"{metric.label} {result.scores[metric.name]:.4f}"))
    return found


def confusions(results: Mapping[str, Result]) -> list[Confusion]:
    """Return the confusion matrix of each run."""
    found = []
    for name, result in results.items():
        run, classes = result.predictions, result.predictions.task.classes
        counts = confusion_matrix(run.classes, run.predicted_classes, labels=classes)
        shares = [(100 * row / row.sum()).tolist() if row.any() else None for row in counts]
        found.append(Confusion(name, [run.task.name_of(one) for one in classes], shares))
    return found


def _line(across: np.ndarray, down: np.ndarray) -> str:
    """Return the points of a polyline, without those that are no numbers."""
    points = np.stack([across, down], axis=1)
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points[np.isfinite(points).all(axis=1)])
