"""The head of the whole decision tree: outputs whose sums hold by construction, and what they are learnt by.

Targets and outputs, both (n, 37), are the fraction of all volunteers who give each answer, in the order of the tree's
columns; a target that is not known is NaN, and counts for nothing.
"""

import numpy as np

from tuning_fork.galaxies.decision_tree import COLUMNS, QUESTIONS, row_asked, rows_of
from tuning_fork.networks.quiet_tensorflow import keras, tf

FIRST = f"question_{QUESTIONS[0].key}"
"""The name of the head's first layer."""
SMALLEST = 1e-7
"""Fractions of which the logarithm is taken are at least this."""


def answers(summary: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Return the fraction of all who give each answer: among those asked, a softmax, times those led to the question.

    The layer of that name adds up logarithms along the tree and takes their exponential; nothing of it is
    learnt. It does so in double precision: of single precision, GPUs may multiply but ten bits (TensorFloat-32), too
    few for the sums to hold.
    """
    questions = [
        keras.layers.Dense(len(one.answers), activation="log_softmax", dtype="float32", name=f"question_{one.key}")(
            summary
        )
        for one in QUESTIONS
    ]
    among_asked = keras.layers.Concatenate(dtype="float32", name="among_those_asked")(questions)
    path = keras.initializers.Constant(_paths().tolist())
    last = keras.layers.Dense(len(COLUMNS), "exponential", False, path, dtype="float64", name=name, trainable=False)
    return keras.layers.Identity(dtype="float32", name="in_single_precision")(last(among_asked))


def squared_error(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return the squared error of the answers that are known, in sum over the number of all: (n,)."""
    known = tf.math.is_finite(targets)
    error = tf.where(known, targets, 0.0) - tf.where(known, outputs, 0.0)
    return tf.reduce_mean(tf.square(error), axis=-1)


def log_loss(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return minus the logarithm of the votes' likelihood, a volunteer, but for what does not depend on outputs: (n,).

    The answers that are given to a question are drawn from its softmax (multinomial).
    """
    votes = tf.where(tf.math.is_finite(targets), targets, 0.0)
    logarithms = tf.math.log(tf.maximum(outputs, SMALLEST))
    asked = tf.matmul(logarithms, tf.constant(_parents(), logarithms.dtype))
    return -tf.reduce_sum(votes * (logarithms - asked), axis=-1)


def metrics() -> list[keras.metrics.Metric]:
    """Return the metrics that are followed: how often the first question's winner is right, and the squared error."""
    return [
        keras.metrics.MeanMetricWrapper(_is_right, "accuracy"),
        keras.metrics.MeanMetricWrapper(squared_error, "mse"),
    ]


def classes(logarithms: tf.Tensor) -> tf.Tensor:
    """Return what speaks for each answer to the first question: (n, 3) of the logarithms of all (n, 37)."""
    return tf.gather(logarithms, rows_of(QUESTIONS[0]), axis=1)


def _is_right(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    voted, predicted = (tf.argmax(classes(values), axis=1) for values in (targets, outputs))
    return tf.cast(tf.equal(voted, predicted), tf.float32)


def _parents() -> np.ndarray:
    """Return 1 where the row's answer leads to the column's question, (37, 37)."""
    parents = np.zeros((len(COLUMNS), len(COLUMNS)))
    for question in QUESTIONS:
        asked = row_asked(question)
        if asked is not None:
            parents[asked, rows_of(question)] = 1
    return parents


def _paths() -> np.ndarray:
    """Return 1 where the row's answer is on the way to the column's, itself included, (37, 37)."""
    paths = np.eye(len(COLUMNS))
    for question in QUESTIONS:  # none comes before the one that leads to it
        asked = row_asked(question)
        if asked is not None:
            paths[:, rows_of(question)] += paths[:, [asked]]
    return paths
