"""The typed, validated view of params.yaml, which documents each key."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Self

from pydantic import model_validator

from tuning_fork.core.checked_yaml import Section, checked, read_checked
from tuning_fork.core.errors import UserError
from tuning_fork.images.bands import band_names
from tuning_fork.networks.networks import Model
from tuning_fork.params.augmentation import Augmentation
from tuning_fork.params.download import Download
from tuning_fork.params.evaluation import Evaluation
from tuning_fork.params.images import Images
from tuning_fork.params.labels import Labels
from tuning_fork.params.machine import Machine
from tuning_fork.params.simulation import Simulation
from tuning_fork.params.training import Training
from tuning_fork.sources.sources import SOURCES
from tuning_fork.surveys.survey import WATCHED, Survey, survey_page
from tuning_fork.tasks.tasks import OF_ALL_GALAXIES, OF_ONE_LABEL, TASKS


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
    def _choices_exist(self) -> Self:
        _require_one_of("download.source", self.download.source, SOURCES)
        _require_one_of("labels.task", self.labels.task, TASKS)
        _require_one_of("model.network", self.model.network, self.model.networks)
        if self.labels.confidence > 0 and self.labels.task in OF_ALL_GALAXIES:
            found = f"(found {self.labels.confidence})"
            raise ValueError(f"labels.confidence: task {self.labels.task} learns from all galaxies: must be 0 {found}")
        if self.training.class_weights and self.labels.task not in OF_ONE_LABEL:
            raise ValueError(f"training.class_weights: task {self.labels.task} has no classes to weigh (found true)")
        for key in WATCHED:
            if key in self.images.model_fields_set:
                page = survey_page(self.labels.survey)
                raise ValueError(f"images.{key}: is of the survey's page, {page}: move it there")
        self.model.chosen.check(self.images.size)
        stages = len(self.model.chosen.stages)
        if self.training.frozen > stages:
            network = f"model.{self.model.network}"
            raise ValueError(
                f"training.frozen: at most the {stages} stages of {network} (found {self.training.frozen})"
            )
        return self


def _require_one_of(key: str, found: str, known: Collection[str]) -> None:
    """Raise a ValueError, in the words of other keys that are wrong, unless what was found is known."""
    if found not in known:
        *first, last = map(repr, known)
        said = f"{', '.join(first)} or {last}" if first else last
        raise ValueError(f"{key}: input should be {said} (found {json.dumps(found)})")


def images_of(params: Params, survey: Survey) -> Images:
    """Return how images of the survey are prepared: as params.yaml says, and in what is of the survey as its page does.

    A UserError names the key of the page that cannot be.
    """
    framed = params.images.model_dump() | {key: getattr(survey, key) for key in WATCHED}
    if survey.bands:
        try:
            band_names(",".join(survey.bands))
        except ValueError as error:
            raise UserError(f"{survey_page(params.labels.survey)}: bands: {error}") from None
    return checked(framed, Images, str(survey_page(params.labels.survey)))


def read_params(path: Path = Path("params.yaml")) -> Params:
    """Read and check params.yaml; a UserError names the first key that is wrong, what was found and what may be."""
    return read_checked(path, Params)
