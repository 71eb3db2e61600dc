"""What the study keeps of each run, in a folder of its own, and reads again for its report."""

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from tuning_fork.calibration.calibration import Beta
from tuning_fork.core.checked_yaml import read_yaml
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import whole_file, write_json
from tuning_fork.evaluation.comparisons import resampled_scores
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import interval
from tuning_fork.evaluation.whole_tree.study_questions import calibrations_of, study_predictions
from tuning_fork.params.evaluation import Evaluation
from tuning_fork.study.cells import Score
from tuning_fork.study.working_copy import TIMING
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.tasks import described_task
from tuning_fork.tasks.votes import gives_all_answers, study_questions

KEPT = (
    "metrics/metrics.json",
    "metrics/training.json",
    "metrics/labels.json",
    "plots/training.csv",
    "data/predictions.csv",
    "data/model/model.json",
    "params.yaml",
)


@dataclass(frozen=True)
class Result:
    """What a run left: its scores, its curves and its predictions."""

    curves: pd.DataFrame
    all_predictions: tuple[Predictions, ...]
    """Predictions of each seed that was run, the first first."""
    all_scores: tuple[dict[str, float], ...]
    confidence: float
    """That at which its galaxies were chosen."""
    calibrations: tuple[Mapping[str, Beta], ...]
    """Of each seed, for task votes: by the name of each of the study's questions about probabilities."""
    seconds: float | None
    """How long its training took, if it was trained when it was last run."""
    evaluation: Evaluation

    @property
    def predictions(self) -> Predictions:
        """Return the predictions of the first seed."""
        return self.all_predictions[0]

    @property
    def scores(self) -> dict[str, float]:
        """Return the scores of the first seed."""
        return self.all_scores[0]

    def answering(self, other: Self) -> tuple[Predictions, ...]:
        """Return the predictions of each seed for what the other run was asked: those of all answers, or its own."""
        task = other.predictions.task
        if not gives_all_answers(self.predictions.task) or gives_all_answers(task):
            return self.all_predictions
        asked = [
            one.name for one in study_questions(task.survey) if (one.task, one.confidence) == (task, other.confidence)
        ]
        seeds = range(len(self.all_predictions))
        return tuple(self.study_answers(number)[name] for number in seeds for name in asked)

    def score(self, metric: Metric, question: str = "") -> Score | None:
        """Return its score, of all answers that to one of the study's questions; None where nothing was asked of it.

        Of several seeds it is their mean, with an interval that their luck is in too.
        """
        if len(self.all_predictions) == 1:
            name = f"{question}_{metric.name}" if question else metric.name
            if name not in self.scores:
                return None
            return Score(self.scores[name], self.scores[f"{name}_low"], self.scores[f"{name}_high"])
        asked = [self.study_answers(number).get(question) for number in range(len(self.all_predictions))]
        runs = [one for one in asked if one] if question else self.all_predictions
        return score_of_seeds(runs, metric, self.evaluation) if runs else None

    def study_answers(self, number: int) -> dict[str, Predictions]:
        """Return what all answers, with the seed of that number, say to the study's questions, by their names.

        Nothing of a run of another task.
        """
        if not gives_all_answers(self.predictions.task):
            return {}
        return study_predictions(self.all_predictions[number], self.calibrations[number])


def score_of_seeds(runs: Sequence[Predictions], metric: Metric, evaluation: Evaluation) -> Score:
    """Return the mean score of trainings by several seeds, with its interval and theirs."""
    value, drawn = resampled_scores(runs, metric, evaluation.bootstrap, evaluation.seed)
    return Score(value, *interval(drawn), of_seeds=[metric.score(run.targets, run.outputs) for run in runs])


def keep_result(project: Path, folder: Path, is_trained: bool) -> dict[str, float]:
    """Copy a run's results to `folder`; return the scores.

    How long the training took is kept if it has just been trained.
    """
    for path in [*KEPT, *[str(TIMING)] * is_trained]:
        with whole_file(folder / Path(path).name) as part:
            shutil.copyfile(project / path, part)
    write_json(folder / "run.json", {"finished": time.strftime("%Y-%m-%d %H:%M")})
    return _json(folder / "metrics.json")


def read_result(folder: Path, name: str) -> Result:
    """Read what a run left in its folder, and in those of its other seeds."""
    folders = [folder / name, *sorted(path for path in folder.glob(f"{name}-seed*") if (path / "run.json").exists())]
    first = folders[0]
    task = _task(first / "model.json")
    predictions = tuple(Predictions.from_table(pd.read_csv(path / "predictions.csv"), task) for path in folders)
    params = read_yaml(first / "params.yaml")
    timing = first / "timing.json"
    return Result(
        pd.read_csv(first / "training.csv"),
        predictions,
        tuple(_json(path / "metrics.json") for path in folders),
        params["labels"]["confidence"],
        tuple(calibrations_of(_json(path / "model.json"), params["evaluation"]["views"]) for path in folders),
        _json(timing)["seconds"] if timing.exists() else None,
        Evaluation(**params["evaluation"]),
    )


def _task(description: Path) -> Task:
    """Return the task of a model, by its model.json."""
    found = _json(description)
    if "survey" not in found:
        raise UserError(f"{description}: does not say of which survey: remove {description.parent} and run it again")
    return described_task(found)


def _json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
