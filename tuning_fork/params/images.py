"""Parameters: how a picture becomes the network's input."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from tuning_fork.core.checked_yaml import Section, Share

IMAGE_SIDE = 424
"""Side of Kaggle's square images, pixels."""


class Preparation(Section):
    """How a 424x424 image becomes the network's input."""

    crop: Annotated[int, Field(ge=8, le=IMAGE_SIDE)]
    size: Annotated[int, Field(ge=8)]
    grayscale: bool

    @model_validator(mode="after")
    def _never_enlarged(self) -> Self:
        if self.size > self.crop:
            raise ValueError(f"size: at most images.crop, which is {self.crop} (found {self.size})")
        return self

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of a prepared image; 1 channel in grey, 3 in colour."""
        return self.size, self.size, 1 if self.grayscale else 3


class Images(Preparation):
    """How images are prepared, and how many may be unusable."""

    max_rejected: Share
