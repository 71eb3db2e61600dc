"""Batches for the network: their order and augmentation follow from the seed, the epoch and the batch alone."""

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.networks.quiet_tensorflow import tf
from tuning_fork.training.prepared_batches import Batch, BatchesFrom, PreparedAhead

Augment = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Changes a batch of images at random by a seed of two integers."""

WINDOW = 2**27
"""Bytes of images that are shuffled among each other: 10,922 galaxies of 64x64 pixels in colour."""


class Shuffling(NamedTuple):
    """How galaxies are put in random order: by a `seed`, in batches of a size, a window of bytes at a time."""

    batch_size: int
    seed: int
    window: int = WINDOW


def training_batches(
    galaxies: LabelledGalaxies, shuffling: Shuffling, first_epoch: int = 0, augment: Augment | None = None
) -> tf.data.Dataset:
    """Return an endless dataset of shuffled (images, targets) batches, ceil(n / batch size) of them an epoch.

    Each epoch has every galaxy once, and is the same whether the dataset begins with it or before, and whether images
    are in memory or on disk. Shards come in random order, and galaxies at random from so many shards as make a
    window of bytes of images, so no more than two windows are held.
    """
    steps = -(-len(galaxies) // shuffling.batch_size)
    images_spec, targets_spec = _tensor_specs(galaxies)
    if augment:
        graph = tf.function(augment).get_concrete_function(images_spec, tf.TensorSpec([2], tf.int64))
        images_spec = tf.TensorSpec(graph.output_shapes, graph.output_dtypes)

    def changed(images: np.ndarray, batch_seed: np.ndarray) -> np.ndarray:
        with tf.device("CPU"):
            return graph(tf.constant(images), tf.constant(batch_seed)).numpy()

    def one_epoch(epoch: int) -> Iterator[Batch]:
        random = np.random.default_rng([shuffling.seed, epoch])
        for images, targets in _shuffled(galaxies.parts, shuffling, random):
            batch_seed = random.integers(2**31, size=2)
            yield changed(images, batch_seed) if augment else images, targets

    def batches_from(number: int) -> Iterator[Batch]:
        epochs = map(one_epoch, itertools.count(first_epoch + number // steps))
        return itertools.islice(itertools.chain.from_iterable(epochs), number % steps, None)

    return _dataset(batches_from, (images_spec, targets_spec))


def batches_in_order(galaxies: LabelledGalaxies, batch_size: int) -> tf.data.Dataset:
    """Return the (images, targets) batches of every galaxy once, in order; a batch is of one shard."""

    def batches_from(number: int) -> Iterator[Batch]:
        return itertools.islice(galaxies.batches(batch_size), number, None)

    dataset = _dataset(batches_from, _tensor_specs(galaxies))
    return dataset.apply(tf.data.experimental.assert_cardinality(galaxies.number_of_batches(batch_size)))


def _dataset(batches_from: BatchesFrom, specs: tuple[tf.TensorSpec, ...]) -> tf.data.Dataset:
    """Return the dataset of the batches from number 0 on, prepared ahead.

    tf.data's tuning is switched off: its thread sleeps ever longer, and a training's end waits for it.
    """
    end = tuple(np.empty([0, *spec.shape[1:]], spec.dtype.as_numpy_dtype) for spec in specs)  # pyright: ignore[reportArgumentType, reportCallIssue]
    prepared = PreparedAhead(batches_from, end)

    def batch(number: tf.Tensor) -> tuple[tf.Tensor, ...]:
        arrays = tf.numpy_function(prepared.batch, [number], [spec.dtype for spec in specs])
        return tuple(tf.ensure_shape(array, spec.shape) for array, spec in zip(arrays, specs, strict=True))

    options = tf.data.Options()
    options.autotune.enabled = False
    dataset = tf.data.Dataset.counter().map(batch).take_while(lambda images, _: tf.shape(images)[0] > 0)  # pyright: ignore[reportArgumentType]
    return dataset.with_options(options)


def _shuffled(parts: tuple[Part, ...], shuffling: Shuffling, random: np.random.Generator) -> Iterator[Batch]:
    """Yield the batches of all galaxies once, shuffled window by window."""
    size, waiting = shuffling.batch_size, list[Batch]()
    order = random.permutation(len(parts))
    for position, number in enumerate(order):
        waiting.append((np.asarray(parts[number].images), parts[number].targets))
        is_last = position == len(order) - 1
        if is_last or sum(images.nbytes for images, _ in waiting) >= shuffling.window:
            images, targets = (np.concatenate(arrays) for arrays in zip(*waiting, strict=True))
            rows = random.permutation(len(images))
            batches = -(-len(rows) // size) if is_last else len(rows) // size
            for batch in range(batches):
                chosen = rows[batch * size : (batch + 1) * size]
                yield images[chosen], targets[chosen]
            left = rows[batches * size :]
            waiting = [(images[left], targets[left])]
            del images, targets  # before the next window is read


def _tensor_specs(galaxies: LabelledGalaxies) -> tuple[tf.TensorSpec, tf.TensorSpec]:
    """Return the types and shapes of a batch's images and targets."""
    targets = galaxies.targets.shape[1]
    return tf.TensorSpec([None, *galaxies.shape], tf.uint8), tf.TensorSpec([None, targets], tf.float32)
