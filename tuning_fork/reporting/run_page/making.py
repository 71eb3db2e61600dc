"""How it was made: parameters, counts of galaxies, and what it was made with."""

import json
import platform
from importlib.metadata import version
from typing import Any

import pandas as pd

from tuning_fork.reporting.run_page.facts import RunFacts, default_values

PACKAGES = ("tuning-fork", "tensorflow", "keras", "numpy", "scikit-learn")
"""Whose versions decide results."""
DROPPED = {
    "no_image": "no image",
    "no_votes": "image without votes",
    "unusable_image": "unusable image",
    "below_confidence": "volunteers not sure enough",
}
"""Why galaxies are not used, by their names in metrics/labels.json."""


def changed_parameters(facts: RunFacts) -> list[tuple[str, str, str]]:
    """Return the parameters that are not as params.yaml comes: name, value, and what it comes with."""
    usual = default_values()
    return [
        (name, json.dumps(value), json.dumps(usual[name]) if name in usual else "")
        for name, value in facts.parameters.items()
        if value != usual.get(name)
    ]


def other_parameters(facts: RunFacts) -> list[tuple[str, str]]:
    """Return the name and value of those that are."""
    usual = default_values()
    return [(name, json.dumps(value)) for name, value in facts.parameters.items() if value == usual.get(name)]


def counts(facts: RunFacts) -> pd.DataFrame:
    """Return how many galaxies of each class each split has."""
    table = pd.DataFrame({split: facts.labels[split] for split in ("train", "validation", "test")})
    table = table.reindex(list(facts.task.classes))
    table.loc["all"] = table.sum()
    return table.rename(lambda key: key if key == "all" else facts.task.name_of(key)).map(lambda value: f"{value:,.0f}")


def dropped(facts: RunFacts) -> list[tuple[str, str]]:
    """Return why galaxies are not used, and how many."""
    found: dict[str, Any] = facts.labels["dropped"]
    return [
        (DROPPED.get(name) or f"{facts.task.name_of(name)}, which the task leaves out", f"{count:,}")
        for name, count in found.items()
        if count > 0
    ]


def versions() -> list[tuple[str, str]]:
    """Return what it was made with, and which version of it."""
    return [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]
