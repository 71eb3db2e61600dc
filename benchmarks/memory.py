"""Peak memory of training with images in memory and on disk, by either network.

`python -m benchmarks.memory NETWORK WHERE PROJECT COPIES` is one of them.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from tqdm import tqdm

from benchmarks.one_training import galaxies_of, task_in
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_with
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.training import loop as training

COPIES = (1, 10, 40)
"""How many times the training galaxies are taken."""


def report(project: Path) -> pd.DataFrame:
    """Measure the peak memory of the process in an epoch, for ever more galaxies."""
    rows = []
    for copies in tqdm(COPIES, "memory", disable=None):
        row = {}
        for network, where in (("study", "in memory"), ("study", "on disk"), ("residual", "in memory")):
            command = [sys.executable, "-m", "benchmarks.memory", network, where, str(project), str(copies)]
            done = subprocess.run(
                command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            measured = json.loads(done.stdout.splitlines()[-1])
            row |= {"galaxies": measured["galaxies"], "images, MB": measured["images"]}
            row[f"peak, network {network}, images {where}, MB"] = measured["peak"]
        rows.append(row)
    return pd.DataFrame(rows).set_index("galaxies")


def main(network: str, where: str, project: Path, copies: int) -> None:
    """Train a network one epoch on the training galaxies `copies` times; print their number and bytes, and the peak."""
    train, validation = galaxies_of(project, "train"), galaxies_of(project, "validation")
    train = LabelledGalaxies(train.parts * copies)
    if where == "in memory":
        train = train.in_memory()
    params = params_with(training={"epochs": 1}, model={"network": network})
    with TemporaryDirectory() as folder:
        files = training.Files(Path(folder) / "curves.csv", Path(folder) / "checkpoints")
        training.train_network(training.Examples(train, validation), task_in(project), params, files)
    galaxies, (height, width, channels) = len(train), params.images.shape
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"galaxies": galaxies, "images": galaxies * height * width * channels / 1e6, "peak": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
