"""How commands end: in a short table, and in what to open next."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.tasks.votes import gives_all_answers, study_questions

PIPE = 200
"""Columns that a table may take where no window ends."""


def scores_table(scores: Mapping[str, float], predictions: Predictions, usual: np.ndarray) -> pd.DataFrame:
    """Return a row a score of metrics.json that sums up a run: value, interval, floor and baseline, as text.

    The floor is had without looking at a galaxy, by always answering what is `usual`, (targets,); the baseline's is
    shown where metrics.json has it. Scores of each single question are left out; of all answers, those to the study's
    questions are there too.
    """
    task, targets = predictions.task, predictions.targets
    unseeing = np.broadcast_to(usual, targets.shape)
    wanted = [("", metric, targets, unseeing) for metric in metrics_of(task) if not metric.is_detail]
    if gives_all_answers(task):
        for question in study_questions(task.survey):
            _, asked, answered = question.asked(targets, unseeing)
            decisive = [one for one in metrics_of(question.task) if one.is_decisive or one.name == "accuracy"]
            wanted += [(f"{question.name}_", metric, asked, answered) for metric in decisive]
    rows = {}
    for of, metric, known, without_looking in wanted:
        if f"{of}{metric.name}" in scores:
            label = f"{of.replace('_', ' ')}{metric.label}"
            rows[label] = _row(scores, of, metric, metric.score(known, without_looking))
    table = pd.DataFrame(rows).T.rename_axis("score")
    return table if table["baseline"].any() else table.drop(columns="baseline")


def _row(scores: Mapping[str, float], of: str, metric: Metric, floor: float) -> dict[str, str]:
    value, low, high = (scores[f"{of}{metric.name}{end}"] for end in ("", "_low", "_high"))
    digits = digits_of(low, high)
    baseline = scores.get(f"{of}baseline_{metric.name}")
    return {
        "value": f"{value:.{digits}f}",
        "95 % interval": f"{low:.{digits}f} to {high:.{digits}f}",
        "floor": f"{floor:.{digits}f}" if math.isfinite(floor) else "",
        "baseline": "" if baseline is None else f"{baseline:.{digits}f}",
        "better": "higher" if metric.higher_is_better else "lower",
    }


def digits_of(low: float, high: float) -> int:
    """Return how many decimals of a number with that interval say something: two digits of the interval's width."""
    wide = high - low
    return min(6, max(2, 1 - math.floor(math.log10(wide)))) if 0 < wide < math.inf else 3


def show_tables(title: str, tables: Sequence[pd.DataFrame], pages: Sequence[Path]) -> None:
    """Print tables of text, each with its index before it, and those of the pages that are there to be opened next.

    Plain in a pipe, and where NO_COLOR is set without colours.
    """
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPE
    console.print(title, style="bold", soft_wrap=True)
    for table in tables:
        console.print()
        console.print(_laid_out(table))
    if there := [str(page) for page in pages if page.exists()]:
        console.print(f"\nopen next: {', '.join(there)}", soft_wrap=True)


def _laid_out(table: pd.DataFrame) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in (table.index.name, *table.columns):
        shown.add_column(str(name or ""), overflow="fold")
    for name, row in table.iterrows():
        shown.add_row(str(name), *map(str, row))
    return shown
