"""What the study keeps of each run, in a folder of its own, and reads again for its report."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tuning_fork.core.files import whole_file, write_json
from tuning_fork.evaluation import baseline
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.labelled import read_split
from tuning_fork.params_yaml import read_params
from tuning_fork.tasks.tasks import TASKS, Task

KEPT = (
    "metrics/metrics.json",
    "metrics/training.json",
    "metrics/labels.json",
    "plots/training.csv",
    "data/predictions.csv",
)


@dataclass(frozen=True)
class Result:
    """What a run left: its scores, its curves, its predictions, and the baseline's."""

    curves: pd.DataFrame
    baseline: Predictions
    all_predictions: tuple[Predictions, ...]
    """Predictions of each seed that was run, the first first."""
    all_scores: tuple[dict[str, float], ...]

    @property
    def predictions(self) -> Predictions:
        """Return the predictions of the first seed."""
        return self.all_predictions[0]

    @property
    def scores(self) -> dict[str, float]:
        """Return the scores of the first seed."""
        return self.all_scores[0]


def keep_result(project: Path, folder: Path, task: Task, seed: int) -> dict[str, float]:
    """Copy a run's results to `folder`, and judge the baseline by the same galaxies; return the scores."""
    for path in KEPT:
        with whole_file(folder / Path(path).name) as part:
            shutil.copyfile(project / path, part)
    shape = read_params(project / "params.yaml").images.shape
    train, test = (
        read_split(project / "data/labels/labels.csv", project / "data/shards", split, task.labels, shape)
        for split in ("train", "test")
    )
    with whole_file(folder / "baseline.csv") as part:
        baseline.predict(train, test, task, seed).table().to_csv(part, index=False)
    write_json(folder / "run.json", {"task": task.name, "finished": time.strftime("%Y-%m-%d %H:%M")})
    return _json(folder / "metrics.json")


def read_result(folder: Path, name: str) -> Result:
    """Read what a run left in its folder, and in those of its other seeds."""
    folders = [folder / name, *sorted(path for path in folder.glob(f"{name}-seed*") if (path / "run.json").exists())]
    first = folders[0]
    task = TASKS[_json(first / "run.json")["task"]]
    predictions = tuple(Predictions.from_table(pd.read_csv(path / "predictions.csv"), task) for path in folders)
    return Result(
        pd.read_csv(first / "training.csv"),
        Predictions.from_table(pd.read_csv(first / "baseline.csv"), task),
        predictions,
        tuple(_json(path / "metrics.json") for path in folders),
    )


def _json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
