"""The decisive scores of a run for its model card: a few of those in metrics.json, and as the hub's metrics."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tuning_fork.pages.page import Section
from tuning_fork.reporting.score_tables import grouped_table, scores_table
from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.votes import study_questions

SCORES = {
    "accuracy": "accuracy",
    "majority_accuracy": "accuracy of always the commonest class",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "r2": "R²",
    "mse": "mean squared error",
    "rmse": "root mean squared error",
    "rmse_of_the_mean": "the same of always the mean votes",
}
"""How well it does, by the names in metrics.json, in the order of the card."""
TRUST = {
    "ece": "expected calibration error, 15 bins",
    "ece_noise": "what a perfectly calibrated network stays below in 95 % of such test splits",
    "brier": "Brier score",
    "coverage_68": "votes within the stated uncertainty, which is to hold 68 %",
    "coverage_95": "votes within the widened one, which is to hold 95 %",
    "mse_over_noise": "squared error over that of the votes' own noise",
}
"""How far what it says can be believed."""
BY_QUESTION = {
    "accuracy_where_clear": "accuracy where volunteers are clear",
    "accuracy": "accuracy",
    "roc_auc": "ROC AUC",
    "r2": "R²",
    "ece": TRUST["ece"],
    "coverage_68": "within the stated uncertainty (68 %)",
}
"""What is told of each question."""
HUB = {
    "accuracy": {"type": "accuracy"},
    "f1": {"type": "f1"},
    "roc_auc": {"type": "roc_auc"},
    "brier": {"type": "brier_score"},
    "mse": {"type": "mse"},
    "rmse": {"type": "mse", "args": {"squared": False}},
    "r2": {"type": "r_squared"},
}
"""The hub's metrics, https://hf.co/metrics, by the names in metrics.json."""


def score_sections(scores: Mapping[str, float], survey: Survey, views: int) -> list[Section]:
    """Return the tables of how well the network does, of how far it can be believed, and of each question."""
    of = f"Of the {scores['test_galaxies']:,} test galaxies, with 95 % bootstrap intervals"
    of += "." if views == 1 else f", by the mean of {views} views (`--views {views}`)."
    tables = {"Scores": chosen(scores, SCORES), "Calibration": chosen(scores, TRUST)} | by_question(scores, survey)
    return [Section(title, (of,), table) for title, table in tables.items() if not table.empty]


def chosen(scores: Mapping[str, float], names: Mapping[str, str]) -> pd.DataFrame:
    """Return a row each of those scores that there are, called what `names` says."""
    ends = ("", "_low", "_high")
    found = {f"{name}{end}": scores[f"{name}{end}"] for name in names for end in ends if f"{name}{end}" in scores}
    return scores_table(found).rename(index=dict(names)).rename_axis("score")


def by_question(scores: Mapping[str, float], survey: Survey) -> dict[str, pd.DataFrame]:
    """Return a table of the survey's questions and one of the study's, a row a question, by their titles."""
    left = dict(scores)
    study = grouped_table(left, [question.name for question in study_questions(survey)])
    own = grouped_table(left, [question.key for question in survey.questions])
    tables = {"Questions": own, "The study's questions, at its confidences in per cent": study}
    return {title: of_columns(table) for title, table in tables.items()}


def of_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return those columns that a card tells, called what it calls them, rows without any left out."""
    columns = [name for name in BY_QUESTION if name in table]
    told = table[columns].rename(columns=BY_QUESTION, index=lambda key: key.replace("_", " ")).rename_axis("question")
    return told[(told != "").any(axis=1)]


def hub_metrics(scores: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return those scores that the hub has a metric for, as its `model-index` has them."""
    called = SCORES | TRUST
    return [{**metric, "value": scores[name], "name": called[name]} for name, metric in HUB.items() if name in scores]
