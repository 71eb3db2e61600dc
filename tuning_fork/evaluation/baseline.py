"""What a few numbers measured on each cut-out are worth: the baseline that a network has to beat."""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor

from tuning_fork.evaluation.measurements import measurements
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.examples import Examples
from tuning_fork.tasks.tasks import Task


def predict(train: list[Examples], test: list[Examples], task: Task, seed: int) -> Predictions:
    """Predict the test galaxies by gradient-boosted trees that learn from `measurements` of the training galaxies."""
    known, asked = (pd.concat([measurements(np.asarray(part.images)) for part in split]) for split in (train, test))
    ids, targets = (np.concatenate([getattr(part, name) for part in test]) for name in ("ids", "targets"))
    learned = np.concatenate([part.targets for part in train])
    if task.is_binary:
        model = HistGradientBoostingClassifier(random_state=seed).fit(known, learned[:, 0])
        outputs = model.predict_proba(asked)[:, 1:]
    else:
        model = MultiOutputRegressor(HistGradientBoostingRegressor(random_state=seed)).fit(known, learned)
        outputs = model.predict(asked)
    return Predictions(ids, targets, outputs, task)
