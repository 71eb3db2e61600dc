"""What a network says of galaxies seen from one side, or on the mean of eight, and what it sees in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from tqdm import tqdm

from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.networks.building import FEATURES
from tuning_fork.networks.quiet_tensorflow import compiled, keras, tf

VIEWS = (1, 8)
"""An image as it is, or in its eight flips and quarter turns."""
BATCH = 128
"""Images that the network looks at together: more are not faster, and take memory."""


@dataclass(frozen=True)
class Viewer:
    """A network, compiled for batches of any length."""

    network: keras.Model

    def outputs_of(self, galaxies: LabelledGalaxies, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of each galaxy, (n, targets), and show how far they have come."""
        with tqdm(total=len(galaxies), desc="Looking at galaxies", unit=" galaxies", leave=False, disable=None) as bar:
            outputs: list[np.ndarray] = []
            for images, _ in galaxies.batches(BATCH):
                outputs.append(self.outputs(images, views))
                bar.update(len(images))
        return np.concatenate(outputs)

    def outputs(self, images: np.ndarray, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of uint8 images (n, *shape): (n, targets).

        May be called from several threads.
        """
        return np.mean([self._run(view) for view in views_of(images, views)], axis=0, dtype=float)

    @cached_property
    def _run(self) -> Callable[[np.ndarray], tf.Tensor]:
        signature = tf.TensorSpec([None, *self.network.input_shape[1:]], tf.uint8)
        return compiled(lambda images: self.network(images, training=False), signature)


def views_of(images: np.ndarray, number: int) -> Iterator[np.ndarray]:
    """Yield 1 or 8 views of images (n, side, side, channels): quarter turns of them, then of their mirror images."""
    for side in (images, images[:, :, ::-1]):
        for turns in range(4):
            yield np.rot90(side, turns, axes=(1, 2))
            if number == 1:
                return


def turned_back(maps: Sequence[np.ndarray]) -> np.ndarray:
    """Return the mean of maps (n, side, side) of the views, in their order, each as it lies in the image itself."""
    upright: list[np.ndarray] = []
    for number, one in enumerate(maps):
        unturned = np.rot90(one, -(number % 4), axes=(1, 2))
        upright.append(unturned[:, :, ::-1] if number >= 4 else unturned)
    return np.mean(upright, axis=0)


def features_and_outputs(network: keras.Model) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return what gives of cut-outs, uint8 (n, *shape), the means of the features, (n, d), and the outputs, (n, k)."""
    parts: Callable[..., tuple[tf.Tensor, tf.Tensor]] = keras.Model(
        network.input, [network.get_layer(FEATURES).output, network.output]
    )
    targets = network.output_shape[1]

    def numbers(images: tf.Tensor) -> tf.Tensor:
        features, outputs = parts(images, training=False)
        single = [tf.convert_to_tensor(one, tf.float32) for one in (features, outputs)]
        return tf.concat([tf.reduce_mean(single[0], axis=(1, 2)), single[1]], axis=1)

    look_at = compiled(numbers, tf.TensorSpec([None, *network.input_shape[1:]], tf.uint8))

    def run(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = look_at(images).numpy()
        return found[:, :-targets], found[:, -targets:].astype(float)

    return run
