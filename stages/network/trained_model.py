"""A trained network made ready for use: calibrated on the validation galaxies, and with a memory of the training's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import keras
import numpy as np
import tensorflow as tf

from stages.galaxies.examples import Examples
from stages.galaxies.tasks import Task
from stages.network.calibration import Calibration, LogOdds, Scatter
from stages.network.familiarity import Familiarity, features
from stages.params import Preparation

VIEWS = (1, 8)
"""An image as it is, or in its eight flips and quarter turns."""
BATCH = 128


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
        train: Sequence[Examples],
        validation: Sequence[Examples],
    ) -> Self:
        """Calibrate a trained network on the validation galaxies, and describe those that it learned from.

        Of the binary task, that of one view is put into the weights of the last layer: the network's own outputs are
        calibrated.
        """
        raw = cls(network, task, images, {}, Familiarity(np.zeros(1), np.zeros((1, 1)), np.inf))
        familiarity = Familiarity.fit(raw.features(train), raw.features(validation))
        targets = np.concatenate([part.targets for part in validation])
        fit = LogOdds.fit if task.is_binary else Scatter.fit
        calibration = {1: fit(targets, raw.outputs(validation))}
        if task.is_binary:
            kernel, bias = network.layers[-1].get_weights()
            scale, shift = calibration[1].temperature, calibration[1].bias
            network.layers[-1].set_weights([kernel / scale, bias / scale + shift])
        calibration[8] = fit(targets, raw.outputs(validation, views=8))
        return cls(network, task, images, calibration, familiarity)

    def outputs(self, examples: Sequence[Examples], views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of each galaxy, (n, targets)."""
        return np.concatenate([self.look(np.asarray(part.images), views)[0] for part in examples])

    def features(self, examples: Sequence[Examples]) -> np.ndarray:
        """Return the features by which familiarity is judged, (n, d)."""
        every = (images for part in examples for images in batches(np.asarray(part.images)))
        return np.concatenate([self._run(images)[1].numpy() for images in every])

    def look(self, images: np.ndarray, views: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return mean outputs (n, targets) and distances from the training (n,) of uint8 images (n, *shape).

        May be called from several threads.
        """
        outputs, distances = [], []
        for batch in batches(images):
            seen, features = zip(*(self._run(view) for view in views_of(batch, views)), strict=True)
            outputs.append(np.mean(seen, axis=0, dtype=float))
            distances.append(self.familiarity.distances(features[0].numpy()))
        return np.concatenate(outputs), np.concatenate(distances)

    def shares(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return calibrated probabilities, or shares of the votes, of the task's classes: (n, classes), 1 in sum."""
        return self._scale(views).shares(outputs)

    def uncalibrated(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return what a binary task's `outputs`, (n, 1), were before this calibration."""
        return self.calibration[1].undone(outputs) if views == 1 else outputs

    def uncertainty(self, shares: np.ndarray, views: int = 1) -> np.ndarray:
        """Return how unsure each of the `shares` is, (n, classes): see `stages.network.calibration`."""
        return self._scale(views).uncertainty(shares)

    def _scale(self, views: int) -> Calibration:
        """Return what is left to do to outputs: nothing to those of the network itself in the binary task."""
        is_done = views == 1 and self.task.is_binary
        return LogOdds(temperature=1.0, bias=0.0) if is_done else self.calibration[views]

    @cached_property
    def _run(self) -> tf.types.experimental.PolymorphicFunction:
        both = keras.Model(self.network.input, [self.network.output, features(self.network)])
        signature = tf.TensorSpec([None, *self.images.shape], tf.uint8)
        return tf.function(lambda images: both(images, training=False), input_signature=[signature])


def views_of(images: np.ndarray, number: int) -> Iterator[np.ndarray]:
    """Yield 1 or 8 views of images (n, side, side, channels): quarter turns of them, then of their mirror images."""
    for side in (images, images[:, :, ::-1]):
        for turns in range(4):
            yield np.rot90(side, turns, axes=(1, 2))
            if number == 1:
                return


def batches(images: np.ndarray) -> Iterator[np.ndarray]:
    """Yield images in order, some at a time."""
    for start in range(0, len(images), BATCH):
        yield images[start : start + BATCH]
