"""Batches for the network: their order and augmentation follow from the seed, the epoch and the batch alone."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from stages.galaxies.labelled import Examples

Augment = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Changes a batch of images at random by a seed of two integers."""


def training_batches(
    examples: Examples, batch_size: int, seed: int, first_epoch: int = 0, augment: Augment | None = None
) -> tf.data.Dataset:
    """Return an endless dataset of shuffled (images, targets) batches, ceil(n / batch_size) of them an epoch.

    Each epoch has every galaxy once, and is the same whether the dataset begins with it or before. Batches are prepared
    ahead, beside the training step.
    """
    count = len(examples.images)
    images, targets = tf.constant(examples.images), tf.constant(examples.targets, tf.float32)

    def epoch_batches(epoch: tf.Tensor) -> tf.data.Dataset:
        epoch_seed = tf.random.fold_in([seed, 0], epoch)
        order = tf.random.experimental.stateless_shuffle(tf.range(count), epoch_seed)
        batches = tf.data.Dataset.from_tensor_slices(order).batch(batch_size).enumerate()
        return batches.map(lambda number, rows: (tf.random.fold_in(epoch_seed, number + 1), rows))

    def load(batch_seed: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.gather(images, rows)
        return augment(batch, batch_seed) if augment else batch, tf.gather(targets, rows)

    epochs = tf.data.Dataset.counter(first_epoch).flat_map(epoch_batches)
    return epochs.map(load, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True).prefetch(tf.data.AUTOTUNE)


def batches_in_order(examples: Examples, batch_size: int) -> tf.data.Dataset:
    """Return the (images, targets) batches of every galaxy once, in order."""
    dataset = tf.data.Dataset.from_tensor_slices((examples.images, examples.targets.astype(np.float32)))
    return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)
