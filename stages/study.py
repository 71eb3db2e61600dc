"""The published study: all its runs one after another, and a report that puts them beside the published ones.

The runs are those of study.yaml, each `dvc repro` with its changes to params.yaml as that is now, in a working copy in
data/partial/study; the data too are those of params.yaml: simulated, or Kaggle's when download.source says so. Each
becomes a DVC experiment of its name. What was run before is not trained again; stopped anywhere, the next call goes on.
The report is plots/study/report.html, and report.md beside it.
"""

import argparse
import itertools
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from stages.errors import UserError, run
from stages.files import whole_file, write_json
from stages.galaxies.examples import read_examples
from stages.galaxies.tasks import TASKS
from stages.params import Params, read_params
from stages.results import baseline
from stages.results.study_file import Run, Study, read_study
from stages.results.study_report import write_report
from stages.working_copy import StageFailedError, WorkingCopy, repository

RESULTS = Path("data/study")
"""A folder for each run and seed: its metrics, curves and predictions, and the baseline's predictions."""
KEPT = (
    "metrics/metrics.json",
    "metrics/training.json",
    "metrics/labels.json",
    "plots/training.csv",
    "data/predictions.csv",
)


def main() -> None:
    """Run what the arguments name, and write the report."""
    study = read_study()
    arguments = parse_arguments(study)
    params = read_params()
    if arguments.list:
        print(listing(study).to_string())
        return
    seeds = [params.training.seed + number for number in range(arguments.repeat)]
    wanted = [
        (experiment_name(name, seed, params.training.seed), study.runs[name], seed)
        for seed, name in itertools.product(seeds, arguments.only)
    ]
    print(f"{len(wanted)} runs, about {estimate(params, len(wanted)):.0f} minutes by the speed of the last training")
    copy = WorkingCopy(Path("data/partial/study").resolve(), repository())
    copy.update()
    failed = {}
    with tqdm(total=len(wanted) * params.training.epochs, unit="epoch", disable=None) as bar:
        for number, (name, one, seed) in enumerate(wanted, start=1):
            try:
                for stage, epoch in progress(copy, name, one, seed):
                    bar.set_description(f"{number} of {len(wanted)}: {name}, {stage}")
                    bar.update(bar.total * (number - 1) // len(wanted) + epoch - bar.n)
                bar.write(f"{name}: {keep(copy, name, one, params)}", file=sys.stdout)
            except StageFailedError as error:
                failed[name] = str(error)
            bar.update(bar.total * number // len(wanted) - bar.n)
    write_report(study, RESULTS, params, Path("plots/study"))
    print("the report is plots/study/report.html")
    if failed:
        raise UserError("failed: " + "; ".join(f"{name}: {error}" for name, error in failed.items()))


def parse_arguments(study: Study) -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m stages.study", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="show the runs, what they change and whether they were run")
    parser.add_argument(
        "--only", nargs="+", choices=study.runs, default=list(study.runs), metavar="NAME", help="some of the runs"
    )
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="train each with N seeds (1)")
    arguments = parser.parse_args()
    if arguments.repeat < 1:
        parser.error("--repeat: 1 or more")
    return arguments


def listing(study: Study) -> pd.DataFrame:
    """Return a row a run: what it changes, and whether its result is there."""
    rows = {
        name: {
            "changes": ", ".join(f"{key}={json.dumps(value)}" for key, value in one.params.items()) or "none",
            "run": "yes" if (RESULTS / name / "run.json").exists() else "",
        }
        for name, one in study.runs.items()
    }
    return pd.DataFrame(rows).T


def estimate(params: Params, runs: int) -> float:
    """Return the minutes that so many runs may take: so many times the last training, and a bit for the rest."""
    path = Path("metrics/training.json")
    if not path.exists():
        return float("nan")
    last = json.loads(path.read_text(encoding="utf-8"))
    return runs * (last["seconds"] / last["epochs"] * params.training.epochs * 1.5 + 15) / 60


def experiment_name(name: str, seed: int, first_seed: int) -> str:
    """Return the experiment's name: the run's, and the seed if it is not the first."""
    return name if seed == first_seed else f"{name}-seed{seed}"


def progress(copy: WorkingCopy, name: str, one: Run, seed: int) -> Iterator[tuple[str, int]]:
    """Reproduce a run; yield the stage that is running and the epochs that are done."""
    copy.set_params(one.params | {"training.seed": seed})
    stage, epoch = "waiting", 0
    for line in copy.reproduce(RESULTS / f"{name}.log"):
        if found := re.match(r"Running stage '(\w+)'", line):
            stage = found[1]
        elif found := re.match(r"Epoch (\d+)/", line):
            epoch = int(found[1]) - 1
        yield stage, epoch


def keep(copy: WorkingCopy, name: str, one: Run, params: Params) -> str:
    """Save the experiment, copy its results, judge the baseline by the same galaxies; return the scores in a line."""
    copy.save_experiment(name)
    folder = RESULTS / name
    for path in KEPT:
        with whole_file(folder / Path(path).name) as part:
            shutil.copyfile(copy.folder / path, part)
    task = TASKS[one.params.get("labels.task", params.labels.task)]
    data, shape = copy.folder / "data", read_params(copy.folder / "params.yaml").images.shape
    train, test = (
        read_examples(data / "labels/labels.csv", data / "shards", split, task, shape) for split in ("train", "test")
    )
    with whole_file(folder / "baseline.csv") as part:
        baseline.predict(train, test, task, params.training.seed).table().to_csv(part, index=False)
    write_json(folder / "run.json", {"task": task.name, "finished": time.strftime("%Y-%m-%d %H:%M")})
    scores = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return ", ".join(f"{score} {scores[score]:.4f}" for score in ("accuracy", "roc_auc", "r2") if score in scores)


if __name__ == "__main__":
    run(main)
