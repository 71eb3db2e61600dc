"""Show the scores of the last run, each with its 95 % interval and what is had without looking, and what to open next.

The scores are those of metrics/metrics.json that sum up the run; all of them are in there and in plots/report.html.
The floor is what one scores without looking at a galaxy: by always saying the commonest class, or the mean.
"""

import argparse
import json
from pathlib import Path

from tuning_fork.core.errors import UserError

METRICS = Path("metrics/metrics.json")
MODEL = Path("data/model/model.json")
PAGES = (Path("plots/report.html"), Path("plots/explorer.html"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork scores", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    for path in (METRICS, MODEL):
        if not path.exists():
            raise UserError(f"{path}: not here: run `dvc repro` in the project's folder, or `dvc pull`")
    from tuning_fork.reporting.terminal import scores_table, show_tables
    from tuning_fork.tasks.tasks import described_task

    task = described_task(json.loads(MODEL.read_text(encoding="utf-8")))
    scores = json.loads(METRICS.read_text(encoding="utf-8"))
    title = f"Scores of task {task.name} on {scores['test_galaxies']:,} test galaxies"
    show_tables(title, [scores_table(scores, task)], PAGES)
