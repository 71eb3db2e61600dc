"""One training, of the project or of its peer, timed.

`python -m benchmarks.one_training RECIPE PROJECT SEED EPOCHS`

It prints as JSON the seconds and the test ROC AUC after each epoch, and the ROC AUC of the epoch kept: of the question
smooth or featured, whatever the network learns.
"""

import json
import sys
import time
from collections.abc import Sequence
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import tensorflow as tf
from sklearn.metrics import roc_auc_score

from benchmarks.peer import training as peer
from tests.helpers.parameters import changed
from tuning_fork.galaxies.labelled import LabelledGalaxies, read_split
from tuning_fork.galaxies.splits import SPLITS
from tuning_fork.networks.building import build_network
from tuning_fork.params_yaml import Params, read_params
from tuning_fork.surveys.survey import read_survey, survey_page
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.tasks import task_of
from tuning_fork.tasks.votes import gives_all_answers, of_two_classes
from tuning_fork.training import loop as training

RECIPES = {
    "plain": {},
    "augmented": {"model": {"augment": True}},
    "residual": {"model": {"augment": True, "network": "residual"}},
    "fast": {
        "model": {"augment": True, "study": {"batch_normalization": True, "filters": [16, 32, 64]}},
        "training": {"schedule": "cosine", "epochs": 18, "learning_rate": 0.002},
    },
    "best": {},
    "best, from simulated-sky": {"training": {"start": "simulated-sky", "epochs": 5}},
}
"""Changes to the project's params.yaml, by section; those of best are of a project that has the keys of best.yaml."""
PEER = "peer, "
"""What stands before the name of a recipe that the peer trains by instead."""
LIMIT = "limit"
"""What is given instead of a recipe to measure the GFLOP/s of a matrix product, and the GFLOP that an image takes."""
MATRIX = 4096
"""Side of the matrices that are multiplied."""


class Curve(keras.callbacks.Callback):
    """Notes after each epoch the seconds of training and the ROC AUC of `test`; its own time does not count."""

    def __init__(self, test: peer.Arrays, task: Task) -> None:
        super().__init__()
        self.images, self.targets = test
        self.task = task
        self.rows: list[dict[str, float]] = []

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start the clock."""
        self.began = time.perf_counter()

    def roc_auc(self, network: keras.Model) -> float:
        """Return the ROC AUC of the question smooth or featured, at the confidence 0.8."""
        targets, outputs = self.targets, network.predict(self.images, batch_size=256, verbose=0)
        if gives_all_answers(self.task):
            _, targets, outputs = of_two_classes(self.task.survey)[0].asked(targets, outputs)
        return float(roc_auc_score(targets, outputs))

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Note the epoch, and set the clock back by what that took."""
        ended = time.perf_counter()
        self.rows.append({"seconds": ended - self.began, "roc_auc": self.roc_auc(self.model)})
        self.began += time.perf_counter() - ended


def params_of(project: Path, recipe: str = "plain") -> Params:
    """Return the parameters of a project, changed by a recipe."""
    read = read_params(project / "params.yaml")
    return Params.model_validate_json(json.dumps(changed(read.model_dump(mode="json"), RECIPES[recipe])))


def task_in(project: Path) -> Task:
    """Return what the galaxies of a project are labelled for."""
    labels = params_of(project).labels
    return task_of(labels.task, read_survey(survey_page(labels.survey)))


def galaxies_of(project: Path, split: str) -> LabelledGalaxies:
    """Return the galaxies of one split of a project that has been labelled."""
    labels, shape = project / "data/labels/labels.csv", params_of(project).images.shape
    return read_split(labels, project / "data/shards", split, task_in(project).labels, shape)


def train_ours(params: Params, splits: Sequence[LabelledGalaxies], curve: Curve) -> keras.Model:
    """Train as the stage does, and note the curve beside it."""
    with TemporaryDirectory() as folder:
        files = training.Files(Path(folder) / "curves.csv", Path(folder) / "checkpoints")
        return training.train_network(training.Examples(*splits), curve.task, params, files, [curve]).network  # pyright: ignore[reportCallIssue]


def train_peer(recipe: str, splits: Sequence[LabelledGalaxies], curve: Curve, seed: int, epochs: int) -> keras.Model:
    """Train as people do, on pixels from 0 to 1."""
    data = [(images.astype(np.float32) / 255, targets) for images, targets in map(arrays, splits)]
    curve.images = curve.images.astype(np.float32) / 255
    keras.utils.set_random_seed(seed)
    network = peer.build_network(curve.images.shape[1:], augment=recipe == "augmented")
    peer.train(*data, network, epochs, curve)  # pyright: ignore[reportCallIssue]
    return network


def arrays(galaxies: LabelledGalaxies) -> peer.Arrays:
    """Return the images and targets of all galaxies."""
    return np.concatenate([part.images for part in galaxies.parts]), galaxies.targets


def limit(project: Path) -> dict[str, float]:
    """Return GFLOP/s of a large matrix product by precision, and the GFLOP that the study's network takes an image."""
    rates = {}
    for precision in ("float32", "bfloat16"):
        matrix = tf.cast(tf.random.stateless_uniform([MATRIX, MATRIX], (1, 2)), precision)
        product = tf.function(tf.linalg.matmul, jit_compile=False)
        seconds = []
        for _ in range(6):
            began = time.perf_counter()
            product(matrix, matrix).numpy()
            seconds.append(time.perf_counter() - began)
        rates[precision] = 2 * MATRIX**3 / np.median(seconds[1:]) / 1e9
    params = params_of(project)
    network = build_network(params.images.shape, task_in(project), params.model)
    layers = [layer for layer in network.layers if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense))]
    forward = [2 * prod(layer.kernel.shape) * prod(layer.output.shape[1:-1]) for layer in layers]
    return rates | {"gflop_an_image": (3 * sum(forward) - forward[0]) / 1e9}  # no gradient of the pixels is taken


def main(recipe: str, project: Path, seed: int, epochs: int) -> None:
    """Print the curve of one training, or the limit."""
    if recipe == LIMIT:
        print(json.dumps(limit(project)))
        return
    train, validation, test = (galaxies_of(project, split).in_memory() for split in SPLITS)
    curve, splits = Curve(arrays(test), task_in(project)), (train, validation)
    if recipe.startswith(PEER):
        network = train_peer(recipe.removeprefix(PEER), splits, curve, seed, epochs)
    else:
        params = params_of(project, recipe)
        timed = params.training.model_copy(update={"epochs": epochs, "seed": seed})
        network = train_ours(params.model_copy(update={"training": timed}), splits, curve)
    print(json.dumps({"kept": curve.roc_auc(network), "epochs": curve.rows}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
