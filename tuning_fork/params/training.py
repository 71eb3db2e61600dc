"""Parameters: how the network is trained."""

from typing import Annotated, Literal

from pydantic import Field

from tuning_fork.core.checked_yaml import Section, Share, ShareBelowOne

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
    likelihood: bool
    complete_only: bool
    galaxies: Annotated[int, Field(ge=1)] | None
    early_stopping: Epochs | None
    precision: Literal["float32", "bfloat16", "auto"]
    seed: Annotated[int, Field(ge=0, lt=2**31)]
