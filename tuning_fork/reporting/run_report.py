"""What the page about a run shows: its scores, figures and galleries, its counts and its parameters."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from tuning_fork.pages.page import Section, embedded_file, write_page
from tuning_fork.params_yaml import Params
from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.votes import study_questions

FIGURES = {
    "training": ("Learning curves", "Training and validation by epoch, and the epoch whose weights were kept."),
    "roc": ("ROC curve", "Of each class against the rest, on the test galaxies."),
    "confusion": ("Confusion matrix", "Rows: the class by votes or labels; columns: the network's."),
    "votes": ("Shares", "Predicted against voted share of each class, a dot a test galaxy."),
    "questions": ("Questions", "Predicted against voted fraction of each answer, a dot a test galaxy, by question."),
    "reliability": ("Calibration", "How often it is so, by the probability that says so."),
    "uncertainty": ("Uncertainty", "Stated against found; and the error of each class beside the noise of its votes."),
    "conditions": ("Where it is right", "Accuracy in bins of equal numbers of test galaxies, with 95 % intervals."),
}
GALLERIES = {
    "mistakes": ("The most confident mistakes", "Taken for another class, the surest first."),
    "uncertain": ("The most uncertain", "The least sure first."),
    "typical": ("Typical galaxies", "Rightly classified, and about as sure as usual for their class."),
    "saliency": ("Why", "The same galaxies, bright where the network sees its class (Grad-CAM)."),
}


def write_report(params: Params, survey: Survey, metrics: Mapping[str, dict], to: Path) -> None:
    """Write the page about the run in this folder, given what is in its metrics' files, by their names."""
    labels, training, scores = (metrics[name] for name in ("labels", "training", "metrics"))
    introduction = (
        f"Task {params.labels.task} at confidence {params.labels.confidence}, galaxies from the source "
        f"{params.download.source}: {labels['kept']} of {labels['galaxies']} are used. Scores are of the "
        f"{scores['test_galaxies']} test galaxies, which the network saw neither in training nor in the choice of its "
        "epoch, with 95 % bootstrap intervals."
    )
    sections = [
        *score_sections(scores, survey),
        *figures(Path("plots/figures"), FIGURES),
        *figures(Path("plots/galleries"), GALLERIES),
        Section("Galaxies", table=counts_table(labels)),
        Section("Training", table=pd.DataFrame({"value": training})),
        Section("Parameters", table=params_table(params)),
    ]
    write_page(to, "Tuning Fork: a run", introduction, sections)


def score_sections(scores: dict[str, float], survey: Survey) -> list[Section]:
    """Return the table of scores; those of the survey's questions and of the study's have their own."""
    left = dict(scores)
    tables = {
        "The study's questions": grouped_table(left, [question.name for question in study_questions(survey)]),
        "Scores by question": grouped_table(left, [question.key for question in survey.questions]),
    }
    others = [Section(title, table=table) for title, table in tables.items() if not table.empty]
    return [Section("Scores", table=scores_table(left)), *others]


def grouped_table(scores: dict[str, float], groups: Sequence[str]) -> pd.DataFrame:
    """Take out of the scores those whose names begin with a group's, and return a row a group, a column a score."""
    rows = {}
    for group in sorted(groups, key=len, reverse=True):  # edge_on_bulge before edge_on
        found = {name: scores.pop(name) for name in list(scores) if name.startswith(f"{group}_")}
        table = scores_table({name.removeprefix(f"{group}_"): value for name, value in found.items()})
        rows[group] = table.agg(lambda row: f"{row.iloc[0]} ({row.iloc[1]})" if row.iloc[-1] else row.iloc[0], axis=1)
    found = pd.DataFrame({group: rows[group] for group in groups if len(rows[group]) > 0}).T
    return found.fillna("")


def scores_table(scores: dict[str, float]) -> pd.DataFrame:
    """Return a row a score with its interval, as metrics.json has them."""
    names = [name for name in scores if not name.endswith(("_low", "_high"))]
    rows = {name: {"value": f"{scores[name]:{',' if isinstance(scores[name], int) else '.4g'}}"} for name in names}
    for name in names:
        if f"{name}_low" in scores:
            rows[name]["95 % interval"] = f"{scores[f'{name}_low']:.4f} to {scores[f'{name}_high']:.4f}"
    return pd.DataFrame(rows, index=["value", "95 % interval"]).T.fillna("")


def counts_table(labels: dict) -> pd.DataFrame:
    """Return how many galaxies of each class each split has, and what was dropped."""
    splits = pd.DataFrame({name: labels[name] for name in ("train", "validation", "test")})
    dropped = pd.Series(labels["dropped"], name="dropped").rename(lambda name: f"dropped: {name.replace('_', ' ')}")
    return pd.concat([splits, dropped.to_frame()]).map(lambda value: "" if pd.isna(value) else f"{value:.0f}")


def params_table(params: Params) -> pd.DataFrame:
    """Return a row a parameter; those of the machine decide nothing and are left out."""
    sections = json.loads(params.model_dump_json(exclude={"machine"}))
    flat = {f"{section}.{key}": json.dumps(value) for section, keys in sections.items() for key, value in keys.items()}
    return pd.DataFrame({"value": flat})


def figures(folder: Path, wanted: dict[str, tuple[str, str]]) -> list[Section]:
    """Return a section for each of the wanted figures that this task has."""
    return [
        Section(title, figure=embedded_file(path), caption=caption)
        for name, (title, caption) in wanted.items()
        if (path := folder / f"{name}.png").exists()
    ]
