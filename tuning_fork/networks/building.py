"""The untrained network of an architecture and a task, and the memory that it needs."""

import math

from tuning_fork.networks.heads import head_of
from tuning_fork.networks.networks import Model
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.tasks.task import Task

FEATURES = "features"
"""The name, in every network, of the layer that gives what the convolutions find, place by place."""


def build_network(shape: tuple[int, int, int], task: Task, model: Model, frozen: int = 0) -> keras.Model:
    """Return the untrained network for images of `shape` (height, width, channels) with pixels from 0 to 255.

    Pixels are rescaled to 0-1 on demand; then come the chosen architecture, whose features pass the layer `FEATURES`,
    and the head of the task. The first `frozen` of the architecture's stages are not trained.
    """
    pixels = layer = keras.Input(shape, name="pixels")
    if model.normalize:
        layer = keras.layers.Rescaling(1 / 255)(layer)
    for stage in model.chosen.stages[:frozen]:
        layer = stage(layer)
    for one in keras.Model(pixels, layer).layers if frozen > 0 else []:
        one.trainable = False
    for stage in model.chosen.stages[frozen:]:
        layer = stage(layer)
    features = keras.layers.Identity(name=FEATURES)(layer)
    summary = model.chosen.summary(features, model.dropout)
    outputs = head_of(task).outputs(summary, len(task.targets), model.tree)
    return keras.Model(pixels, outputs, name="galaxies")


def least_memory(shape: tuple[int, int, int], task: Task, model: Model, batch_size: int) -> int:
    """Return bytes without which the network cannot be trained, whatever the optimizer and the precision.

    Its weights four times in float32 (themselves, their gradient, the best epoch's and the checkpoint's), and of each
    image of a batch the outputs of its convolutions and dense layers in bfloat16, which the way back needs. It is built
    for that without room for its weights; Keras's session is cleared after.
    """
    with keras.StatelessScope(initialize_variables=False):
        network = build_network(shape, task, model)
    outputs = sum(math.prod(layer.output.shape[1:]) for layer in network.layers if hasattr(layer, "kernel"))
    needed = 4 * 4 * network.count_params() + 2 * outputs * batch_size
    keras.utils.clear_session()
    return needed
