"""Trainings on parts of the labelled galaxies, each tested by galaxies that it has not seen; none is done twice."""

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from tuning_fork.adapting.recipe import Recipe
from tuning_fork.adapting.splitting import VALIDATION, dealt
from tuning_fork.calibration import calibrations
from tuning_fork.calibration.calibrations import CALIBRATIONS
from tuning_fork.calibration.eight_views import Viewer
from tuning_fork.core.files import write_npz
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part, read_split
from tuning_fork.galaxies.splits import SPLITS
from tuning_fork.params_yaml import Params
from tuning_fork.tasks.task import Task
from tuning_fork.training.checkpoint import fingerprint
from tuning_fork.training.loop import Examples, Files, train_network

CALIBRATION = Path(calibrations.__file__).parent
"""The code that makes probabilities of what a network says."""


class Fold(NamedTuple):
    """Galaxies to learn from, to choose the epoch and calibrate by, and to test."""

    training: LabelledGalaxies
    validation: LabelledGalaxies
    test: LabelledGalaxies

    def part(self, share: float, seed: int) -> Self:
        """Return the fold with so many of the galaxies to learn from and to choose by: at least two of each."""
        training, validation = (one.some(max(round(share * len(one)), 2), seed) for one in self[:2])
        return type(self)(training, validation, self.test)


@dataclass(frozen=True)
class Trainings:
    """How parts of so many `labels` are trained on, and the `folder` that keeps what came of it."""

    task: Task
    params: Params
    recipe: Recipe
    labels: int
    folder: Path
    calibration: Path = CALIBRATION
    """The folder of the code that the outputs depend on beside that of the training."""

    def predictions(self, fold: Fold) -> Predictions:
        """Return what a network that is trained and calibrated on a fold says of its test galaxies."""
        params = self._params(len(fold.training))
        kept = self.folder / f"{self.key(params, fold)}.npz"
        if kept.exists():
            outputs = np.load(kept)["outputs"]
        else:
            outputs = self._outputs(fold, params)
            write_npz(kept, outputs=outputs)
            shutil.rmtree(self.folder / "training")
        return Predictions(fold.test.ids, fold.test.targets, outputs, self.task)

    def key(self, params: Params, fold: Fold) -> str:
        """Return a hash of all that decides what the trained and calibrated network says."""
        digest = hashlib.sha256(f"{fingerprint(params, *fold)} {params.evaluation.views}".encode())
        for file in sorted(self.calibration.glob("*.py")):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _params(self, learnt: int) -> Params:
        epochs = self.recipe.epochs(self.labels, learnt)
        return self.params.model_copy(update={"training": self.params.training.model_copy(update={"epochs": epochs})})

    def _outputs(self, fold: Fold, params: Params) -> np.ndarray:
        """Train, and return the calibrated outputs (n, targets) about the test galaxies."""
        checkpoints = self.folder / "training"
        checkpoints.mkdir(parents=True, exist_ok=True)
        with _printing_into(self.folder / "trainings.log"):
            files = Files(checkpoints / "curves.csv", checkpoints)
            network = train_network(Examples(fold.training, fold.validation), self.task, params, files).network
            viewer, views = Viewer(network), params.evaluation.views
            told = viewer.outputs_of(fold.validation, views)
            calibration = CALIBRATIONS[self.task.kind].fit(fold.validation.targets, told, self.task)
            return calibration.predictions(viewer.outputs_of(fold.test, views))


def pooled(parts: Sequence[Predictions]) -> Predictions:
    """Return the predictions of several folds together."""
    ids, targets, outputs = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("ids", "targets", "outputs")
    )
    return Predictions(ids, targets, outputs, parts[0].task)


def split_of(task: Task, params: Params, folder: Path) -> Fold:
    """Return the galaxies of the pipeline in a folder, split as it split them, in memory."""
    labels, shards = folder / "data/labels/labels.csv", folder / "data/shards"
    splits = (read_split(labels, shards, split, task.labels, params.images.shape) for split in SPLITS)
    return Fold(*(split.in_memory() for split in splits))


def folds_of(split: Fold, task: Task, number: int, seed: int) -> list[Fold]:
    """Return that `number` of folds of all labelled galaxies: each tests once, and the classes are spread evenly."""
    parts = [part for galaxies in split for part in galaxies.parts]
    ids, targets, images = (
        np.concatenate([np.asarray(getattr(part, name)) for part in parts]) for name in ("ids", "targets", "images")
    )
    classes = task.classes_of(targets)
    test = dealt(ids, classes, number, seed)

    def some(rows: np.ndarray) -> LabelledGalaxies:
        return LabelledGalaxies((Part(ids[rows], targets[rows], images[rows]),))

    folds = []
    for hand in range(number):
        rest = np.flatnonzero(test != hand)
        is_validation = dealt(ids[rest], classes[rest], round(1 / VALIDATION), seed + 1) == 0
        folds.append(Fold(some(rest[~is_validation]), some(rest[is_validation]), some(np.flatnonzero(test == hand))))
    return folds


@contextmanager
def _printing_into(log: Path) -> Iterator[None]:
    """Let what the training prints go into a file."""
    sys.stdout.flush()
    with log.open("a", encoding="utf-8") as file, redirect_stdout(file):
        yield
