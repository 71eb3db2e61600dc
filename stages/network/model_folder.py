"""The model folder: all that is needed to use a trained network, and nothing that changes between equal trainings.

`model.keras` is the network in Keras's own format, to be opened with `keras.saving.load_model`; it takes pixels from 0
to 255. `model.json` says how to prepare an image, what the outputs mean and how sure they are. `familiarity.npz`
describes the galaxies of the training, so that an image unlike them is known.
"""

import json
import re
import zipfile
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from stages.errors import UserError
from stages.files import full_disk_told, write_json, write_npz, write_zip
from stages.galaxies.archives import DAMAGE
from stages.galaxies.tasks import TASKS
from stages.network.calibration import Beta, Scatter
from stages.network.familiarity import Familiarity
from stages.network.trained_model import VIEWS, TrainedModel
from stages.params import Preparation

FAMILIARITY = "familiarity.npz"
FILES = ("model.json", "model.keras", FAMILIARITY)
MEMORY_ADDRESS = re.compile(rb', "shared_object_id": \d+')
"""Where Keras kept an object that layers share: another at each run, and not needed to open the network."""


def save_model(folder: Path, model: TrainedModel) -> None:
    """Write the model folder: the same bytes for the same weights, whenever it is written."""
    description = {
        "task": model.task.name,
        "outputs": list(model.task.targets),
        "classes": list(model.task.classes),
        "images": model.images.model_dump(include=set(Preparation.model_fields)),
        "calibration": {str(views): one.model_dump() for views, one in model.calibration.items()},
    }
    write_json(folder / "model.json", description)
    with TemporaryDirectory() as temporary:
        dated = Path(temporary) / "model.keras"
        with full_disk_told(dated):
            model.network.save(dated)
        with zipfile.ZipFile(dated) as archive:
            members = {name: archive.read(name) for name in sorted(archive.namelist())}
    metadata = json.loads(members["metadata.json"])
    del metadata["date_saved"]
    members["metadata.json"] = json.dumps(metadata).encode()
    members["config.json"] = MEMORY_ADDRESS.sub(b"", members["config.json"])
    write_zip(folder / "model.keras", members.items())
    write_npz(folder / FAMILIARITY, **asdict(model.familiarity))


def load_model(folder: Path) -> TrainedModel:
    """Read a model folder; a UserError if it is not there or not whole."""
    try:
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        task, images = TASKS[description["task"]], Preparation.model_validate(description["images"])
        kind = Beta if task.is_binary else Scatter
        found = {views: kind.model_validate_json(json.dumps(description["calibration"][str(views)])) for views in VIEWS}
        network = keras.saving.load_model(folder / "model.keras", compile=False)
        with np.load(folder / FAMILIARITY) as content:
            familiarity = Familiarity(content["mean"], content["covariance"], float(content["limit"]))
    except (FileNotFoundError, KeyError, *DAMAGE) as error:
        found = " ".join(str(error).split())
        raise UserError(f"{folder}: no whole model there ({found}): run `dvc repro train`") from None
    return TrainedModel(network, task, images, found, familiarity)
