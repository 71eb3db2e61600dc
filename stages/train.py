"""Stage `train`: the network learns the labels of the training split and keeps the epoch that validates best.

Writes data/model (all that is needed to use the network), plots/training.csv (the scores of each epoch, as they come)
and metrics/training.json; beside them, kept but not committed, data/timing.json. Stopped anywhere, it goes on from its
last finished epoch when it is run again.
"""

import math
import shutil
from pathlib import Path

from stages.errors import run_stage


def main() -> None:
    """Train on data/shards and data/labels."""
    from stages.files import write_json
    from stages.galaxies.examples import count, read_examples
    from stages.galaxies.tasks import TASKS
    from stages.machine import memory
    from stages.network.model_folder import save_model
    from stages.network.trained_model import TrainedModel
    from stages.network.training import train_network
    from stages.params import read_params

    params = read_params()
    task = TASKS[params.labels.task]
    train, validation = (
        read_examples(Path("data/labels/labels.csv"), Path("data/shards"), split, task)
        for split in ("train", "validation")
    )
    needed = (count(train) + count(validation)) * math.prod(params.images.shape)
    if needed <= params.machine.memory * memory():
        train, validation = ([part.in_memory() for part in split] for split in (train, validation))
    else:
        print(f"{needed / 1e9:.3g} GB of images are read from disk as training goes (params.yaml: machine.memory)")
    curves = Path("plots/training.csv")
    curves.parent.mkdir(exist_ok=True)
    checkpoints = Path("data/partial/training")
    network, summary, timing = train_network(train, validation, params, curves, checkpoints)
    save_model(Path("data/model"), TrainedModel.finish(network, task, params.images, train, validation))
    write_json(Path("metrics/training.json"), summary)
    write_json(Path("data/timing.json"), timing)
    shutil.rmtree(checkpoints)


if __name__ == "__main__":
    run_stage(main, __doc__)
