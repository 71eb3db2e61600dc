"""The tables of the study's report: claims, scores beside the published ones, differences, and commands."""

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

from tuning_fork.evaluation.comparisons import Difference
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.reporting.terminal import scores_table as scores_table_of_run
from tuning_fork.study.cells import BY_ALL_ANSWERS, Cell, Rows, Score
from tuning_fork.study.results import Result, score_of_seeds
from tuning_fork.study.study_yaml import Run, Study
from tuning_fork.study.verdicts import Comparison, verdict
from tuning_fork.tasks.votes import gives_all_answers, study_questions


def claims_table(study: Study, comparisons: list[Comparison]) -> pd.DataFrame:
    """Return a row a claim: what the first runs of its pairs are better by, and the verdict."""
    rows = {}
    for claim in study.claims:
        judged = [one for one in comparisons if one.claim == claim and one.is_decisive]
        shown = "; ".join(f"{one.first} {_gain(one.difference)}" for one in judged)
        rows[claim.claim] = {"verdict": verdict(claim, judged), "the first is better by": shown}
    return pd.DataFrame(rows).T


def scores_table(rows: Rows) -> pd.DataFrame:
    """Return a row a run, as text; columns that it has nothing in are empty."""
    return pd.DataFrame(rows).T.map(lambda cell: "" if pd.isna(cell) else str(cell))


def scores(study: Study, results: Mapping[str, Result], answered: Result | None = None) -> Rows:
    """Return a row a run: each score here and published, the floor and the baseline; only what there is of it.

    Beside them those of a run of all answers, `answered`, on the same galaxies.
    """
    return {name: _scores(study.runs[name], result, answered) for name, result in results.items()}


def _scores(run: Run, result: Result, answered: Result | None) -> dict[str, Cell]:
    row: dict[str, Cell] = {}
    metrics = [metric for metric in metrics_of(result.predictions.task) if not metric.is_detail]
    for metric in metrics:
        if (score := result.score(metric)) is not None:
            row[metric.label] = score
        if metric.name in run.published:
            row[f"published {metric.label}"] = f"{run.published[metric.name]:.4f}"
    if "accuracy_uncalibrated" in result.scores:
        row["accuracy before calibration"] = f"{result.scores['accuracy_uncalibrated']:.4f}"
        row["published AUC"] = f"{run.published['auc']:.4f}" if "auc" in run.published else ""
    if answered is not None and not gives_all_answers(result.predictions.task):
        runs = answered.answering(result)
        for metric in metrics if runs else ():
            row[f"{metric.label}{BY_ALL_ANSWERS}"] = score_of_seeds(runs, metric, answered.evaluation)
    for question in study_questions(result.predictions.task.survey):
        asked = metrics_of(question.task)
        decisive = [metric for metric in asked if metric.is_decisive]
        for metric in (*decisive, *(metric for metric in asked if metric.name == "accuracy")):
            if (score := result.score(metric, question.name)) is not None:
                row[f"{question.name} {metric.label}"] = score
    if result.seconds is not None:
        row["training, s"] = f"{result.seconds:.0f}"
    row["majority"] = f"{result.scores['majority_accuracy']:.4f}"
    baseline = [one for one in metrics if one.name == "accuracy"] + [one for one in metrics if one.is_decisive]
    known = [(one.label, result.scores.get(f"baseline_{one.name}")) for one in baseline]
    row["baseline"] = ", ".join(f"{label} {score:.4f}" for label, score in known if score is not None)
    row["test galaxies"] = str(result.scores["test_galaxies"])
    return row


def summary_table(results: Mapping[str, Result], found: Rows) -> pd.DataFrame:
    """Return a row a run for the terminal: accuracy and the decisive score with their intervals, and their floors."""
    rows = {}
    for name, result in results.items():
        usual = np.nanmean(result.predictions.targets, axis=0)
        scores = dict(result.scores)
        for metric in metrics_of(result.predictions.task):
            if isinstance(score := found[name].get(metric.label), Score):
                scores |= {metric.name: score.value}
                scores |= {f"{metric.name}_low": score.low, f"{metric.name}_high": score.high}
        shown = scores_table_of_run(scores, result.predictions, usual)
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
    """Return a row a difference, by claim, as text."""
    rows = [{column: str(cell) for column, cell in row.items()} for _, row in compared(comparisons)]
    return pd.DataFrame(rows, index=pd.Index([one.claim.claim for one in comparisons]))


def compared(comparisons: list[Comparison]) -> list[tuple[str, dict[str, Cell]]]:
    """Return the claim and the cells of each difference."""
    rows: list[dict[str, Cell]] = [
        {
            "first": one.first,
            "second": one.second,
            "score": one.difference.metric.label,
            "first better by": _gain(one.difference),
            "p": _probability(one.difference.p),
            "p, corrected": _probability(one.corrected_p),
            "real?": one.standing,
        }
        for one in comparisons
    ]
    return [(one.claim.claim, row) for one, row in zip(comparisons, rows, strict=True)]


def commands_table(study: Study) -> pd.DataFrame:
    """Return the command of each run."""
    return pd.DataFrame({"command": commands(study)})


def commands(study: Study) -> dict[str, str]:
    """Return the command of each run, by its name."""
    commands = {}
    for name in study.runs:
        changes = (f"-S '{key}={json.dumps(value)}'" for key, value in study.params_of(name).items())
        commands[name] = " ".join([f"dvc exp run --name {name}", *changes])
    return commands


def _probability(p: float) -> str:
    return f"{p:.4f}" if p >= 0.0001 else "< 0.0001"


def _gain(difference: Difference) -> Score:
    """Return what the first run is better by, with its interval."""
    low, gain, high = difference.gain
    return Score(gain, low, high, is_signed=True)
