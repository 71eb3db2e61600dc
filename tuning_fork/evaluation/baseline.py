"""What a few numbers measured on each cut-out are worth: the baseline that a network has to beat."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor

from tuning_fork.evaluation.measurements import measurements
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.examples import Examples
from tuning_fork.tasks.task import Task


def predict(train: list[Examples], test: list[Examples], task: Task, seed: int) -> Predictions:
    """Predict the test galaxies by gradient-boosted trees that learn from `measurements` of the training galaxies."""
    known, asked = (pd.concat([measurements(np.asarray(part.images)) for part in split]) for split in (train, test))
    ids, targets = (np.concatenate([getattr(part, name) for part in test]) for name in ("ids", "targets"))
    learned = np.concatenate([part.targets for part in train])
    return Predictions(ids, targets, LEARNERS[task.kind](known, learned, asked, seed), task)


def _probability(known: pd.DataFrame, targets: np.ndarray, asked: pd.DataFrame, seed: int) -> np.ndarray:
    model = HistGradientBoostingClassifier(random_state=seed).fit(known, targets[:, 0])
    return model.predict_proba(asked)[:, 1:]


def _shares(known: pd.DataFrame, targets: np.ndarray, asked: pd.DataFrame, seed: int) -> np.ndarray:
    model = MultiOutputRegressor(HistGradientBoostingRegressor(random_state=seed)).fit(known, targets)
    return model.predict(asked)


LEARNERS: dict[str, Callable[[pd.DataFrame, np.ndarray, pd.DataFrame, int], np.ndarray]] = {
    "probability": _probability,
    "shares": _shares,
}
"""From measurements (n, k) and targets (n, targets) of the known galaxies to outputs for the others, by their kind."""
