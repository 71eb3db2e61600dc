"""The head of all answers to a survey: outputs whose sums hold by construction, and what they are learnt by.

Targets and outputs, both (n, answers), are the fraction of all volunteers who give each answer, in the order of the
survey's keys; a target that is not known is NaN, and counts for nothing.
"""

from dataclasses import dataclass

import numpy as np

from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.surveys.survey import Question, Survey

SMALLEST = 1e-7
"""Fractions of which the logarithm is taken are at least this."""


@dataclass(frozen=True)
class TreeHead:
    """What Keras needs of all answers to a survey."""

    survey: Survey

    @property
    def first(self) -> str:
        """The name of the head's first layer."""
        return f"question_{self.survey.first.key}"

    def answers(self, summary: keras.KerasTensor, name: str) -> keras.KerasTensor:
        """Return the fraction of all who give each answer: among those asked, a softmax, times those led there.

        The layer of that name adds up logarithms along the tree and takes their exponential; nothing of it is
        learnt. It does so in double precision: of single precision, GPUs may multiply but ten bits (TensorFloat-32),
        too few for the sums to hold.
        """
        questions = [
            keras.layers.Dense(len(one.answers), activation="log_softmax", dtype="float32", name=f"question_{one.key}")(
                summary
            )
            for one in self.survey.questions
        ]
        logarithms = keras.layers.Concatenate(dtype="float32", name="among_those_asked")(questions)
        for question in self._of_several:
            logarithms = _with_sum(logarithms, self._paths()[:, self.survey.rows_asked(question)], question)
        path = keras.initializers.Constant(self._paths().tolist())
        answers = len(self.survey.keys)
        last = keras.layers.Dense(answers, "exponential", False, path, dtype="float64", name=name, trainable=False)
        return keras.layers.Identity(dtype="float32", name="in_single_precision")(last(logarithms))

    def log_loss(self, targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """Return minus the logarithm of the votes' likelihood, a volunteer, but for what no output decides: (n,).

        The answers that are given to a question are drawn from its softmax (multinomial).
        """
        votes = tf.where(tf.math.is_finite(targets), targets, 0.0)
        logarithms = tf.math.log(tf.maximum(outputs, SMALLEST))
        tops = [
            tf.math.log(tf.reduce_sum(tf.gather(tf.maximum(outputs, SMALLEST), rows, axis=1), axis=1, keepdims=True))
            for rows in map(self.survey.rows_asked, self._of_several)
        ]
        asked = tf.matmul(tf.concat([logarithms, *tops], axis=1), tf.constant(self._parents(), logarithms.dtype))
        return -tf.reduce_sum(votes * (logarithms - asked), axis=-1)

    def metrics(self) -> list[keras.metrics.Metric]:
        """Return the metrics that are followed: how often the first question's winner is right, the squared error."""
        return [
            keras.metrics.MeanMetricWrapper(self._is_right, "accuracy"),
            keras.metrics.MeanMetricWrapper(squared_error, "mse"),
        ]

    def classes(self, logarithms: tf.Tensor) -> tf.Tensor:
        """Return what speaks for each answer to the first question, of the logarithms of all (n, answers)."""
        return tf.gather(logarithms, self.survey.rows_of(self.survey.first), axis=1)

    def _is_right(self, targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        voted, predicted = (tf.argmax(self.classes(values), axis=1) for values in (targets, outputs))
        return tf.cast(tf.equal(voted, predicted), tf.float32)

    @property
    def _of_several(self) -> list[Question]:
        """The questions that are asked of several answers: the fractions of these are added up first."""
        return [question for question in self.survey.questions if len(question.asked_of) > 1]

    def _top(self, question: Question) -> int | None:
        """Return which logarithm is that of the fraction led to a question: an answer's, or after them a sum's."""
        asked = self.survey.rows_asked(question)
        if len(asked) > 1:
            return len(self.survey.keys) + self._of_several.index(question)
        return asked[0] if asked else None

    def _parents(self) -> np.ndarray:
        """Return 1 where the row's answer, or sum, leads to the column's question, (answers and sums, answers)."""
        answers = len(self.survey.keys)
        parents = np.zeros((answers + len(self._of_several), answers))
        for question in self.survey.questions:
            top = self._top(question)
            if top is not None:
                parents[top, self.survey.rows_of(question)] = 1
        return parents

    def _paths(self) -> np.ndarray:
        """Return 1 where the row's answer, or sum, is on the way to the column's, itself included, (as `_parents`)."""
        answers = len(self.survey.keys)
        paths = np.eye(answers + len(self._of_several), answers)
        for question in self.survey.questions:  # none comes before the answers that it is asked of
            top, rows = self._top(question), self.survey.rows_of(question)
            if top is not None and top < answers:
                paths[:, rows] += paths[:, [top]]
            elif top is not None:
                paths[top, rows] = 1
        return paths


def squared_error(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return the squared error of the answers that are known, in sum over the number of all: (n,)."""
    known = tf.math.is_finite(targets)
    error = tf.where(known, targets, 0.0) - tf.where(known, outputs, 0.0)
    return tf.reduce_mean(tf.square(error), axis=-1)


def _with_sum(logarithms: keras.KerasTensor, paths: np.ndarray, question: Question) -> keras.KerasTensor:
    """Return the logarithms with that of the sum of several answers' fractions behind them, `paths` (all, several)."""
    here = keras.initializers.Constant(paths[: logarithms.shape[1]].tolist())
    name = f"led_to_{question.key}"
    several = keras.layers.Dense(paths.shape[1], None, False, here, dtype="float64", name=name, trainable=False)
    total = keras.ops.logsumexp(several(logarithms), axis=1, keepdims=True)
    return keras.layers.Concatenate(dtype="float64", name=f"with_{name}")([logarithms, total])
