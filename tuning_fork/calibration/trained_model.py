"""A trained network made ready for use: calibrated on the validation galaxies, and with a memory of the survey's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import keras
import numpy as np
import tensorflow as tf

from tuning_fork.calibration.calibration import Beta, Calibration, Scatter
from tuning_fork.calibration.familiarity import Familiarity
from tuning_fork.galaxies.examples import Examples, count
from tuning_fork.params.images import Preparation
from tuning_fork.tasks.tasks import Task

VIEWS = (1, 8)
"""An image as it is, or in its eight flips and quarter turns."""
BATCH = 128
"""Images that the network looks at together: more are not faster, and take memory."""
DESCRIBED = 20_000
"""Galaxies that are enough to describe what the survey's are like."""


@dataclass(frozen=True)
class TrainedModel:
    """A trained network, the task that it answers, how an image becomes its input, and what its outputs are worth."""

    network: keras.Model
    task: Task
    images: Preparation
    calibration: Mapping[int, Calibration]
    """By the number of views. That of a binary task's one view is in the network itself."""
    familiarity: Familiarity

    @classmethod
    def finish(
        cls,
        network: keras.Model,
        task: Task,
        images: Preparation,
        validation: Sequence[Examples],
        survey: Sequence[Examples],
    ) -> Self:
        """Calibrate a trained network on the validation galaxies, and describe the galaxies of the survey.

        Of the binary task, that of one view becomes the network's last layer: its own outputs are calibrated.
        """
        step = -(-count(survey) // DESCRIBED)
        familiarity = Familiarity.fit(batches(survey, step), -(-count(survey) // step))
        raw = cls(network, task, images, {}, familiarity)
        targets = np.concatenate([part.targets for part in validation])
        if not task.is_binary:
            calibration = {views: Scatter.fit(targets, raw.outputs(validation, views)) for views in VIEWS}
            return replace(raw, calibration=calibration)
        single = Beta.fit(targets, raw.outputs(validation))
        calibrated = replace(raw, network=_calibrated(network, single), calibration={1: single})
        eight = Beta.fit(targets, calibrated.outputs(validation, views=8))
        return replace(calibrated, calibration={1: single, 8: eight})

    def outputs(self, examples: Sequence[Examples], views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of each galaxy, (n, targets)."""
        return np.concatenate([self.look(images, views) for images in batches(examples)])

    def look(self, images: np.ndarray, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of uint8 images (n, *shape): (n, targets).

        May be called from several threads.
        """
        return np.mean([self._run(view) for view in views_of(images, views)], axis=0, dtype=float)

    def shares(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return calibrated probabilities, or shares of the votes, of the task's classes: (n, classes), 1 in sum."""
        return self._scale(views).shares(outputs)

    def uncalibrated(self, examples: Sequence[Examples], views: int = 1) -> np.ndarray:
        """Return the mean over the views of what a binary task's outputs were before calibration, (n, 1)."""
        before = keras.Model(self.network.input, self.network.layers[-2].output)
        return np.concatenate(
            [
                np.mean([np.exp(before(view, training=False)[:, :1]) for view in views_of(images, views)], axis=0)
                for images in batches(examples)
            ]
        )

    def uncertainty(self, shares: np.ndarray, views: int = 1) -> np.ndarray:
        """Return how unsure each of the `shares` is, (n, classes): see `tuning_fork.calibration.calibration`."""
        return self._scale(views).uncertainty(shares)

    def _scale(self, views: int) -> Calibration:
        """Return what is left to do to outputs: nothing to those of the network itself in the binary task."""
        is_done = views == 1 and self.task.is_binary
        return Beta(a=1.0, b=1.0, c=0.0) if is_done else self.calibration[views]

    @cached_property
    def _run(self) -> tf.types.experimental.PolymorphicFunction:
        signature = tf.TensorSpec([None, *self.images.shape], tf.uint8)
        return tf.function(lambda images: self.network(images, training=False), input_signature=[signature])


def _calibrated(network: keras.Model, calibration: Beta) -> keras.Model:
    """Return the network with its calibration in it, as two layers in place of the last.

    The first gives the logarithms of the probabilities of featured and of smooth, as they were; the second calibrates.
    """
    last = network.layers[-1]
    kernel, bias = last.get_weights()
    before = keras.layers.Dense(2, activation="log_sigmoid", dtype="float32", name="uncalibrated")
    after = keras.layers.Dense(1, activation="sigmoid", dtype="float32", name="targets")
    calibrated = keras.Model(network.input, after(before(last.input)), name=network.name)
    before.set_weights([np.hstack([kernel, -kernel]), np.hstack([bias, -bias])])
    after.set_weights([np.array([[calibration.a], [-calibration.b]]), np.array([calibration.c])])
    return calibrated


def views_of(images: np.ndarray, number: int) -> Iterator[np.ndarray]:
    """Yield 1 or 8 views of images (n, side, side, channels): quarter turns of them, then of their mirror images."""
    for side in (images, images[:, :, ::-1]):
        for turns in range(4):
            yield np.rot90(side, turns, axes=(1, 2))
            if number == 1:
                return


def batches(examples: Sequence[Examples], step: int = 1) -> Iterator[np.ndarray]:
    """Yield all images in order, or every so many in each part, some at a time."""
    for part in examples:
        images = np.asarray(part.images)[::step]
        for start in range(0, len(images), BATCH):
            yield images[start : start + BATCH]
