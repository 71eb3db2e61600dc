"""The tables of the study's report: claims, scores beside the published ones, differences, and commands."""

import json
from collections.abc import Mapping, Sequence
from statistics import mean, stdev

import numpy as np
import pandas as pd

from tuning_fork.evaluation.comparisons import Difference
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.reporting.terminal import scores_table as scores_table_of_run
from tuning_fork.study.results import Result
from tuning_fork.study.study_yaml import Run, Study
from tuning_fork.study.verdicts import Comparison, verdict
from tuning_fork.tasks.votes import gives_all_answers, study_questions

GLUE = "\u00a0"
"""A space at which no line is broken."""


def claims_table(study: Study, comparisons: list[Comparison]) -> pd.DataFrame:
    """Return a row a claim: its differences and the verdict."""
    rows = {}
    for claim in study.claims:
        judged = [one for one in comparisons if one.claim == claim and one.is_decisive]
        shown = "; ".join(f"{one.first} {interval(one.difference)}" for one in judged)
        rows[claim.claim] = {"verdict": verdict(claim, judged), "differences": shown}
    return pd.DataFrame(rows).T


def scores_table(study: Study, results: Mapping[str, Result], answered: Result | None = None) -> pd.DataFrame:
    """Return a row a run: each score here and published, the floor and the baseline.

    Beside them those of a run of all answers, `answered`, on the same galaxies.
    """
    rows = {name: _scores(study.runs[name], result, answered) for name, result in results.items()}
    return pd.DataFrame(rows).T.fillna("")


def _scores(run: Run, result: Result, answered: Result | None) -> dict[str, str]:
    row = {}
    metrics = [metric for metric in metrics_of(result.predictions.task) if not metric.is_detail]
    for metric in metrics:
        row[metric.label] = _score(metric, result)
        if metric.name in run.published:
            row[f"published {metric.label}"] = f"{run.published[metric.name]:.4f}"
    if "accuracy_uncalibrated" in result.scores:
        row["accuracy before calibration"] = f"{result.scores['accuracy_uncalibrated']:.4f}"
        row["published AUC"] = f"{run.published['auc']:.4f}" if "auc" in run.published else ""
    if answered is not None and not gives_all_answers(result.predictions.task):
        row |= _scores_of_all_answers(answered.answering(result), metrics)
    for question in study_questions(result.predictions.task.survey):
        asked = metrics_of(question.task)
        decisive = [metric for metric in asked if metric.is_decisive]
        for metric in (*decisive, *(metric for metric in asked if metric.name == "accuracy")):
            if f"{question.name}_{metric.name}" in result.scores:
                row[f"{question.name} {metric.label}"] = _score(metric, result, f"{question.name}_")
    if result.seconds is not None:
        row["training, s"] = f"{result.seconds:.0f}"
    row["majority"] = f"{result.scores['majority_accuracy']:.4f}"
    baseline = [one for one in metrics if one.name == "accuracy"] + [one for one in metrics if one.is_decisive]
    row["baseline"] = ", ".join(
        f"{one.label} {one.score(result.baseline.targets, result.baseline.outputs):.4f}" for one in baseline
    )
    row["test galaxies"] = str(result.scores["test_galaxies"])
    return row


def _score(metric: Metric, result: Result, of: str = "") -> str:
    """Return a score with its interval, and over the seeds that were run, if there are several, its spread.

    `of` is what comes before the metric's name.
    """
    value, low, high = (result.scores[f"{of}{metric.name}{end}"] for end in ("", "_low", "_high"))
    values = [scores[f"{of}{metric.name}"] for scores in result.all_scores]
    return f"{value:.4f} ({low:.4f}{GLUE}to{GLUE}{high:.4f}){_spread(values)}"


def _scores_of_all_answers(runs: Sequence[Predictions], metrics: Sequence[Metric]) -> dict[str, str]:
    """Return the scores of the first seed of a run of all answers, and the spread over its seeds."""
    row = {}
    for metric in metrics:
        values = [metric.score(run.targets, run.outputs) for run in runs]
        row[f"{metric.label} by all answers"] = f"{values[0]:.4f}{_spread(values)}"
    return row


def _spread(values: Sequence[float]) -> str:
    return f"; {len(values)} seeds {mean(values):.4f} ± {stdev(values):.4f}" if len(values) > 1 else ""


def summary_table(results: Mapping[str, Result]) -> pd.DataFrame:
    """Return a row a run for the terminal: accuracy and the decisive score with their intervals, and their floors."""
    rows = {}
    for name, result in results.items():
        usual = np.nanmean(result.predictions.targets, axis=0)
        shown = scores_table_of_run(result.scores, result.predictions, usual)
        decisive = [one.label for one in metrics_of(result.predictions.task) if one.is_decisive]
        rows[name] = {}
        columns = (("accuracy", "accuracy"), ("decisive score", decisive[0]))
        for title, label in (one for one in columns if one[1] in shown.index):
            score = {str(key): str(value) for key, value in shown.loc[label].items()}
            beside = f", floor {score['floor']}" if score["floor"] else ""
            of = "" if title == label else f"{label} "
            rows[name][title] = f"{of}{score['value']} ({score['95 % interval']}{beside})"
    return pd.DataFrame(rows).T.fillna("").rename_axis("run")


def verdicts_table(study: Study, comparisons: list[Comparison]) -> pd.DataFrame:
    """Return a row a claim for the terminal: what becomes of it."""
    return claims_table(study, comparisons)[["verdict"]].rename_axis("claim")


def comparisons_table(comparisons: list[Comparison]) -> pd.DataFrame:
    """Return a row a difference, by claim."""
    rows = [
        {
            "first": one.first,
            "second": one.second,
            "score": one.difference.metric.label,
            "difference": interval(one.difference),
            "p": f"{one.difference.p:.4f}",
            "p, corrected": f"{one.corrected_p:.4f}",
            "": "real" if one.is_real else "within noise",
        }
        for one in comparisons
    ]
    return pd.DataFrame(rows, index=pd.Index([one.claim.claim for one in comparisons]))


def commands_table(study: Study) -> pd.DataFrame:
    """Return the command of each run."""
    commands = {}
    for name in study.runs:
        changes = (f"-S '{key}={json.dumps(value)}'" for key, value in study.params_of(name).items())
        commands[name] = " ".join([f"dvc exp run --name {name}", *changes])
    return pd.DataFrame({"command": commands})


def interval(difference: Difference) -> str:
    """Return a difference with its interval."""
    return f"{difference.value:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"
