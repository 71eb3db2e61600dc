"""A training of seconds: discs of light on noise. `python -m tests.data.tiny_training FOLDER SEED...` runs it."""

import shutil
import sys
from pathlib import Path

import numpy as np
import yaml

from tests.data.surveys import TASKS
from tests.data.tree_votes import some_votes, unknown
from tests.helpers.parameters import changed, params_with
from tuning_fork.calibration.model_folder import save_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.params_yaml import Params
from tuning_fork.training.loop import Examples, Files, train_network

SIDE = 24


def examples(galaxies: int, seed: int, task: str = "binary", confused: bool = False) -> LabelledGalaxies:
    """Return grey images in three parts; the target says how bright a disc is on one, `confused`: nothing.

    Of every fourth galaxy, the votes for what is seen of an edge-on or a spiral one are not known.
    """
    rng = np.random.default_rng(seed)
    if task == "votes":
        targets = unknown(some_votes(galaxies, rng), slice(0, galaxies, 4), 9, 10, 11)
    else:
        count = len(TASKS[task].targets)
        targets = rng.integers(0, 2, (galaxies, 1)) if task == "binary" else rng.dirichlet([1] * count, galaxies)
        targets = np.eye(count)[targets.argmax(axis=1)] if task == "classes" else targets
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    disc = (np.hypot(x, y) < 6)[None, :, :, None]
    images = rng.normal(60, 40, (galaxies, SIDE, SIDE, 1)) + 90 * disc * targets[:, :1, None, None]
    if confused:
        targets = rng.permutation(targets)
    ids = np.arange(galaxies)
    parts = np.arange(galaxies) % 3
    images = np.clip(images, 0, 255).astype(np.uint8)
    rows = [np.flatnonzero(parts == part) for part in range(3)]
    return LabelledGalaxies(tuple(Part(ids[here], targets[here].astype(float), images[here]) for here in rows))


def tiny_params(task: str = "binary", **changes: dict[str, object]) -> Params:
    """Return parameters of a network of a few hundred weights; `changes` by section, as for `params_with`."""
    sections = {
        "images": {"crop": 96, "size": SIDE, "grayscale": True},
        "labels": {"task": task} | ({"confidence": 0.0} if task == "votes" else {}),
        "model": {"augment": False, "dropout": 0.0, "normalize": True, "study": {"filters": [4, 8], "dense": [8]}},
        "training": {"epochs": 2, "batch_size": 16, "early_stopping": None, "precision": "float32", "seed": 1},
    }
    return params_with(**changed(sections, changes))


def train_and_save(folder: Path, seed: int) -> None:
    """Train with augmentation and dropout and write the model folder and curves.csv."""
    params = tiny_params(model={"augment": True, "dropout": 0.3}, training={"seed": seed})
    folder.mkdir(parents=True)
    task = TASKS["binary"]
    curves, checkpoints = folder / "curves.csv", folder / "checkpoints"
    splits = Examples(examples(70, 1), examples(40, 2))
    network = train_network(splits, task, params, Files(curves, checkpoints)).network
    shutil.rmtree(checkpoints)
    finished = TrainedModel.calibrated(network, task, params.images, examples(40, 2), examples(70, 1))
    save_model(folder / "model", finished)


def write_params(params: Params) -> None:
    """Write params.yaml into the folder where we are."""
    Path("params.yaml").write_text(yaml.safe_dump(params.model_dump(mode="json")), encoding="utf-8")


if __name__ == "__main__":
    for seed in sys.argv[2:]:
        train_and_save(Path(sys.argv[1]) / seed, int(seed))
