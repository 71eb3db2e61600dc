"""Parameters: how a picture becomes the network's input."""

import json
from typing import Annotated, Self

from pydantic import Field, model_validator

from tuning_fork.core.checked_yaml import Section, Share

IMAGE_SIDE = 424
"""Side of Kaggle's square images, pixels."""
SMALLEST_FRAME = 0.01
AUTO = "auto"
STRETCH = 25.0
"""Of the arcsinh that made the survey's JPEGs from its data, in units of the sky's noise."""


class Preparation(Section):
    """How an image becomes the network's input: `crop`, in pixels of a frame of 424, of the `frame` in the image."""

    crop: Annotated[int, Field(ge=8, le=IMAGE_SIDE)]
    size: Annotated[int, Field(ge=8)]
    grayscale: bool
    frame: float | str = 1.0
    """Share of an image's shorter side that stands for the frame of 424 pixels, or `AUTO`: by the galaxy's size."""
    bands: tuple[str, ...] | None = None
    """The bands of FITS planes that the header does not name, in their order."""
    extension: str | None = None
    """The name or number of the extension of FITS files that has the image; None: SCI, or the first image."""
    stretch: Annotated[float, Field(gt=0)] = STRETCH
    """Brightness, in units of the sky's noise, over which a FITS image's levels bend from linear to logarithmic."""

    @model_validator(mode="after")
    def _never_enlarged(self) -> Self:
        if self.size > self.crop:
            raise ValueError(f"size: at most images.crop, which is {self.crop} (found {self.size})")
        return self

    @model_validator(mode="after")
    def _frame_is_in_the_image(self) -> Self:
        largest = IMAGE_SIDE / self.crop
        if self.frame != AUTO and (isinstance(self.frame, str) or not SMALLEST_FRAME <= self.frame <= largest):
            may_be = f"{SMALLEST_FRAME} to {largest:.4g}, when all of the image becomes the cut-out, or {AUTO}"
            raise ValueError(f"frame: {may_be} (found {json.dumps(self.frame)})")
        return self

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of a prepared image; 1 channel in grey, 3 in colour."""
        return self.size, self.size, 1 if self.grayscale else 3


class Images(Preparation):
    """How images are prepared, and how many may be unusable; what a survey's page has of it is not of params.yaml."""

    frame: Annotated[float | str, Field(exclude=True)] = 1.0
    bands: Annotated[tuple[str, ...] | None, Field(exclude=True)] = None
    extension: Annotated[str | None, Field(exclude=True)] = None
    stretch: Annotated[float, Field(exclude=True, gt=0)] = STRETCH

    max_rejected: Share
