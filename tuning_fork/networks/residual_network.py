"""A residual network: batch-normalised convolutions whose blocks add to what they were given (He et al. 2016)."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from tuning_fork.networks.network import Network, Stage, normalized

if TYPE_CHECKING:
    from keras import KerasTensor

Filters = Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(min_length=1, max_length=10)]
Blocks = Annotated[tuple[Annotated[int, Field(ge=1, le=100)], ...], Field(min_length=1, max_length=10)]


class Residual(Network):
    """A convolution that makes the image smaller, then stages of blocks; each stage but the first halves the sides."""

    stem: Annotated[int, Field(ge=1, le=8)]
    filters: Filters
    blocks: Blocks

    @model_validator(mode="after")
    def _a_number_of_blocks_a_stage(self) -> Self:
        if len(self.blocks) != len(self.filters):
            raise ValueError(f"blocks: as many as filters, which are {len(self.filters)} (found {list(self.blocks)})")
        return self

    def check(self, size: int) -> None:
        """Accept every size: the convolutions are padded."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The first convolution, then the stages of blocks."""
        return self._stem, *(partial(self._blocks, number) for number in range(len(self.filters)))

    def _stem(self, pixels: "KerasTensor") -> "KerasTensor":
        """Return what the first convolution finds."""
        from keras import layers

        layer = layers.Conv2D(self.filters[0], 2 * self.stem - 1, self.stem, "same", use_bias=False)(pixels)
        return layers.ReLU()(normalized(layer))

    def _blocks(self, number: int, layer: "KerasTensor") -> "KerasTensor":
        """Return what the last block of a stage finds; the stages of blocks are numbered from 0."""
        for block in range(self.blocks[number]):
            layer = _block(layer, self.filters[number], stride=2 if number > 0 and block == 0 else 1)
        return layer

    def summary(self, features: "KerasTensor", dropout: float) -> "KerasTensor":
        """Return the mean of each feature over the image, with dropout."""
        from keras import layers

        layer = layers.GlobalAveragePooling2D()(features)
        return layers.Dropout(dropout)(layer) if dropout > 0 else layer


def _block(given: "KerasTensor", filters: int, stride: int) -> "KerasTensor":
    """Return what was given, by 1x1 convolution where its shape changes, plus what two 3x3 convolutions make of it."""
    from keras import layers

    layer = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(given)
    layer = layers.ReLU()(normalized(layer))
    layer = normalized(layers.Conv2D(filters, 3, padding="same", use_bias=False)(layer))
    if stride > 1 or given.shape[-1] != filters:
        if stride > 1:
            given = layers.AveragePooling2D(stride, padding="same")(given)
        given = normalized(layers.Conv2D(filters, 1, use_bias=False)(given))
    return layers.ReLU()(layers.Add()([layer, given]))
