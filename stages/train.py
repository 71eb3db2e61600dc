"""Stage `train`: the network learns the labels of the training split and keeps the epoch that validates best.

Writes data/model (all that is needed to use the network), plots/training.csv (the scores of each epoch, as they come)
and metrics/training.json. Stopped anywhere, it goes on from its last finished epoch when it is run again.
"""

import math
import shutil
from pathlib import Path

from stages.errors import run_stage
from stages.files import full_disk_told, held, write_json
from stages.galaxies.examples import count, read_examples, read_survey
from stages.galaxies.tasks import TASKS
from stages.machine import memory
from stages.network.model_folder import save_model
from stages.network.trained_model import TrainedModel
from stages.network.training import train_network
from stages.params import Params, read_params


def main() -> None:
    """Train on data/shards and data/labels."""
    params = read_params()
    checkpoints = Path("data/partial/training")
    checkpoints.mkdir(parents=True, exist_ok=True)
    with held(checkpoints):
        train(params, checkpoints)
        shutil.rmtree(checkpoints)


def train(params: Params, checkpoints: Path) -> None:
    """Write the model, the curves and the summary; what a stopped training left in `checkpoints` is taken up."""
    task = TASKS[params.labels.task]
    labels, shards = Path("data/labels/labels.csv"), Path("data/shards")
    training, validation = (
        read_examples(labels, shards, split, task, params.images.shape) for split in ("train", "validation")
    )
    needed = (count(training) + count(validation)) * math.prod(params.images.shape)
    if needed <= params.machine.memory * memory():
        training, validation = ([part.in_memory() for part in split] for split in (training, validation))
    else:
        print(f"{needed / 1e9:.3g} GB of images are read from disk as training goes (params.yaml: machine.memory)")
    curves = Path("plots/training.csv")
    curves.parent.mkdir(exist_ok=True)
    with full_disk_told(curves):
        network, summary = train_network(training, validation, params, curves, checkpoints)
    survey = read_survey(labels, shards, task, params.images.shape)
    save_model(Path("data/model"), TrainedModel.finish(network, task, params.images, validation, survey))
    write_json(Path("metrics/training.json"), summary)


if __name__ == "__main__":
    run_stage(main, __doc__)
