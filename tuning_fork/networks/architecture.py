"""The study's network, as a pure function of its parameters."""

import keras

from tuning_fork.params.model import Model
from tuning_fork.tasks.tasks import Task

MOMENTUM = 0.9
"""Of batch normalisation's running means: they follow some tens of steps, a part of an epoch even of small data."""


def build_network(shape: tuple[int, int, int], task: Task, model: Model) -> keras.Model:
    """Return the untrained network for images of `shape` (height, width, channels) with pixels from 0 to 255.

    The rows and columns that pooling would leave out in the end are cut off; rescaling to 0-1; for each of `filters` a
    'valid' convolution, max-pooled but for the last, ReLU, and on demand batch normalisation; dense layers with ReLU,
    each followed by dropout; then the task's output: the probability of the binary target, or a linear share for each
    target.
    """
    pixels = layer = keras.Input(shape, name="pixels")
    unseen = shape[0] - model.side_seen(shape[0])
    if unseen > 0:
        layer = keras.layers.Cropping2D(((0, unseen), (0, unseen)))(layer)
    if model.normalize:
        layer = keras.layers.Rescaling(1 / 255)(layer)
    for number, filters in enumerate(model.filters, start=1):
        layer = keras.layers.Conv2D(filters, model.kernel)(layer)
        if number < len(model.filters):
            layer = keras.layers.MaxPooling2D(model.pool)(layer)
        layer = keras.layers.ReLU()(layer)  # the same after pooling as before, of a quarter of the pixels
        if model.batch_normalization:
            layer = keras.layers.BatchNormalization(momentum=MOMENTUM, synchronized=True)(layer)
    layer = keras.layers.Flatten()(layer)
    for units in model.dense:
        layer = keras.layers.Dense(units, activation="relu")(layer)
        if model.dropout > 0:
            layer = keras.layers.Dropout(model.dropout)(layer)
    activation = "sigmoid" if task.is_binary else "linear"
    output = keras.layers.Dense(len(task.targets), activation=activation, dtype="float32", name="targets")(layer)
    return keras.Model(pixels, output, name="galaxies")


def least_memory(shape: tuple[int, int, int], task: Task, model: Model, batch_size: int) -> int:
    """Return bytes without which the network cannot be trained, whatever the optimizer and the precision.

    Its weights four times in float32 (themselves, their gradient, the best epoch's and the checkpoint's), and of each
    image of a batch the convolutions' outputs in bfloat16, which the way back needs.
    """
    side, _, inputs = shape
    weights = kept = 0
    for filters in model.filters:
        side -= model.kernel - 1
        weights += model.kernel**2 * inputs * filters
        kept += side**2 * filters
        side, inputs, last = side // model.pool, filters, side
    inputs *= last**2
    for units in (*model.dense, len(task.targets)):
        weights += inputs * units
        inputs = units
    return 4 * 4 * weights + 2 * kept * batch_size
