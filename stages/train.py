"""Stage `train`: the network learns the labels of the training split and keeps the epoch that validates best.

It writes data/network (the network as it was trained, and on what), plots/training.csv (the scores of each epoch, as
they come) and metrics/training.json; beside them, kept but not committed, data/timing.json. Stopped anywhere, it goes
on from its last finished epoch when it is run again.
"""

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.core.errors import run_stage

if TYPE_CHECKING:
    from tuning_fork.galaxies.labelled import LabelledGalaxies
    from tuning_fork.params.training import Training

CHECKPOINTS = Path("data/partial/training")


def main() -> None:
    """Train, one at a time, on data/shards and data/labels."""
    from tuning_fork.core.files import held

    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    with held(CHECKPOINTS):
        train()
        shutil.rmtree(CHECKPOINTS)


def train() -> None:
    """Write the network, the curves and the summary; what a stopped training left in CHECKPOINTS is taken up."""
    from tuning_fork.core.files import full_disk_told, write_json
    from tuning_fork.core.machine import memory
    from tuning_fork.galaxies.labelled import read_labels, read_split
    from tuning_fork.networks.network_file import save_history, save_network
    from tuning_fork.params_yaml import read_params
    from tuning_fork.tasks.tasks import labelled_task
    from tuning_fork.training.loop import Examples, Files, train_network
    from tuning_fork.training.start import history, require_unseen

    params = read_params()
    task, shape = labelled_task(params.labels.task), params.images.shape
    labels, shards = Path("data/labels/labels.csv"), Path("data/shards")
    require_unseen(params, read_labels(labels, "test", task.labels).index.tolist())
    training, validation = (read_split(labels, shards, split, task.labels, shape) for split in ("train", "validation"))
    training = chosen(training, params.training)
    needed = (len(training) + len(validation)) * math.prod(shape)
    if needed <= params.machine.memory * memory():
        training, validation = training.in_memory(), validation.in_memory()
    else:
        print(f"{needed / 1e9:.3g} GB of images are read from disk as training goes (params.yaml: machine.memory)")
    trained_on = history(params, training, validation)
    curves = Path("plots/training.csv")
    curves.parent.mkdir(exist_ok=True)
    with full_disk_told(curves):
        trained = train_network(Examples(training, validation), task, params, Files(curves, CHECKPOINTS))
    save_history(Path("data/network/trained_on.json"), trained_on)
    save_network(Path("data/network/network.keras"), trained.network)
    write_json(Path("metrics/training.json"), trained.summary)
    write_json(Path("data/timing.json"), trained.timing)


def chosen(galaxies: "LabelledGalaxies", training: "Training") -> "LabelledGalaxies":
    """Return those of the training galaxies that are learnt from; a UserError if there are not so many."""
    from tuning_fork.core.errors import UserError

    if training.complete_only:
        galaxies = galaxies.complete()
        if not galaxies.parts:
            raise UserError("params.yaml: training.complete_only: of no training galaxy all answers are known")
    if training.galaxies is None:
        return galaxies
    if training.galaxies > len(galaxies):
        raise UserError(
            f"params.yaml: training.galaxies: {training.galaxies}, and there are {len(galaxies)} to learn from"
        )
    return galaxies.some(training.galaxies, training.seed)


if __name__ == "__main__":
    run_stage(main, __doc__)
