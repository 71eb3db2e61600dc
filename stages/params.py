"""The typed, validated view of params.yaml, which documents each key."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from stages.checked_yaml import Section, read_checked

IMAGE_SIDE = 424
"""Side of Kaggle's square images, pixels."""

Volunteers = Annotated[int, Field(ge=1, le=10_000)]
Side = Annotated[int, Field(ge=1, le=IMAGE_SIDE)]
Epochs = Annotated[int, Field(ge=1, le=10_000)]
Seed = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]


class Download(Section):
    """Where the galaxies come from."""

    source: Literal["simulated", "archive", "kaggle"]
    archive: Path | None

    @model_validator(mode="after")
    def _archive_is_named(self) -> Self:
        if self.source == "archive" and self.archive is None:
            raise ValueError("archive: needed with source archive: the folder that holds Kaggle's files (found null)")
        return self


class Simulation(Section):
    """The simulated survey."""

    galaxies: Annotated[int, Field(ge=1, le=900_000)]
    seed: Seed
    volunteers: Volunteers
    seeing: Annotated[float, Field(ge=0.5, le=5)]
    noise: Annotated[float, Field(ge=0, le=10)]


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


class Labels(Section):
    """What the network learns, from which galaxies."""

    task: Literal["binary", "regression", "regression-all"]
    confidence: ShareBelowOne
    split: tuple[Share, Share, Share]
    seed: Seed

    @model_validator(mode="after")
    def _split_is_whole(self) -> Self:
        if abs(sum(self.split) - 1) > 1e-9 or 0 in self.split:
            raise ValueError(f"split: three shares above 0 that sum to 1 (found {list(self.split)})")
        return self


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

    def side_seen(self, size: int) -> int:
        """Side in pixels of the part of a size x size image, from its top left corner, that the output depends on.

        Where a convolution's output is no multiple of the pooling window, pooling leaves out its last rows and columns.
        """
        side = self.side_after_convolutions(size) + self.kernel - 1
        for _ in self.filters[1:]:
            side = side * self.pool + self.kernel - 1
        return side


class Augmentation(Section):
    """How far training images are changed at random."""

    rotation: Share
    flip: bool
    contrast: Share
    zoom: ShareBelowOne


class Training(Section):
    """How the network is trained."""

    epochs: Epochs
    batch_size: Annotated[int, Field(ge=1, le=65_536)]
    optimizer: Literal["adam", "adamw", "nadam", "rmsprop", "sgd"]
    learning_rate: Annotated[float, Field(gt=0)]
    schedule: Literal["constant", "cosine"]
    early_stopping: Epochs | None
    precision: Literal["float32", "bfloat16", "auto"]
    seed: Annotated[int, Field(ge=0, lt=2**31)]


class Evaluation(Section):
    """How test galaxies are looked at, and how sure the scores are."""

    views: Literal[1, 8]
    volunteers: Volunteers
    bootstrap: Annotated[int, Field(ge=100, le=10_000)]
    seed: Seed


class Machine(Section):
    """What may be used of the machines at hand; no result depends on it."""

    memory: Share
    scheduler: str | None


class Params(Section):
    """All of params.yaml."""

    download: Download
    simulation: Simulation
    images: Images
    labels: Labels
    model: Model
    augmentation: Augmentation
    training: Training
    evaluation: Evaluation
    machine: Machine

    @model_validator(mode="after")
    def _image_outlasts_the_network(self) -> Self:
        if self.model.side_after_convolutions(self.images.size) < 1:
            raise ValueError(
                f"model.filters: {len(self.model.filters)} convolutions of kernel {self.model.kernel} with pool "
                f"{self.model.pool} leave nothing of a {self.images.size}-pixel image: "
                "fewer filters, a smaller kernel or pool, or a larger images.size"
            )
        return self


def read_params(path: Path = Path("params.yaml")) -> Params:
    """Read and check params.yaml; a UserError names the first key that is wrong, what was found and what may be."""
    return read_checked(path, Params)
