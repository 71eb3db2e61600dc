"""A network: an architecture's parameters, and what it makes of a galaxy's pixels."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuning_fork.core.checked_yaml import Section

if TYPE_CHECKING:
    from keras import KerasTensor


Stage = Callable[["KerasTensor"], "KerasTensor"]
"""A block of layers: from what is given, (n, rows, columns, channels), to what it finds there, place by place."""

MOMENTUM = 0.9
"""The running means of batch normalisation follow some tens of steps: a part of an epoch even of small data."""


class Network(Section):
    """The base of all architectures, whose keys are those of its table in the section `model` of params.yaml.

    Keras is imported within the functions that build: parameters are read where nothing is built.
    """

    @abstractmethod
    def check(self, size: int) -> None:
        """Raise a ValueError that names the parameters if they leave nothing of a size x size image."""

    @property
    @abstractmethod
    def stages(self) -> Sequence[Stage]:
        """The stages, counted from the pixels, that one after the other find the features, which Grad-CAM shows.

        As many as `training.frozen` says stay as they are.
        """

    @abstractmethod
    def summary(self, features: "KerasTensor", dropout: float) -> "KerasTensor":
        """Return the (n, k) numbers a galaxy that a task's head reads; `dropout` is the share of them dropped."""


def normalized(layer: "KerasTensor") -> "KerasTensor":
    """Return the layer's outputs batch-normalised, over all devices of a step."""
    from keras import layers

    return layers.BatchNormalization(momentum=MOMENTUM, synchronized=True)(layer)
