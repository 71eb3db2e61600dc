"""How commands end: in a short table, and in what to open next."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.votes import gives_all_answers, study_questions

PIPE = 200
"""Columns that a table may take where no window ends."""


def scores_table(scores: Mapping[str, float], task: Task) -> pd.DataFrame:
    """Return a row a score of metrics.json that sums up a run of the task: value, interval and floor, as text.

    Those of each single question are left out; of all answers, those to the study's questions are there too.
    """
    wanted = [("", metric) for metric in metrics_of(task) if not metric.is_detail]
    if gives_all_answers(task):
        wanted += [
            (f"{question.name}_", metric)
            for question in study_questions(task.survey)
            for metric in metrics_of(question.task)
            if metric.is_decisive or metric.name == "accuracy"
        ]
    rows = {
        f"{of}{metric.label}".replace("_", " ", of.count("_")): _row(scores, of, metric)
        for of, metric in wanted
        if f"{of}{metric.name}" in scores
    }
    table = pd.DataFrame(rows).T
    return table.rename_axis("score")


def _row(scores: Mapping[str, float], of: str, metric: Metric) -> dict[str, str]:
    value, low, high = (scores[f"{of}{metric.name}{end}"] for end in ("", "_low", "_high"))
    digits = digits_of(low, high)
    floor = scores.get(f"{of}{metric.floor}") if isinstance(metric.floor, str) else metric.floor
    return {
        "value": f"{value:.{digits}f}",
        "95 % interval": f"{low:.{digits}f} to {high:.{digits}f}",
        "floor": "" if floor is None else f"{floor:.{digits}f}",
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
