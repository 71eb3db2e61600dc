"""What the page about a run is made from: what the other stages left, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tuning_fork.core.checked_yaml import read_yaml
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.labelled import LabelledGalaxies, read_labels, read_split
from tuning_fork.params_yaml import Params
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.tasks import labelled_task

LABELS, SHARDS = Path("data/labels/labels.csv"), Path("data/shards")
DEFAULTS = Path(__file__).with_name("defaults.yaml")


@dataclass(frozen=True)
class RunFacts:
    """The run in this folder; `labels`, `training` and `scores` are what its metrics' files say."""

    params: Params
    task: Task
    labels: Mapping[str, Any]
    training: Mapping[str, Any]
    scores: Mapping[str, float]
    trained_on: list[Mapping[str, Any]]
    """The network's trainings, the last one last."""
    predictions: Predictions
    usual: np.ndarray
    """The mean targets of the training galaxies, which say something of a galaxy never looked at: (targets,)."""
    test: LabelledGalaxies
    """The test galaxies, in the order of the predictions, their images on disk."""
    shown: Mapping[str, np.ndarray]
    """What is shown of the test galaxies: see `tuning_fork.figures.galleries.shown_galaxies`."""

    @property
    def is_simulated(self) -> bool:
        """Whether the galaxies are drawn, not seen."""
        return self.params.download.source == "simulated"

    @property
    def has_votes(self) -> bool:
        """Whether volunteers voted, so that a galaxy's class is more or less sure."""
        return self.task.survey.votes != "label"

    @cached_property
    def parameters(self) -> dict[str, object]:
        """The parameters by section.key; those of the machine decide nothing and are left out."""
        return flat(json.loads(self.params.model_dump_json(exclude={"machine"}, exclude_unset=True)))


def read_facts(params: Params) -> RunFacts:
    """Return the facts of the run in this folder."""
    task = labelled_task(params.labels.task)
    labels, training, scores = (_json(Path(f"metrics/{name}.json")) for name in ("labels", "training", "metrics"))
    predictions = Predictions.from_table(pd.read_csv("data/predictions.csv"), task)
    test = read_split(LABELS, SHARDS, "test", task.labels, params.images.shape)
    with np.load("data/test_galaxies.npz") as content:
        shown = dict(content)
    trained_on = _json(Path("data/model/model.json"))["trained_on"]
    usual = read_labels(LABELS, "train", task.labels).mean().to_numpy(float)
    return RunFacts(params, task, labels, training, scores, trained_on, predictions, usual, test, shown)


def default_values() -> dict[str, object]:
    """Return the parameters that params.yaml comes with, by section.key."""
    return flat(read_yaml(DEFAULTS))


def flat(sections: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Return the values of tables within tables by their keys, joined by dots."""
    values: dict[str, object] = {}
    for key, value in sections.items():
        name = f"{prefix}{key}"
        values |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return values


def _json(path: Path) -> Any:  # noqa: ANN401
    return json.loads(path.read_text(encoding="utf-8"))
