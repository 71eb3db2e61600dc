"""The study's network, as a pure function of its parameters."""

import keras

from tuning_fork.networks.heads import head_of
from tuning_fork.params.model import Model
from tuning_fork.tasks.task import Task

MOMENTUM = 0.9
"""Of batch normalisation's running means: they follow some tens of steps, a part of an epoch even of small data."""
FEATURES = "flatten"
"""The name, in every architecture, of the layer that takes the features: what the convolutions find, place by place."""


def build_network(shape: tuple[int, int, int], task: Task, model: Model) -> keras.Model:
    """Return the untrained network for images of `shape` (height, width, channels) with pixels from 0 to 255.

    The rows and columns that pooling would leave out in the end are cut off; rescaling to 0-1; for each of `filters` a
    'valid' convolution, max-pooled but for the last, ReLU, and on demand batch normalisation; dense layers with ReLU,
    each followed by dropout; then the head of the task. The features enter the layer called `FEATURES`.
    """
    pixels = layer = keras.Input(shape, name="pixels")
    unseen = shape[0] - side_seen(shape[0], model)
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
    layer = keras.layers.Flatten(name=FEATURES)(layer)
    for units in model.dense:
        layer = keras.layers.Dense(units, activation="relu")(layer)
        if model.dropout > 0:
            layer = keras.layers.Dropout(model.dropout)(layer)
    return keras.Model(pixels, head_of(task).layer(len(task.targets))(layer), name="galaxies")


def side_seen(size: int, model: Model) -> int:
    """Return the side in pixels of the part of a size x size image, from its top left corner, that outputs depend on.

    Where a convolution's output is no multiple of the pooling window, pooling leaves out its last rows and columns.
    """
    side = model.side_after_convolutions(size) + model.kernel - 1
    for _ in model.filters[1:]:
        side = side * model.pool + model.kernel - 1
    return side


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
