"""What others have reached at the same question: the published study, and Kaggle's challenge."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuning_fork.core.checked_yaml import read_yaml
from tuning_fork.reporting.run_page.facts import RunFacts, default_values

NAMES = {"auc": "balanced_accuracy"}
"""What the study calls otherwise: its `auc` is that of 0/1 predictions (study.yaml)."""
SURVEYS = ("galaxy-zoo-2", "galaxy-zoo-2-release")
"""The surveys whose questions were those of the study and of the challenge."""
CHALLENGE = {
    "rmse": (
        ("Kaggle's winner, from 61,578 galaxies", 0.0749),
        ("the best known single network, from as many", 0.0725),
    )
}
"""Scores of all answers in Kaggle's challenge, and by networks since."""


@dataclass(frozen=True)
class Published:
    """A score that is known of others, and who had it."""

    value: float
    who: str


def published(facts: RunFacts, study: Path = Path("study.yaml")) -> dict[str, tuple[Published, ...]]:
    """Return the published scores of the same recipe, or else the best for the same question, by the score's name.

    Nothing of another survey.
    """
    if facts.params.labels.survey not in SURVEYS:
        return {}
    runs = read_yaml(study)["runs"]
    found = {name: tuple(Published(value, who) for who, value in known) for name, known in CHALLENGE.items()}
    labels = facts.params.labels
    own = _of(runs, labels.task, labels.confidence)
    same = next((run for run in own if _is_same(run, facts.parameters, runs)), None)
    found |= _scores([same], "the same recipe in the study") if same else _scores(own, "the study's best")
    for task, confidence in (("binary", 0.8), ("binary", 0.5), ("regression", 0.7), ("regression", 0.5)):
        scores = _scores(_of(runs, task, confidence), "the study's best")
        found |= {f"{task}_{round(100 * confidence)}_{name}": one for name, one in scores.items()}
    return found


def _of(runs: Mapping[str, Any], task: str, confidence: float) -> list[Mapping[str, Any]]:
    """Return the study's runs of a task at a confidence."""
    usual = default_values()
    keys = {"labels.task": task, "labels.confidence": confidence}
    return [run for run in runs.values() if all(_value(run, key, usual) == value for key, value in keys.items())]


def _is_same(run: Mapping[str, Any], values: Mapping[str, object], runs: Mapping[str, Any]) -> bool:
    """Return whether parameters are a run's in all that any run of the study changes."""
    usual = default_values()
    changed = {key for one in runs.values() for key in one["params"]}
    return all(_value(run, key, usual) == values.get(key) for key in changed)


def _value(run: Mapping[str, Any], key: str, usual: Mapping[str, object]) -> object:
    return run["params"].get(key, usual.get(key))


def _scores(runs: list[Mapping[str, Any]], who: str) -> dict[str, tuple[Published, ...]]:
    """Return the best of the runs' scores, by the name that the project has for each."""
    found: dict[str, float] = {}
    for run in runs:
        for name, value in run["published"].items():
            if isinstance(value, float | int):
                better = min if name == "mse" else max
                found[name] = better(found.get(name, value), value)
    return {NAMES.get(name, name): (Published(value, who),) for name, value in found.items()}
