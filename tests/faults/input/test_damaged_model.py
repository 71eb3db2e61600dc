"""Half a model folder, or another: one line says what is wrong with it and what to do."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from tests.pipeline.training.test_model_folder import PIXELS, model
from tuning_fork.calibration.model_folder import load_model, save_model
from tuning_fork.calibration.outliers import UsualGalaxies
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_npz


@pytest.fixture(scope="module")
def regression(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a model of shares. Leave it as it is."""
    folder = tmp_path_factory.mktemp("regression")
    save_model(folder, model())
    return folder


def halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)


def forget_the_task(file: Path) -> None:
    file.write_text(json.dumps({"outputs": []}))


def forget_the_calibration(file: Path) -> None:
    description = json.loads(file.read_text())
    file.write_text(json.dumps(description | {"calibration": {"1": {}, "8": {}}}))


def forget_an_answer(file: Path) -> None:
    file.write_text(file.read_text().replace('"face-on"', '"seen face-on"'))


def ask_another_task(file: Path) -> None:
    file.write_text(json.dumps({"task": "spirals", "images": {"crop": 200, "size": 24, "grayscale": True}}))


def be_of_another_shape(file: Path) -> None:
    file.write_text(json.dumps([1, 2, 3]))


def be_of_another_type(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"images": "24 pixels"}))


def describe_colours(file: Path) -> None:
    """Familiarity with images of another kind."""
    colours = np.repeat(PIXELS, 3, axis=3)
    write_npz(file, **asdict(UsualGalaxies.fit([colours], len(colours))))


def forget_a_number(file: Path) -> None:
    with np.load(file) as content:
        write_npz(file, **(dict(content) | {"limit": np.nan}))


BREAKAGES = {
    "no model.json": ("model.json", Path.unlink, ": no whole model there ("),
    "no network": ("model.keras", Path.unlink, ": no whole model there ("),
    "no familiarity": ("usual_galaxies.npz", Path.unlink, ": no whole model there ("),
    "half a familiarity": ("usual_galaxies.npz", halve, ": no whole model there ("),
    "half a model.json": ("model.json", halve, "/model.json: "),
    "half a network": ("model.keras", halve, ": no whole model there ("),
    "a damaged network": ("model.keras", damage, ": no whole model there ("),
    "no task": ("model.json", forget_the_task, "/model.json: task: missing"),
    "no calibration": ("model.json", forget_the_calibration, "/model.json: floor: missing"),
    "an unknown task": ("model.json", ask_another_task, "/model.json: task: input should be 'binary', 'regression'"),
    "a survey without an answer": (
        "model.json",
        forget_an_answer,
        "/model.json: task regression needs the answers artifact, edge_on, face_on, round, in_between, cigar, and the",
    ),
    "another shape": ("model.json", be_of_another_shape, "/model.json: "),
    "another type": ("model.json", be_of_another_type, "/model.json: images: "),
    "familiarity of colours": (
        "usual_galaxies.npz",
        describe_colours,
        ": no whole model there (usual_galaxies.npz: mean",
    ),
    "a limit that is no number": (
        "usual_galaxies.npz",
        forget_a_number,
        ": no whole model there (usual_galaxies.npz: limit",
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_half_a_model_or_another_is_one_line(regression: Path, tmp_path: Path, name: str) -> None:
    file, breakage, reason = BREAKAGES[name]
    folder = tmp_path / "model"
    shutil.copytree(regression, folder)
    breakage(folder / file)
    with pytest.raises(UserError) as error:
        load_model(folder)
    said = str(error.value)
    assert said.startswith(f"{folder}{reason}")
    assert said.endswith(": run `dvc repro calibrate`, or name the folder of another model")
    assert "\n" not in said


def test_a_network_of_another_shape_than_model_json_says_is_one_line(regression: Path, tmp_path: Path) -> None:
    save_model(tmp_path, model("binary"))
    shutil.copy(regression / "model.json", tmp_path)
    with pytest.raises(UserError, match=r"model.keras maps \(24, 24, 1\) to \(1,\), model.json says"):
        load_model(tmp_path)


def test_no_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no whole model there"):
        load_model(tmp_path / "model")
