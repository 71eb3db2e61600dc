"""The metrics of each kind of outputs."""

from collections.abc import Callable

import numpy as np
from scipy.stats import binomtest, rankdata
from sklearn import metrics

from tuning_fork.evaluation import confusion
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.whole_tree.questions import RMSE, question_metrics
from tuning_fork.tasks.task import Task

SMALLEST = 1e-7
"""A probability is taken for at least this: a class that a network excludes is not infinitely wrong."""


def _is_second(shares: np.ndarray) -> np.ndarray:
    return shares[:, 0] > 0.5


def _largest(shares: np.ndarray) -> np.ndarray:
    return shares.argmax(axis=1)


def _accuracy(classes: Callable[[np.ndarray], np.ndarray]) -> Metric:
    """Return the metric of how many galaxies are of the right class, given how `classes` follow from outputs."""

    def score(targets: np.ndarray, outputs: np.ndarray) -> float:
        return float((classes(targets) == classes(outputs)).mean())

    def resampled(targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
        return counts @ (classes(outputs) == classes(targets)) / counts.sum(axis=1)

    def mcnemar(targets: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
        """Return the exact p-value that galaxies which one run alone has right are as likely to be the first's."""
        first_right, second_right = (classes(outputs) == classes(targets) for outputs in (first, second))
        alone = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())
        return float(binomtest(alone[0], sum(alone)).pvalue) if sum(alone) else 1.0

    return Metric("accuracy", "accuracy", True, score, resampled, mcnemar, share_of=len)


def _roc_auc_resampled(targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the share of (featured, smooth) pairs in which the featured galaxy has the higher output, ties half."""
    is_featured = targets[:, 0] == 1
    ranks = rankdata(outputs[:, 0], method="dense")
    featured, smooth = ranks[is_featured], ranks[~is_featured]
    higher = (featured[:, None] > smooth) + 0.5 * (featured[:, None] == smooth)
    weights, others = counts[:, is_featured], counts[:, ~is_featured]
    with np.errstate(invalid="ignore"):
        return ((weights @ higher) * others).sum(axis=1) / (weights.sum(axis=1) * others.sum(axis=1))


def _mse_resampled(targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return counts @ ((targets - outputs) ** 2).mean(axis=1) / counts.sum(axis=1)


def _r2_resampled(targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    about_mean = counts @ targets**2 - (counts @ targets) ** 2 / counts.sum(axis=1)[:, None]
    return (1 - (counts @ (targets - outputs) ** 2) / about_mean).mean(axis=1)


def _f1(targets: np.ndarray, outputs: np.ndarray) -> float:
    return confusion.f1(targets[:, 0], _is_second(outputs))


def _f1_weighted(targets: np.ndarray, outputs: np.ndarray) -> float:
    return confusion.f1_weighted(_largest(targets), _largest(outputs))


def _roc_auc(targets: np.ndarray, outputs: np.ndarray) -> float:
    return confusion.roc_auc(targets[:, 0], outputs[:, 0])


def _balanced_accuracy(targets: np.ndarray, outputs: np.ndarray) -> float:
    return confusion.balanced_accuracy(targets[:, 0], _is_second(outputs))


def _f1_macro(targets: np.ndarray, outputs: np.ndarray) -> float:
    return confusion.f1_macro(_largest(targets), _largest(outputs))


def _mean_recall(targets: np.ndarray, outputs: np.ndarray) -> float:
    return confusion.balanced_accuracy(_largest(targets), _largest(outputs))


def _surprise(targets: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return minus the logarithm of each galaxy's probability of its class, (n,)."""
    return -np.log(np.maximum((targets * outputs).sum(axis=1), SMALLEST))


def _log_loss(targets: np.ndarray, outputs: np.ndarray) -> float:
    return float(_surprise(targets, outputs).mean())


def _log_loss_resampled(targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return counts @ _surprise(targets, outputs) / counts.sum(axis=1)


PROBABILITY = (
    _accuracy(_is_second),
    Metric("f1", "F1", True, _f1),
    Metric("roc_auc", "ROC AUC", True, _roc_auc, _roc_auc_resampled, is_decisive=True),
    Metric("balanced_accuracy", "balanced acc.", True, _balanced_accuracy),
)
SHARES = (
    Metric("mse", "MSE", False, metrics.mean_squared_error, _mse_resampled),
    Metric("r2", "R²", True, metrics.r2_score, _r2_resampled, is_decisive=True),
    _accuracy(_largest),
    Metric("f1", "F1", True, _f1_weighted),
)
CLASSES = (
    _accuracy(_largest),
    Metric("balanced_accuracy", "balanced acc.", True, _mean_recall),
    Metric("f1", "F1", True, _f1_macro),
    Metric("log_loss", "log loss", False, _log_loss, _log_loss_resampled, is_decisive=True),
)


def _of_votes(task: Task) -> tuple[Metric, ...]:
    return RMSE, _accuracy(task.outputs.winners), *question_metrics(task.survey)


METRICS: dict[str, Callable[[Task], tuple[Metric, ...]]] = {
    "probability": lambda _: PROBABILITY,
    "shares": lambda _: SHARES,
    "votes": _of_votes,
    "classes": lambda _: CLASSES,
}
"""By the kind of a task's outputs, in the order of the tables.

Accuracy and F1 of shares are of the largest one, F1 of classes is the mean of all
classes'; the accuracy of votes is that of the first question's answer.
"""


def metrics_of(task: Task) -> tuple[Metric, ...]:
    """Return the metrics for the outputs of a task."""
    return METRICS[task.kind](task)
