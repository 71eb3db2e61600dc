"""Batches for the network: their order and augmentation follow from the seed, the epoch and the batch alone."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count

import numpy as np
import tensorflow as tf

from stages.galaxies.examples import Examples
from stages.machine import available_cores

Augment = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Changes a batch of images at random by a seed of two integers."""

WINDOW = 2**27
"""Bytes of images that are shuffled among each other: 10,922 galaxies of 64x64 pixels in colour."""
PREPARED = 8
"""Batches that are prepared ahead of the training step; under op determinism tf.data prepares none."""
TOGETHER = 16
"""Batches that Python hands to TensorFlow at a time, as each handing over holds up the training step."""


def training_batches(
    examples: Sequence[Examples], batch_size: int, seed: int, first_epoch: int = 0, augment: Augment | None = None
) -> tf.data.Dataset:
    """Return an endless dataset of shuffled (images, targets) batches, ceil(n / batch_size) of them an epoch.

    Each epoch has every galaxy once, and is the same whether the dataset begins with it or before, and whether images
    are in memory or on disk. Shards come in random order, and galaxies at random from so many shards as make a
    `WINDOW`, so no more than two windows are held.
    """

    def several() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for epoch in count(first_epoch):
            random = np.random.default_rng([seed, epoch])
            for images, targets in _shuffled(examples, batch_size, random):
                yield images, targets, random.integers(2**31, size=(-(-len(images) // batch_size), 2))

    def batches(images: tf.Tensor, targets: tf.Tensor, seeds: tf.Tensor) -> tf.data.Dataset:
        def batch(number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            rows = slice(number * batch_size, (number + 1) * batch_size)
            return images[rows], targets[rows], seeds[number]

        return tf.data.Dataset.range(tf.shape(seeds, tf.int64)[0]).map(batch)

    def change(images: tf.Tensor, targets: tf.Tensor, batch_seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return augment(images, batch_seed) if augment else images, targets

    images, targets = _tensor_specs(examples)
    seeds = tf.TensorSpec([None, 2], tf.int64)
    dataset = tf.data.Dataset.from_generator(several, output_signature=(images, targets, seeds)).flat_map(batches)
    dataset = dataset.map(change, num_parallel_calls=available_cores(), deterministic=True)
    return dataset.prefetch(PREPARED).with_options(_options())


def batches_in_order(examples: Sequence[Examples], batch_size: int) -> tf.data.Dataset:
    """Return the (images, targets) batches of every galaxy once, in order; a batch is of one shard."""

    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for part in examples:
            images = np.asarray(part.images)
            for start in range(0, len(images), batch_size):
                rows = slice(start, start + batch_size)
                yield images[rows], part.targets[rows]

    number = sum(-(-len(part.ids) // batch_size) for part in examples)
    dataset = tf.data.Dataset.from_generator(batches, output_signature=_tensor_specs(examples))
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(number))
    return dataset.prefetch(1).with_options(_options())


def _shuffled(
    examples: Sequence[Examples], batch_size: int, random: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (images, targets) of up to `TOGETHER` batches, of all galaxies in the end, shuffled window by window."""
    waiting: list[tuple[np.ndarray, np.ndarray]] = []
    order = random.permutation(len(examples))
    for position, number in enumerate(order):
        waiting.append((np.asarray(examples[number].images), examples[number].targets))
        is_last = position == len(order) - 1
        if is_last or sum(images.nbytes for images, _ in waiting) >= WINDOW:
            images, targets = (np.concatenate(arrays) for arrays in zip(*waiting, strict=True))
            rows = random.permutation(len(images))
            batches = -(-len(rows) // batch_size) if is_last else len(rows) // batch_size
            for first in range(0, batches, TOGETHER):
                chosen = rows[first * batch_size : min(first + TOGETHER, batches) * batch_size]
                yield images[chosen], targets[chosen]
            left = rows[batches * batch_size :]
            waiting = [(images[left], targets[left])]
            del images, targets  # before the next window is read


def _tensor_specs(examples: Sequence[Examples]) -> tuple[tf.TensorSpec, tf.TensorSpec]:
    """Return the types and shapes of a batch's images and targets."""
    images, targets = np.asarray(examples[0].images), examples[0].targets
    return (
        tf.TensorSpec([None, *images.shape[1:]], tf.uint8),
        tf.TensorSpec([None, *targets.shape[1:]], tf.float32),
    )


def _options() -> tf.data.Options:
    """Switch tf.data's tuning off: its thread sleeps ever longer, and a training's end waits until it wakes."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return options
