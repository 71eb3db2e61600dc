"""The typed, validated view of params.yaml, which documents each key."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML, YAMLError

from stages.errors import UserError

IMAGE_SIDE = 424
"""Side of Kaggle's square images, pixels."""

Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]


class Section(BaseModel):
    """A section of params.yaml: unknown keys and values of another type are errors, and nothing changes it later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Checked = TypeVar("Checked", bound=Section)


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
    volunteers: Count
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
    filters: Annotated[tuple[Count, ...], Field(min_length=1)]
    kernel: Count
    pool: Count
    dense: tuple[Count, ...]

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

    epochs: Count
    batch_size: Count
    optimizer: Literal["adam", "adamw", "nadam", "rmsprop", "sgd"]
    learning_rate: Annotated[float, Field(gt=0)]
    schedule: Literal["constant", "cosine"]
    early_stopping: Count | None
    precision: Literal["float32", "bfloat16", "auto"]
    seed: Annotated[int, Field(ge=0, lt=2**31)]


class Evaluation(Section):
    """How test galaxies are looked at, and how sure the scores are."""

    views: Literal[1, 8]
    volunteers: Count
    bootstrap: Annotated[int, Field(ge=100)]
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


def read_checked(path: Path, kind: type[Checked]) -> Checked:
    """Read a YAML file of the project as `kind`; a UserError names the first key that is wrong.

    It is read as DVC reads and writes it: by YAML 1.2, in which 1e-05 is a number.
    """
    try:
        content = YAML(typ="safe").load(path.read_bytes())
        return kind.model_validate_json(json.dumps(content, default=str))
    except FileNotFoundError:
        raise UserError(f"{path}: not found: run in the project's folder") from None
    except YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    except ValidationError as invalid:
        raise UserError(f"{path}: {first_error(invalid)}") from None


def first_error(invalid: ValidationError) -> str:
    """Say the first error as `section.key: what is wrong (found ...)`; an unknown key explains a missing one."""
    errors = invalid.errors()
    error = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "value_error":
        return ".".join(part for part in (key, str(error["ctx"]["error"])) if part)
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key: remove it or correct its spelling"
    if not key:
        return "empty or not a table of sections: restore it from git"
    if error["type"] == "missing":
        return f"{key}: missing: add it"
    return f"{key}: {error['msg'][0].lower()}{error['msg'][1:]} (found {json.dumps(error['input'])})"
