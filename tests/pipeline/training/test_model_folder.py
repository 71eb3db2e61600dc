"""The model folder: all that is needed to use the network, without this project's code."""

import json
import re
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from tests.data.card import facts_of
from tests.data.surveys import SURVEY, TASKS
from tests.helpers.parameters import params_with
from tuning_fork import keep
from tuning_fork.calibration.model_folder import load_model, save_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.core.errors import UserError
from tuning_fork.core.model_files import MODEL_FILES
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.networks.building import build_network
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.params.images import Images, Preparation
from tuning_fork.reporting.model_card import write_card

SHAPE = (24, 24, 1)
FITS = {"bands": None, "extension": None, "stretch": 25.0}
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


@pytest.mark.parametrize("task", ["regression", "votes"])
def test_the_network_works_without_the_projects_code(task: str, tmp_path: Path) -> None:
    trained = model(task)
    save_model(tmp_path / "model", trained)
    np.save(tmp_path / "pixels.npy", PIXELS)
    subprocess.run([sys.executable, "-c", USE_ELSEWHERE, "model"], cwd=tmp_path, check=True, timeout=120)
    expected = trained.network.predict(PIXELS, verbose=0)
    np.testing.assert_allclose(np.load(tmp_path / "outputs.npy"), expected, rtol=1e-5, atol=1e-6)


def test_a_model_that_is_kept_is_small_and_starts_from_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = model("votes")
    monkeypatch.chdir(tmp_path)
    save_model(Path("data/model"), trained)
    monkeypatch.setattr(sys, "argv", ["tuning-fork keep", "first"])
    keep.main()
    assert capsys.readouterr().out.startswith("models/first: 0.0 MB")
    kept = {name: Path("models/first", name).read_bytes() for name in MODEL_FILES}
    keep.main()
    assert kept == {name: Path("models/first", name).read_bytes() for name in MODEL_FILES}
    original = {name: Path("data/model", name).read_bytes() for name in MODEL_FILES}
    assert {name for name in MODEL_FILES if kept[name] != original[name]} == {"model.keras"}
    assert len(kept["model.keras"]) < 0.6 * len(original["model.keras"])
    loaded = load_model(Path("models/first"))
    np.testing.assert_allclose(loaded.outputs(PIXELS), trained.outputs(PIXELS), atol=2e-3)
    for values in loaded.network.get_weights():
        assert not np.any(values.view(np.uint32) & 0x1FFF)  # the last 13 of 23 bits, which half precision has not


@pytest.mark.parametrize("name", ["../first", "a/b", "", ".", ".."])
def test_a_model_is_kept_in_models_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["tuning-fork keep", name])
    with pytest.raises(UserError, match="not the name of a folder in models/"):
        keep.main()


@pytest.mark.parametrize("task", TASKS)
def test_the_cards_three_lines_of_keras_give_the_networks_outputs(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained, facts = model(task), facts_of(task)
    save_model(tmp_path, trained)
    saved = json.loads((tmp_path / "model.json").read_text()) | {"trained_on": facts.description["trained_on"]}
    write_card(tmp_path, replace(facts, description=saved))
    (lines,) = re.findall(r"```python\n(.*?)```", (tmp_path / "README.md").read_text(), re.DOTALL)
    assert len(lines.splitlines()) == 3
    monkeypatch.chdir(tmp_path)
    names = {"images": PIXELS}
    exec(lines, names)
    np.testing.assert_array_equal(names["outputs"], trained.outputs(PIXELS, 1))
    stated = [eval(shape, {"n": len(PIXELS)}) for shape in re.findall(r"\(n, .*?\)", lines)]
    assert stated == [PIXELS.shape, names["outputs"].shape]


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
        "survey": SURVEY.model_dump(mode="json"),
        "outputs": classes,
        "classes": classes,
        "images": {"crop": 200, "size": 24, "grayscale": True, "frame": 1.0} | FITS,
        "trained_on": [],
    }
    save_model(tmp_path, model("binary"))
    description = json.loads((tmp_path / "model.json").read_text())
    assert description["outputs"] == ["featured"]
    assert description["classes"] == ["smooth", "featured"]
    assert description["calibration"]["1"].keys() == {"a", "b", "c"}


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        save_model(tmp_path / name, model())
    for file in MODEL_FILES:
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(MODEL_FILES)
