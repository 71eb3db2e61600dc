"""The model folder: all that is needed to use the network, without this project's code."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.parameters import params_with
from tuning_fork.calibration.model_folder import FILES, load_model, save_model
from tuning_fork.calibration.outliers import UsualGalaxies
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_npz
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.networks.building import build_network
from tuning_fork.params.images import Images, Preparation
from tuning_fork.tasks.tasks import TASKS

SHAPE = (24, 24, 1)
IMAGES = Images(crop=200, size=24, grayscale=True, max_rejected=0.01)
PIXELS = np.random.default_rng(1).integers(0, 256, (5, *SHAPE)).astype(np.uint8)
USE_ELSEWHERE = """
import json, sys
from pathlib import Path
import keras, numpy as np
folder = Path(sys.argv[1])
network = keras.saving.load_model(folder / "model.keras")
assert not {"stages", "tuning_fork"} & set(sys.modules)
np.save("outputs.npy", network.predict(np.load("pixels.npy"), verbose=0))
"""

STUDY = {"filters": [4, 8], "dense": [8], "batch_normalization": True}


def model(task: str = "regression") -> TrainedModel:
    keras.utils.set_random_seed(1)
    keras.utils.clear_session()
    layers = params_with(model={"dropout": 0.3, "study": STUDY}).model
    galaxies = examples(PIXELS, task)
    return TrainedModel.calibrated(build_network(SHAPE, TASKS[task], layers), TASKS[task], IMAGES, galaxies, galaxies)


def examples(images: np.ndarray, task: str) -> LabelledGalaxies:
    """Return galaxies of alternating classes with these images."""
    targets = np.eye(len(TASKS[task].targets) + 1)[np.arange(len(images)) % 2, :-1]
    return LabelledGalaxies((Part(np.arange(len(images)), targets, images),))


def test_the_network_works_without_the_projects_code(tmp_path: Path) -> None:
    trained = model()
    save_model(tmp_path / "model", trained)
    np.save(tmp_path / "pixels.npy", PIXELS)
    subprocess.run([sys.executable, "-c", USE_ELSEWHERE, "model"], cwd=tmp_path, check=True, timeout=120)
    expected = trained.network.predict(PIXELS, verbose=0)
    np.testing.assert_allclose(np.load(tmp_path / "outputs.npy"), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("task", TASKS)
def test_what_is_loaded_is_what_was_saved(task: str, tmp_path: Path) -> None:
    trained = model(task)
    save_model(tmp_path, trained)
    loaded = load_model(tmp_path)
    assert loaded.task == TASKS[task]
    assert loaded.images == Preparation(crop=200, size=24, grayscale=True)
    assert loaded.calibration == trained.calibration
    for views in (1, 8):
        np.testing.assert_array_equal(loaded.outputs(PIXELS, views), trained.outputs(PIXELS, views))
    for name, value in asdict(trained.usual).items():
        np.testing.assert_array_equal(getattr(loaded.usual, name), value)


def test_model_json_says_how_to_prepare_an_image_and_what_the_outputs_mean(tmp_path: Path) -> None:
    save_model(tmp_path, model())
    classes = ["edge_on", "face_on", "round", "in_between"]
    description = json.loads((tmp_path / "model.json").read_text())
    calibration = description.pop("calibration")
    assert calibration.keys() == {"1", "8"}
    assert all(
        {name: len(values) for name, values in one.items()} == {"floor": 4, "slope": 4, "widening": 4}
        for one in calibration.values()
    )
    assert description == {
        "task": "regression",
        "outputs": classes,
        "classes": classes,
        "images": {"crop": 200, "size": 24, "grayscale": True},
    }
    save_model(tmp_path, model("binary"))
    description = json.loads((tmp_path / "model.json").read_text())
    assert description["outputs"] == ["featured"]
    assert description["classes"] == ["smooth", "featured"]
    assert description["calibration"]["1"].keys() == {"a", "b", "c"}


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        save_model(tmp_path / name, model())
    for file in FILES:
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(FILES)


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


def ask_another_task(file: Path) -> None:
    file.write_text(json.dumps({"task": "spirals", "images": {"crop": 200, "size": 24, "grayscale": True}}))


def be_of_another_shape(file: Path) -> None:
    file.write_text(json.dumps([1, 2, 3]))


def be_of_another_type(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"images": "24 pixels"}))


def describe_colours(file: Path) -> None:
    """Put in what is usual in images of another kind."""
    colours = np.repeat(PIXELS, 3, axis=3)
    write_npz(file, **asdict(UsualGalaxies.fit([colours], len(colours))))


def forget_a_number(file: Path) -> None:
    with np.load(file) as content:
        write_npz(file, **(dict(content) | {"limit": np.nan}))


BREAKAGES = {
    "no model.json": ("model.json", Path.unlink, ": no whole model there ("),
    "no network": ("model.keras", Path.unlink, ": no whole model there ("),
    "nothing usual": ("usual_galaxies.npz", Path.unlink, ": no whole model there ("),
    "half of what is usual": ("usual_galaxies.npz", halve, ": no whole model there ("),
    "half a model.json": ("model.json", halve, "/model.json: "),
    "half a network": ("model.keras", halve, ": no whole model there ("),
    "a damaged network": ("model.keras", damage, ": no whole model there ("),
    "no task": ("model.json", forget_the_task, "/model.json: task: missing"),
    "no calibration": ("model.json", forget_the_calibration, "/model.json: floor: missing"),
    "an unknown task": ("model.json", ask_another_task, "/model.json: task: input should be 'binary', 'regression'"),
    "another shape": ("model.json", be_of_another_shape, "/model.json: "),
    "another type": ("model.json", be_of_another_type, "/model.json: images: "),
    "usual colours": (
        "usual_galaxies.npz",
        describe_colours,
        ": no whole model there (usual_galaxies.npz: mean",
    ),
    "a limit that is no number": (
        "usual_galaxies.npz",
        forget_a_number,
        ": no whole model there (usual_galaxies.npz: lim",
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_half_a_model_or_another_is_one_line(tmp_path: Path, name: str) -> None:
    file, breakage, reason = BREAKAGES[name]
    save_model(tmp_path, model())
    breakage(tmp_path / file)
    with pytest.raises(UserError) as error:
        load_model(tmp_path)
    said = str(error.value)
    assert said.startswith(f"{tmp_path}{reason}")
    assert said.endswith(": run `dvc repro calibrate`, or name the folder of another model")
    assert "\n" not in said


def test_a_network_of_another_shape_than_model_json_says_is_one_line(tmp_path: Path) -> None:
    save_model(tmp_path, model("binary"))
    network = (tmp_path / "model.keras").read_bytes()
    save_model(tmp_path, model())
    (tmp_path / "model.keras").write_bytes(network)
    with pytest.raises(UserError, match=r"model.keras maps \(24, 24, 1\) to \(1,\), model.json says"):
        load_model(tmp_path)


def test_no_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no whole model there"):
        load_model(tmp_path / "model")
