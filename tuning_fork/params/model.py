"""Parameters: the network."""

from typing import Annotated

from pydantic import Field

from tuning_fork.core.checked_yaml import Section, ShareBelowOne
from tuning_fork.params.images import IMAGE_SIDE

Side = Annotated[int, Field(ge=1, le=IMAGE_SIDE)]


class Model(Section):
    """The network."""

    augment: bool
    dropout: ShareBelowOne
    normalize: bool
    batch_normalization: bool
    filters: Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(min_length=1, max_length=100)]
    kernel: Side
    pool: Side
    dense: Annotated[tuple[Annotated[int, Field(ge=1, le=65_536)], ...], Field(max_length=100)]

    def side_after_convolutions(self, size: int) -> int:
        """Side in pixels of the last convolution's output for a size x size image; below 1 if nothing is left."""
        side = size - self.kernel + 1
        for _ in self.filters[1:]:
            side = side // self.pool - self.kernel + 1
        return side
