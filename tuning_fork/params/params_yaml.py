"""The typed, validated view of params.yaml, which documents each key."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from tuning_fork.core.checked_yaml import Section, read_checked
from tuning_fork.params.augmentation import Augmentation
from tuning_fork.params.download import Download
from tuning_fork.params.evaluation import Evaluation
from tuning_fork.params.images import Images
from tuning_fork.params.labels import Labels
from tuning_fork.params.machine import Machine
from tuning_fork.params.model import Model
from tuning_fork.params.simulation import Simulation
from tuning_fork.params.training import Training


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
