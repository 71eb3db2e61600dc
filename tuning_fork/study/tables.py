"""The tables of the study's report: claims, scores beside the published ones, differences, and commands."""

import json
from collections.abc import Mapping
from statistics import mean, stdev

import pandas as pd

from tuning_fork.evaluation.comparisons import Difference
from tuning_fork.evaluation.metric import Metric
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.study.results import Result
from tuning_fork.study.study_yaml import Run, Study
from tuning_fork.study.verdicts import Comparison, verdict

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


def scores_table(study: Study, results: Mapping[str, Result]) -> pd.DataFrame:
    """Return a row a run: each score here and published, the floor and the baseline."""
    return pd.DataFrame({name: _scores(study.runs[name], result) for name, result in results.items()}).T


def _scores(run: Run, result: Result) -> dict[str, str]:
    row = {}
    metrics = metrics_of(result.predictions.task)
    for metric in metrics:
        row[metric.label] = _score(metric, result)
        if metric.name in run.published:
            row[f"published {metric.label}"] = f"{run.published[metric.name]:.4f}"
    if "accuracy_uncalibrated" in result.scores:
        row["accuracy before calibration"] = f"{result.scores['accuracy_uncalibrated']:.4f}"
        row["published AUC"] = f"{run.published['auc']:.4f}" if "auc" in run.published else ""
    row["majority"] = f"{result.scores['majority_accuracy']:.4f}"
    baseline = [one for one in metrics if one.name == "accuracy"] + [one for one in metrics if one.is_decisive]
    row["baseline"] = ", ".join(
        f"{one.label} {one.score(result.baseline.targets, result.baseline.outputs):.4f}" for one in baseline
    )
    row["test galaxies"] = str(result.scores["test_galaxies"])
    return row


def _score(metric: Metric, result: Result) -> str:
    """Return a score with its interval, and over the seeds that were run, if there are several, its spread."""
    value, low, high = (result.scores[f"{metric.name}{end}"] for end in ("", "_low", "_high"))
    values = [scores[metric.name] for scores in result.all_scores]
    spread = f"; {len(values)} seeds {mean(values):.4f} ± {stdev(values):.4f}" if len(values) > 1 else ""
    return f"{value:.4f} ({low:.4f}{GLUE}to{GLUE}{high:.4f}){spread}"


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
    commands = {
        name: "dvc exp run "
        + " ".join([f"--name {name}", *(f"-S '{key}={json.dumps(value)}'" for key, value in one.params.items())])
        for name, one in study.runs.items()
    }
    return pd.DataFrame({"command": commands})


def interval(difference: Difference) -> str:
    """Return a difference with its interval."""
    return f"{difference.value:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"
