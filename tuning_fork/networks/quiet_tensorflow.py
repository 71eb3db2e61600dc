"""TensorFlow and Keras, imported without TensorFlow's start-up notes and in half of the time that it usually takes."""

import gc
import os
import sys
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


@contextmanager
def _without(*packages: str) -> Iterator[None]:
    """Hide packages that are not loaded yet from the block, as if the environment had them not."""
    hidden = [name for name in packages if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # pyright: ignore[reportArgumentType], how Python knows of what there is not
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Have the garbage collector pass over all that there is after the block, in it and ever after.

    It would go through the half million objects of TensorFlow ten times while they are made, and again at the end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Keras does without the packages that its wrappers and galleries are for, which load slowly and are not used here.
with _muted_stderr(), _uncollected(), _without("sklearn", "matplotlib", "matplotlib.pyplot"):
    import keras
    import tensorflow as tf

__all__ = ["compiled", "keras", "tf"]


def compiled(function: Callable[[tf.Tensor], tf.Tensor], images: tf.TensorSpec) -> Callable[[np.ndarray], tf.Tensor]:
    """Return a function of images as a graph, made once for all that are as specified."""
    return tf.function(function, input_signature=[images])
