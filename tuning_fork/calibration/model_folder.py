"""The model folder: all that is needed to use a trained network, and nothing that changes between equal trainings.

`model.keras` is the network in Keras's own format, to be opened with `keras.saving.load_model`; it takes pixels from 0
to 255. `model.json` says how to prepare an image, what was asked of a galaxy, what the outputs mean and how sure they
are, and what the network was trained on, one training after the other. `usual_galaxies.npz` describes the galaxies of
the survey, so that an image unlike them is known.
"""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from pydantic import GetPydanticSchema, ValidationError, model_validator
from pydantic_core import core_schema

from tuning_fork.calibration.calibrations import CALIBRATIONS
from tuning_fork.calibration.eight_views import VIEWS
from tuning_fork.calibration.outliers import UsualGalaxies
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.core.checked_yaml import Section, first_error
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_json, write_npz
from tuning_fork.core.model_files import DESCRIPTION, NETWORK, USUAL_GALAXIES
from tuning_fork.core.zip_members import DAMAGE
from tuning_fork.images.photometry import Light
from tuning_fork.networks.network_file import TrainedOn, load_network, save_network
from tuning_fork.params.images import Preparation
from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.tasks import TASKS

ANY_SIZE = "folder"
"""The `download.source` of images that are of any size; those of the others are Kaggle's, or like them."""

TaskName = Annotated[str, GetPydanticSchema(lambda _, __: core_schema.literal_schema(list(TASKS)))]
"""The name of one of the tasks."""


class Description(Section):
    """What model.json says."""

    task: TaskName
    survey: Survey
    outputs: tuple[str, ...]
    classes: tuple[str, ...]
    images: Preparation
    calibration: dict[str, dict[str, Any]]
    trained_on: tuple[TrainedOn, ...] = ()

    @model_validator(mode="after")
    def _survey_has_the_answers(self) -> Self:
        TASKS[self.task](self.survey)
        return self


def save_model(folder: Path, model: TrainedModel, trained_on: tuple[TrainedOn, ...] = ()) -> None:
    """Write the model folder: the same bytes for the same weights, whenever it is written.

    `trained_on` is the network's history, from the first training to the last.
    """
    description = Description(
        task=model.task.name,
        survey=model.task.survey,
        outputs=model.task.targets,
        classes=model.task.classes,
        images=Preparation(**{name: getattr(model.images, name) for name in Preparation.model_fields}),
        calibration={str(views): one.model_dump() for views, one in model.calibration.items()},
        trained_on=trained_on,
    )
    write_json(folder / DESCRIPTION, description.model_dump(mode="json"))
    save_network(folder / NETWORK, model.network)
    write_npz(folder / USUAL_GALAXIES, **asdict(model.usual))


def load_model(folder: Path) -> TrainedModel:
    """Read a model folder; a UserError says what is not there, not whole or not of this project's."""
    cure = "run `dvc repro calibrate`, or name the folder of another model"
    try:
        found = Description.model_validate_json((folder / DESCRIPTION).read_bytes())
        task = TASKS[found.task](found.survey)
        kind = CALIBRATIONS[task.kind]
        calibration = {views: kind.model_validate(found.calibration[str(views)], strict=False) for views in VIEWS}
        network = load_network(folder / NETWORK)
        usual = _read_usual_galaxies(folder / USUAL_GALAXIES, found.images)
    except ValidationError as error:
        raise UserError(f"{folder / DESCRIPTION}: {first_error(error)}: {cure}") from None
    except (OSError, KeyError, TypeError, *DAMAGE) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{folder}: no whole model there ({reason}): {cure}") from None
    shapes = (network.input_shape[1:], network.output_shape[1:])
    wanted = (found.images.shape, (len(task.targets),))
    if shapes != wanted:
        raise UserError(f"{folder}: {NETWORK} maps {shapes[0]} to {shapes[1]}, {DESCRIPTION} says {wanted}: {cure}")
    is_of_one_size = not found.trained_on or found.trained_on[-1].source != ANY_SIZE
    return TrainedModel(network, task, found.images, calibration, usual, is_of_one_size)


def _read_usual_galaxies(path: Path, images: Preparation) -> UsualGalaxies:
    """Read what is usual in the survey; a ValueError if it is not about such images, or not numbers."""
    size = Light(np.zeros((1, *images.shape), np.uint8)).appearance().shape[1]
    shapes = {"mean": (size,), "covariance": (size, size), "limit": (), "radii": (2,), "kron_radius": ()}
    with np.load(path) as content:
        arrays = {field.name: content[field.name] for field in fields(UsualGalaxies)}
    for name, array in arrays.items():
        if array.shape != shapes[name] or array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"{path.name}: {name} is {array.dtype} {array.shape}, not finite numbers {shapes[name]}")
    limit, kron_radius = float(arrays["limit"]), float(arrays["kron_radius"])
    return UsualGalaxies(arrays["mean"], arrays["covariance"], limit, arrays["radii"], kron_radius)
