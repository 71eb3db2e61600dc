"""Show the scores of the last run, each with its 95 % interval and what is had without looking, and what to open next.

The scores are those of metrics/metrics.json that sum up the run; all of them are in there and in plots/report.html.
The floor is what one scores without looking at a galaxy: by always answering the mean of the training galaxies, and so
the commonest class.
"""

import argparse
import json
from pathlib import Path

from tuning_fork.core.errors import UserError

METRICS = Path("metrics/metrics.json")
MODEL = Path("data/model/model.json")
PREDICTIONS = Path("data/predictions.csv")
LABELS = Path("data/labels/labels.csv")
PAGES = (Path("plots/report.html"), Path("plots/explorer.html"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork scores", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    for path in (METRICS, MODEL, PREDICTIONS, LABELS):
        if not path.exists():
            raise UserError(f"{path}: not here: run `dvc repro` in the project's folder, or `dvc pull`")
    import pandas as pd

    from tuning_fork.evaluation.predictions import Predictions
    from tuning_fork.galaxies.labelled import read_labels
    from tuning_fork.reporting.terminal import scores_table, show_tables
    from tuning_fork.tasks.tasks import described_task

    task = described_task(json.loads(MODEL.read_text(encoding="utf-8")))
    scores = json.loads(METRICS.read_text(encoding="utf-8"))
    predictions = Predictions.from_table(pd.read_csv(PREDICTIONS), task)
    usual = read_labels(LABELS, "train", task.labels).mean().to_numpy()
    title = f"Scores of task {task.name} on {len(predictions.ids):,} test galaxies"
    show_tables(title, [scores_table(scores, predictions, usual)], PAGES)
