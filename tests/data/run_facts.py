"""What a run of each task leaves, without a training: predictions that are the targets with noise."""

import numpy as np

from tests.data.surveys import TASKS
from tests.data.tree_votes import some_votes
from tests.helpers.parameters import params_with
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.reporting.run_page.facts import RunFacts
from tuning_fork.tasks.task import Task

SIDE = 8


def facts_of(name: str, task: Task | None = None, ids: tuple[str, ...] = (), **changes: dict[str, object]) -> RunFacts:
    """Return a run of that task; `ids` name its first galaxies, `changes` are of params.yaml, by section."""
    task = task or TASKS[name]
    rng = np.random.default_rng(1)
    count = len(task.targets)
    if task.kind == "votes":
        targets = some_votes(90, rng)
    elif count == 1:
        targets = rng.integers(0, 2, (90, 1)).astype(float)
    else:
        targets = np.eye(count)[rng.integers(0, count, 90)]
    outputs = np.clip(targets + rng.normal(0, 0.4, targets.shape), 0.001, 1)
    names = np.array([*ids, *map(str, range(len(ids), 90))])
    predictions = Predictions(names, targets, outputs, task)
    scores: dict[str, float] = {"test_galaxies": 90, "ece": 0.03, "ece_noise": 0.04, "noise_rmse": 0.04}
    for metric in metrics_of(task):
        if np.isfinite(value := metric.score(targets, outputs)):
            scores |= {metric.name: value, f"{metric.name}_low": value - 0.02, f"{metric.name}_high": value + 0.02}
    scores |= {"baseline_accuracy": scores["accuracy"] - 0.1, "coverage_68": 0.7, "coverage_95": 0.95}
    counts = {split: dict.fromkeys(task.classes, 40) for split in ("train", "validation", "test")}
    labels = {"galaxies": 400, "kept": 320, "dropped": {"no_image": 0, "below_confidence": 80}} | counts
    training = {"epochs": 4, "best_epoch": 3, "precision": "float32", "parameters": 1234}
    images = rng.integers(0, 255, (90, SIDE, SIDE, 3)).astype(np.uint8)
    columns = [task.targets.index(key) for key in task.classes if key in task.targets]
    shown = {
        "shares": outputs[:, columns],
        "votes": targets[:, columns],
        "uncertainty": np.linspace(0.1, 0.2, 90),
        **{group: np.arange(4) for group in ("mistakes", "uncertain", "typical")},
        "saliency": rng.random((4, SIDE, SIDE)).astype(np.float16),
        "fraction": np.full(90, 0.9, np.float32),
        "share": np.full(90, 0.8, np.float32),
    }
    trained_on = [{"task": name, "source": "simulated", "galaxies": 40, "frozen": 0}]
    params = params_with(
        **(
            {"labels": {"task": name}}
            | ({"labels": {"task": name, "confidence": 0.0}} if task.kind == "votes" else {})
            | changes
        )
    )
    test = LabelledGalaxies((Part(names, targets, images),))
    return RunFacts(params, task, labels, training, scores, trained_on, predictions, targets.mean(axis=0), test, shown)
