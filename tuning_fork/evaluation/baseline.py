"""What a few numbers measured on each cut-out are worth: the baseline that a network has to beat."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor

from tuning_fork.evaluation.galaxy_measurements import measurements_of
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import Scores, bootstrap_intervals
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.params.evaluation import Evaluation
from tuning_fork.tasks.task import Task


def predict(train: LabelledGalaxies, test: LabelledGalaxies, task: Task, seed: int) -> Predictions:
    """Predict the test galaxies by gradient-boosted trees that learn from `measurements` of the training galaxies."""
    known, asked = measurements_of(train), measurements_of(test)
    return Predictions(test.ids, test.targets, LEARNERS[task.kind](known, train.targets, asked, seed), task)


def baseline_scores(
    train: LabelledGalaxies, test: LabelledGalaxies, task: Task, evaluation: Evaluation
) -> dict[str, float]:
    """Return each score of the baseline that sums up a run, as `baseline_<score>`, with its 95 % interval."""
    predictions = predict(train, test, task, evaluation.seed)
    metrics = [metric for metric in metrics_of(task) if not metric.is_detail]

    def scores(targets: np.ndarray, outputs: np.ndarray) -> Scores:
        return {f"baseline_{metric.name}": metric.score(targets, outputs) for metric in metrics}

    known, outputs = predictions.targets, predictions.outputs
    intervals = bootstrap_intervals(scores, known, outputs, evaluation.bootstrap, evaluation.seed)
    found: Scores = {}
    for name, value in scores(known, outputs).items():
        if np.isfinite(value):
            found |= dict(zip((name, f"{name}_low", f"{name}_high"), (value, *intervals[name]), strict=True))
    return found


def _probability(known: pd.DataFrame, targets: np.ndarray, asked: pd.DataFrame, seed: int) -> np.ndarray:
    model = HistGradientBoostingClassifier(random_state=seed).fit(known, targets[:, 0])
    return model.predict_proba(asked)[:, 1:]


def _classes(known: pd.DataFrame, targets: np.ndarray, asked: pd.DataFrame, seed: int) -> np.ndarray:
    """Learn the class; one of which no galaxy is known has probability 0."""
    model = HistGradientBoostingClassifier(random_state=seed).fit(known, targets.argmax(axis=1))
    outputs = np.zeros((len(asked), targets.shape[1]))
    outputs[:, model.classes_] = model.predict_proba(asked)
    return outputs


def _shares(known: pd.DataFrame, targets: np.ndarray, asked: pd.DataFrame, seed: int) -> np.ndarray:
    model = MultiOutputRegressor(HistGradientBoostingRegressor(random_state=seed)).fit(known, targets)
    return model.predict(asked)


def _votes(known: pd.DataFrame, targets: np.ndarray, asked: pd.DataFrame, seed: int) -> np.ndarray:
    """Learn each answer by itself, from the galaxies of which it is known."""
    outputs = []
    for fractions in targets.T:
        rows = np.isfinite(fractions)
        model = HistGradientBoostingRegressor(random_state=seed).fit(known[rows], fractions[rows])
        outputs.append(model.predict(asked))
    return np.stack(outputs, axis=1)


LEARNERS: dict[str, Callable[[pd.DataFrame, np.ndarray, pd.DataFrame, int], np.ndarray]] = {
    "probability": _probability,
    "shares": _shares,
    "votes": _votes,
    "classes": _classes,
}
"""From measurements (n, k) and targets (n, targets) of the known galaxies to outputs for the others, by their kind."""
