"""A network: an architecture's parameters, and what it makes of a galaxy's pixels."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from tuning_fork.core.checked_yaml import Section

if TYPE_CHECKING:
    from keras import KerasTensor


MOMENTUM = 0.9
"""The running means of batch normalisation follow some tens of steps: a part of an epoch even of small data."""


class Network(Section):
    """The base of all architectures, whose keys are those of its table in the section `model` of params.yaml.

    Keras is imported within the two functions that build: parameters are read where nothing is built.
    """

    @abstractmethod
    def check(self, size: int) -> None:
        """Raise a ValueError that names the parameters if they leave nothing of a size x size image."""

    @abstractmethod
    def features(self, pixels: "KerasTensor") -> "KerasTensor":
        """Return what the convolutions find, place by place: (n, rows, columns, features); Grad-CAM shows it."""

    @abstractmethod
    def summary(self, features: "KerasTensor", dropout: float) -> "KerasTensor":
        """Return the (n, k) numbers a galaxy that a task's head reads; `dropout` is the share of them dropped."""


def normalized(layer: "KerasTensor") -> "KerasTensor":
    """Return the layer's outputs batch-normalised, over all devices of a step."""
    from keras import layers

    return layers.BatchNormalization(momentum=MOMENTUM, synchronized=True)(layer)
