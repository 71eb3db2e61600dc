"""Stage `evaluate`: what the trained network is worth on the test galaxies, which it has never seen.

Writes metrics/metrics.json (scores with 95 % intervals), data/predictions.csv (a row a test galaxy), plots/roc.csv and
the figures in plots/figures.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from stages.errors import run_stage
from stages.files import whole_file, write_json
from stages.galaxies.examples import read_examples
from stages.network.inputs import batches_in_order
from stages.network.model_folder import load_model
from stages.params import read_params
from stages.results.figures import save_figures
from stages.results.predictions import Predictions
from stages.results.scores import scores_with_intervals


def main() -> None:
    """Evaluate data/model on the test split."""
    evaluation = read_params().evaluation
    model = load_model(Path("data/model"))
    test = read_examples(Path("data/labels/labels.csv"), Path("data/shards"), "test", model.task)
    outputs = model.network.predict(batches_in_order(test, 256), verbose=0)
    ids, targets = (np.concatenate([getattr(part, name) for part in test]) for name in ("ids", "targets"))
    predictions = Predictions(ids, targets, outputs.astype(float), model.task)

    with whole_file(Path("data/predictions.csv")) as part:
        predictions.table().to_csv(part, index=False)
    with whole_file(Path("plots/roc.csv")) as part:
        predictions.roc_curves().to_csv(part, index=False)
    scores = scores_with_intervals(predictions, evaluation.bootstrap, evaluation.seed)
    write_json(Path("metrics/metrics.json"), scores)
    save_figures(Path("plots/figures"), predictions, pd.read_csv("plots/training.csv"))


if __name__ == "__main__":
    run_stage(main, __doc__)
