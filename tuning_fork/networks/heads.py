"""Heads: what Keras needs of a task, by the kind of its outputs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.networks.tree_head import TreeHead, squared_error
from tuning_fork.tasks.task import Task

LAST = "targets"
"""The name of the layer that makes the outputs of what speaks for each; no layer after it has weights."""

UNCALIBRATED = "uncalibrated"
"""The name of the layer before it, in a network with a calibration of probabilities, that gives them as they were."""

Loss = str | Callable[[Any, Any], tf.Tensor]
"""Keras's name of a loss, or a function of targets and outputs, both (n, targets)."""


@dataclass(frozen=True)
class Head:
    """The end of a network, and what its training goes by."""

    last: Callable[[keras.KerasTensor, int], keras.KerasTensor]
    """From the (n, k) numbers a galaxy that a network makes to its outputs, so many, by the layer called `LAST`."""
    loss: Loss
    metrics: Callable[[], list[keras.metrics.Metric]]
    """What is followed by epoch beside the loss; accuracy is of the most probable class."""
    monitor: str
    """By which of the scores of an epoch the best one is known."""
    mode: Literal["min", "max"]
    """Whether the best one has the lowest or the highest."""
    evidence: Callable[[tf.Tensor], tf.Tensor]
    """From the last layer's outputs before their activation, (n, targets), to what speaks for each class."""
    first: str = LAST
    """The name of its first layer."""
    likelihood: Loss | None = None
    """The loss when training.likelihood asks for it, if that is another."""
    independent: Callable[[keras.KerasTensor, int], keras.KerasTensor] | None = None
    """What makes the outputs when model.tree is false, if that is another."""

    def outputs(self, summary: keras.KerasTensor, targets: int, tree: bool) -> keras.KerasTensor:
        """Return so many outputs, of a tree or each by itself where that makes a difference."""
        last = self.last if tree or self.independent is None else self.independent
        return last(summary, targets)

    def chosen_loss(self, likelihood: bool) -> Loss:
        """Return the loss, or on demand the likelihood if there is one."""
        return self.likelihood if likelihood and self.likelihood is not None else self.loss


def _dense(activation: str) -> Callable[[keras.KerasTensor, int], keras.KerasTensor]:
    """Return what makes outputs by a dense layer with that activation, in float32."""

    def last(summary: keras.KerasTensor, targets: int) -> keras.KerasTensor:
        return keras.layers.Dense(targets, activation=activation, dtype="float32", name=LAST)(summary)

    return last


PROBABILITY = Head(
    last=_dense("sigmoid"),
    loss="binary_crossentropy",
    metrics=lambda: [keras.metrics.BinaryAccuracy("accuracy"), keras.metrics.AUC(name="auc")],
    monitor="val_auc",
    mode="max",
    evidence=lambda log_odds: tf.concat([-log_odds, log_odds], axis=1),
)
SHARES = Head(
    last=_dense("linear"),
    loss="mean_squared_error",
    metrics=lambda: [keras.metrics.CategoricalAccuracy("accuracy")],
    monitor="val_loss",
    mode="min",
    evidence=tf.identity,
)


def _log_odds(logits: tf.Tensor) -> tf.Tensor:
    """Return the log-odds of each class against all others, (n, classes), of logarithms of probabilities or logits."""
    others = tf.linalg.set_diag(tf.repeat(logits[:, None], logits.shape[1], axis=1), tf.fill(tf.shape(logits), -np.inf))
    return logits - tf.reduce_logsumexp(others, axis=2)


CLASSES = Head(
    last=_dense("softmax"),
    loss="categorical_crossentropy",
    metrics=lambda: [keras.metrics.CategoricalAccuracy("accuracy")],
    monitor="val_loss",
    mode="min",
    evidence=_log_odds,
)


def _of_votes(task: Task) -> Head:
    """Return the head of all answers to the task's survey."""
    tree = TreeHead(task.survey)
    return Head(
        last=lambda summary, _: tree.answers(summary, LAST),
        loss=squared_error,
        metrics=tree.metrics,
        monitor="val_mse",
        mode="min",
        evidence=tree.classes,
        first=tree.first,
        likelihood=tree.log_loss,
        independent=_dense("sigmoid"),
    )


HEADS: dict[str, Callable[[Task], Head]] = {
    "probability": lambda _: PROBABILITY,
    "shares": lambda _: SHARES,
    "votes": _of_votes,
    "classes": lambda _: CLASSES,
}
"""What gives the head of a task, by the kind of its outputs."""


def head_of(task: Task) -> Head:
    """Return the head for the outputs of a task."""
    return HEADS[task.kind](task)
