"""Heads: what Keras needs of a task, by the kind of its outputs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.tasks.task import Task

LAST = "targets"
"""The name of a network's last layer."""


@dataclass(frozen=True)
class Head:
    """The end of a network, and what its training goes by."""

    activation: str
    """The activation of the last layer."""
    loss: str
    metrics: Callable[[], list[keras.metrics.Metric]]
    """What is followed by epoch beside the loss; accuracy is of the most probable class."""
    monitor: str
    """By which of the scores of an epoch the best one is known."""
    mode: Literal["min", "max"]
    """Whether the best one has the lowest or the highest."""
    evidence: Callable[[tf.Tensor], tf.Tensor]
    """From the last layer's outputs before their activation, (n, targets), to what speaks for each class."""

    def layer(self, targets: int) -> keras.layers.Layer:
        """Return the last layer of a network with so many outputs, in float32."""
        return keras.layers.Dense(targets, activation=self.activation, dtype="float32", name=LAST)


HEADS = {
    "probability": Head(
        activation="sigmoid",
        loss="binary_crossentropy",
        metrics=lambda: [keras.metrics.BinaryAccuracy("accuracy"), keras.metrics.AUC(name="auc")],
        monitor="val_auc",
        mode="max",
        evidence=lambda log_odds: tf.concat([-log_odds, log_odds], axis=1),
    ),
    "shares": Head(
        activation="linear",
        loss="mean_squared_error",
        metrics=lambda: [keras.metrics.CategoricalAccuracy("accuracy")],
        monitor="val_loss",
        mode="min",
        evidence=tf.identity,
    ),
}


def head_of(task: Task) -> Head:
    """Return the head for the outputs of a task."""
    return HEADS[task.kind]
