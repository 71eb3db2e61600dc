"""TensorFlow and Keras, imported without TensorFlow's start-up notes."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def _muted_stderr() -> Iterator[None]:
    """Drop what the block's compiled code writes to stderr; exceptions still come through."""
    shown = os.dup(2)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(shown, 2)
        os.close(shown)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with _muted_stderr():
    import keras
    import tensorflow as tf

__all__ = ["compiled", "keras", "tf"]


def compiled(function: Callable[[tf.Tensor], tf.Tensor], images: tf.TensorSpec) -> Callable[[np.ndarray], tf.Tensor]:
    """Return a function of images as a graph, made once for all that are as specified."""
    return tf.function(function, input_signature=[images])
