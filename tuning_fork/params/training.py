"""Parameters: how the network is trained."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tuning_fork.core.checked_yaml import Section, Share, ShareBelowOne

MODELS = Path("models")
"""The folder of the model folders that trainings start from. dvc.yaml names it too."""

Epochs = Annotated[int, Field(ge=1, le=10_000)]


class Training(Section):
    """How the network is trained."""

    epochs: Epochs
    batch_size: Annotated[int, Field(ge=1, le=65_536)]
    optimizer: Literal["adam", "adamw", "nadam", "rmsprop", "sgd"]
    learning_rate: Annotated[float, Field(gt=0)]
    schedule: Literal["constant", "cosine"]
    warm_up: Share
    weight_decay: Annotated[float, Field(ge=0, lt=1)]
    averaging: ShareBelowOne
    label_smoothing: ShareBelowOne
    class_weights: bool
    likelihood: bool
    complete_only: bool
    galaxies: Annotated[int, Field(ge=1)] | None
    start: str | None
    frozen: Annotated[int, Field(ge=0)]
    early_stopping: Epochs | None
    precision: Literal["float32", "bfloat16", "auto"]
    seed: Annotated[int, Field(ge=0, lt=2**31)]

    @model_validator(mode="after")
    def _start_is_a_name(self) -> Self:
        if self.start is not None and Path(self.start).name != self.start:
            raise ValueError(f"start: the name of a folder in {MODELS}/, without a path (found {self.start!r})")
        return self
