"""What is kept of a training after each epoch: its state, so that a stopped one goes on from there."""

import hashlib
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from tuning_fork.core.files import write_npz
from tuning_fork.core.zip_members import DAMAGE
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.params.training import MODELS
from tuning_fork.params_yaml import Params
from tuning_fork.training import start

FOLDERS = ("core", "galaxies", "surveys", "tasks", "networks", "training")
CODE = [Path(__file__).parents[1] / folder for folder in FOLDERS]
"""The code that a training depends on: edits of anything else let a half-done one go on."""


def fingerprint(params: Params, *splits: LabelledGalaxies) -> str:
    """Return a hash of all that decides how a training goes.

    That is parameters, the start's files, galaxies, code and Keras's version.
    """
    digest = hashlib.sha256(keras.__version__.encode())
    used = {"labels": {"task"}, "augmentation": True, "training": True}
    digest.update(params.model_dump_json(include=used).encode())
    digest.update(params.model.model_dump_json(exclude=params.model.networks.keys() - {params.model.network}).encode())
    folder = params.training.start
    begun_with = [] if folder is None else [MODELS / folder / name for name in start.FILES]
    for file in [*begun_with, *sorted(file for folder in CODE for file in folder.glob("*.py"))]:
        digest.update(file.read_bytes())
    for part in (part for split in splits for part in split.parts):
        for array in (part.ids, part.targets, part.images):
            values = np.ascontiguousarray(array)
            digest.update(repr(values.shape).encode())
            digest.update(values.data)
    return digest.hexdigest()


class Checkpoint(keras.callbacks.Callback):
    """Keeps in a file what the next epoch needs, and takes it up again: the training ends as if never stopped.

    That is every variable of network and optimizer (the random state of dropout among them), the best epoch so far
    with its weights, the curves, and the seconds spent. A file of another `fingerprint` belongs to another training and
    is passed over. Among the callbacks it comes after `best` and the writer of `curves`, which appends to the file.

    Each epoch's file has a name of its own in `folder`, and the one before is then removed. (A file that takes the name
    of another is written to the disk at once by some file systems, which takes as long as several training steps. So
    the last half minute may be lost with the machine's power.)
    """

    def __init__(self, folder: Path, fingerprint: str, best: keras.callbacks.EarlyStopping, curves: Path) -> None:
        super().__init__()
        self.folder, self.fingerprint, self.best, self.curves = folder, fingerprint, best, curves
        self.state = self._read()
        self.epochs_done = int(self.state.get("epochs_done", 0))
        self.stopped_early = int(self.state.get("wait", 0)) >= best.patience
        self.curves.write_bytes(bytes(self.state.get("curves", b"")))

    @property
    def seconds(self) -> float:
        """Seconds that the training has taken, of all its parts together."""
        return time.perf_counter() - self.began

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Take up what was left, if anything was."""
        self.began = time.perf_counter() - float(self.state.get("seconds", 0))
        self.model.optimizer.build(self.model.trainable_variables)
        if self.state:
            for number, variable in enumerate(self._variables()):
                variable.assign(self.state[f"variable_{number}"])
            count = len(self.model.get_weights())
            self.best.best_weights = [self.state[f"best_{number}"] for number in range(count)]
            self.best.best, self.best.wait = float(self.state["best"]), int(self.state["wait"])
            self.best.best_epoch = int(self.state["best_epoch"])
        self.state = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the state of the epoch that has ended, and remove that of the one before."""
        self.epochs_done = epoch + 1
        state = {f"variable_{number}": variable.numpy() for number, variable in enumerate(self._variables())}
        state |= {f"best_{number}": weights for number, weights in enumerate(self.best.best_weights)}
        path = self.folder / f"{self.epochs_done}.npz"
        write_npz(
            path,
            fingerprint=self.fingerprint,
            epochs_done=self.epochs_done,
            best=self.best.best,
            best_epoch=self.best.best_epoch,
            wait=self.best.wait,
            curves=np.frombuffer(self.curves.read_bytes(), np.uint8),
            seconds=self.seconds,
            **state,
        )
        for other in self._files():
            if other != path:
                other.unlink()

    def _variables(self) -> list[keras.Variable]:
        """Return all that a training step changes but the metrics, which start anew with each epoch."""
        return [*self.model.variables, *self.model.optimizer.variables]

    def _files(self) -> list[Path]:
        """Return the files of states, that of the last epoch first."""
        return sorted(self.folder.glob("*.npz"), key=lambda path: int(path.stem), reverse=True)

    def _read(self) -> dict[str, np.ndarray]:
        """Return the last state on disk, or none if there is none of this training that is whole."""
        for path in self._files():
            with suppress(KeyError, *DAMAGE), np.load(path) as state:  # a power cut may leave it damaged
                if state["fingerprint"] == self.fingerprint:
                    return dict(state)
        return {}
