"""Keras 3 comes without types: models and layers have those of TensorFlow's Keras, and the rest is not checked."""

from typing import Any, TypeAlias

from _typeshed import Incomplete
from tensorflow.keras import Model as _Model
from tensorflow.keras import layers as layers

Model: TypeAlias = _Model[Any, Any]

def __getattr__(name: str) -> Incomplete: ...
