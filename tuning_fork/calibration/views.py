"""What a network says of galaxies seen from one side, or on the mean of eight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf

from tuning_fork.galaxies.examples import Examples

VIEWS = (1, 8)
"""An image as it is, or in its eight flips and quarter turns."""
BATCH = 128
"""Images that the network looks at together: more are not faster, and take memory."""


@dataclass(frozen=True)
class Viewer:
    """A network, compiled for batches of any length."""

    network: keras.Model

    def outputs(self, examples: Sequence[Examples], views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of each galaxy, (n, targets)."""
        return np.concatenate([self.look(images, views) for images in batches(examples)])

    def look(self, images: np.ndarray, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of uint8 images (n, *shape): (n, targets).

        May be called from several threads.
        """
        return np.mean([self._run(view) for view in views_of(images, views)], axis=0, dtype=float)

    @cached_property
    def _run(self) -> tf.types.experimental.PolymorphicFunction:
        signature = tf.TensorSpec([None, *self.network.input_shape[1:]], tf.uint8)
        return tf.function(lambda images: self.network(images, training=False), input_signature=[signature])


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
