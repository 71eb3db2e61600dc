"""The study's network: 'valid' convolutions with max-pooling between them, then dense layers."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tuning_fork.networks.network import Network, Stage, normalized
from tuning_fork.params.images import IMAGE_SIDE

if TYPE_CHECKING:
    from keras import KerasTensor

Side = Annotated[int, Field(ge=1, le=IMAGE_SIDE)]


class Study(Network):
    """The network of the study."""

    batch_normalization: bool
    filters: Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(min_length=1, max_length=100)]
    kernel: Side
    pool: Side
    dense: Annotated[tuple[Annotated[int, Field(ge=1, le=65_536)], ...], Field(max_length=100)]

    def check(self, size: int) -> None:
        """Raise a ValueError if no pixel is left after the convolutions."""
        if self.side_after_convolutions(size) < 1:
            raise ValueError(
                f"model.study.filters: {len(self.filters)} convolutions of kernel {self.kernel} with pool {self.pool} "
                f"leave nothing of a {size}-pixel image: fewer filters, a smaller kernel or pool, or a larger "
                "images.size"
            )

    @property
    def stages(self) -> tuple[Stage, ...]:
        """A stage for each of `filters`."""
        return tuple(partial(self._stage, number) for number in range(1, len(self.filters) + 1))

    def _stage(self, number: int, layer: "KerasTensor") -> "KerasTensor":
        """Return a 'valid' convolution, max-pooled but for the last, with ReLU, and on demand batch-normalised.

        Before the first, the rows and columns that pooling would leave out in the end are cut off.
        """
        from keras import layers

        unseen = layer.shape[1] - self.side_seen(layer.shape[1]) if number == 1 else 0
        if unseen > 0:
            layer = layers.Cropping2D(((0, unseen), (0, unseen)))(layer)
        layer = layers.Conv2D(self.filters[number - 1], self.kernel)(layer)
        if number < len(self.filters):
            layer = layers.MaxPooling2D(self.pool)(layer)
        layer = layers.ReLU()(layer)  # the same after pooling as before, of a quarter of the pixels
        return normalized(layer) if self.batch_normalization else layer

    def summary(self, features: "KerasTensor", dropout: float) -> "KerasTensor":
        """Return the last dense layer's outputs, or all features if there is none; dropout follows each layer."""
        from keras import layers

        layer = layers.Flatten()(features)
        for units in self.dense:
            layer = layers.Dense(units, activation="relu")(layer)
            if dropout > 0:
                layer = layers.Dropout(dropout)(layer)
        return layer

    def side_after_convolutions(self, size: int) -> int:
        """Return the side in pixels of the last convolution's output for a size x size image; below 1: nothing."""
        side = size - self.kernel + 1
        for _ in self.filters[1:]:
            side = side // self.pool - self.kernel + 1
        return side

    def side_seen(self, size: int) -> int:
        """Return the side in pixels of the part of a size x size image, from its top left corner, that outputs see.

        Where a convolution's output is no multiple of the pooling window, pooling leaves out its last rows and columns.
        """
        side = self.side_after_convolutions(size) + self.kernel - 1
        for _ in self.filters[1:]:
            side = side * self.pool + self.kernel - 1
        return side
