"""Batches for the network: their order and augmentation follow from the seed, the epoch and the batch alone."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

import numpy as np
import tensorflow as tf

from tuning_fork.galaxies.examples import Examples, count

Augment = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Changes a batch of images at random by a seed of two integers."""

Batch = tuple[np.ndarray, np.ndarray]
"""Images (n, height, width, channels) and targets (n, k)."""

WINDOW = 2**27
"""Bytes of images that are shuffled among each other: 10,922 galaxies of 64x64 pixels in colour."""
AHEAD = 8
"""Batches that are prepared ahead, beside the training step."""


def training_batches(
    examples: Sequence[Examples], batch_size: int, seed: int, first_epoch: int = 0, augment: Augment | None = None
) -> tf.data.Dataset:
    """Return an endless dataset of shuffled (images, targets) batches, ceil(n / batch_size) of them an epoch.

    Each epoch has every galaxy once, and is the same whether the dataset begins with it or before, and whether images
    are in memory or on disk. Shards come in random order, and galaxies at random from so many shards as make a
    `WINDOW`, so no more than two windows are held.
    """
    steps = -(-count(examples) // batch_size)
    images_spec, targets_spec = _tensor_specs(examples)
    if augment:
        graph = tf.function(augment).get_concrete_function(images_spec, tf.TensorSpec([2], tf.int64))
        images_spec = tf.TensorSpec(graph.output_shapes, graph.output_dtypes)

    def changed(images: np.ndarray, batch_seed: np.ndarray) -> np.ndarray:
        with tf.device("CPU"):
            return graph(tf.constant(images), tf.constant(batch_seed)).numpy()

    def one_epoch(epoch: int) -> Iterator[Batch]:
        random = np.random.default_rng([seed, epoch])
        for images, targets in _shuffled(examples, batch_size, random):
            batch_seed = random.integers(2**31, size=2)
            yield changed(images, batch_seed) if augment else images, targets

    def batches_from(number: int) -> Iterator[Batch]:
        epochs = map(one_epoch, itertools.count(first_epoch + number // steps))
        return itertools.islice(itertools.chain.from_iterable(epochs), number % steps, None)

    return _dataset(batches_from, (images_spec, targets_spec))


def batches_in_order(examples: Sequence[Examples], batch_size: int) -> tf.data.Dataset:
    """Return the (images, targets) batches of every galaxy once, in order; a batch is of one shard."""

    def batches() -> Iterator[Batch]:
        for part in examples:
            images = np.asarray(part.images)
            for start in range(0, len(images), batch_size):
                rows = slice(start, start + batch_size)
                yield images[rows], part.targets[rows]

    dataset = _dataset(lambda number: itertools.islice(batches(), number, None), _tensor_specs(examples))
    number = sum(-(-len(part.ids) // batch_size) for part in examples)
    return dataset.apply(tf.data.experimental.assert_cardinality(number))


def _dataset(batches_from: Callable[[int], Iterator[Batch]], specs: tuple[tf.TensorSpec, ...]) -> tf.data.Dataset:
    """Return the dataset of the batches from number 0 on; `batches_from` gives the one of a number and what follows.

    They are prepared ahead in a thread of Python's: under op determinism tf.data itself prepares nothing ahead that
    comes from Python. Its tuning is switched off: its thread sleeps ever longer, and a training's end waits for it.
    """
    thread, lock, following = ThreadPoolExecutor(1), Lock(), -1
    source: Iterator[Batch] = iter(())
    waiting: deque[Future[Batch | None]] = deque()
    end = tuple(np.empty([0, *spec.shape[1:]], spec.dtype.as_numpy_dtype) for spec in specs)  # pyright: ignore[reportArgumentType, reportCallIssue]

    def numbered(number: np.int64) -> Batch:
        nonlocal following, source, waiting
        with lock:
            if number != following:  # the first one, or one of another iterator of the same dataset
                source = batches_from(int(number))
                waiting = deque(thread.submit(next, source, None) for _ in range(AHEAD))
            following = number + 1
            waiting.append(thread.submit(next, source, None))
            images, targets = waiting.popleft().result() or end
        return images, targets.astype(np.float32)

    def batch(number: tf.Tensor) -> tuple[tf.Tensor, ...]:
        arrays = tf.numpy_function(numbered, [number], [spec.dtype for spec in specs])
        return tuple(tf.ensure_shape(array, spec.shape) for array, spec in zip(arrays, specs, strict=True))

    options = tf.data.Options()
    options.autotune.enabled = False
    dataset = tf.data.Dataset.counter().map(batch).take_while(lambda images, _: tf.shape(images)[0] > 0)  # pyright: ignore[reportArgumentType]
    return dataset.with_options(options)


def _shuffled(examples: Sequence[Examples], batch_size: int, random: np.random.Generator) -> Iterator[Batch]:
    """Yield the batches of all galaxies once, shuffled window by window."""
    waiting: list[Batch] = []
    order = random.permutation(len(examples))
    for position, number in enumerate(order):
        waiting.append((np.asarray(examples[number].images), examples[number].targets))
        is_last = position == len(order) - 1
        if is_last or sum(images.nbytes for images, _ in waiting) >= WINDOW:
            images, targets = (np.concatenate(arrays) for arrays in zip(*waiting, strict=True))
            rows = random.permutation(len(images))
            batches = -(-len(rows) // batch_size) if is_last else len(rows) // batch_size
            for batch in range(batches):
                chosen = rows[batch * batch_size : (batch + 1) * batch_size]
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
