"""Runs to be compared, as they lie in a folder: 40 galaxies of a kind that a network may take for the other."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem

from tests.data.surveys import SURVEY, TASKS
from tuning_fork.comparing.revisions import Revision
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.shards import write_shard

IDS = np.arange(100, 140)
FEATURED = np.arange(40) % 2 == 0


def a_run(folder: Path, name: str, outputs: np.ndarray, **differing: object) -> Revision:
    """Write what a run leaves into `folder`/`name`, and return it; `outputs` are as the task has them.

    Of `differing`: its `task`, the `ids` of its test galaxies and their `targets`, its `trained` galaxies, `params`.
    """
    task = TASKS[str(differing.get("task", "binary"))]
    ids = np.asarray(differing.get("ids", IDS))
    targets = np.asarray(differing.get("targets", FEATURED.astype(float)[:, None]))
    trained = np.asarray(differing.get("trained", np.arange(200, 210)))
    here = folder / name
    for path in ("data/model", "data/labels", "data/shards"):
        (here / path).mkdir(parents=True)
    Predictions(ids, targets, outputs, task).table().to_csv(here / "data/predictions.csv", index=False)
    model = {"task": task.name, "survey": SURVEY.model_dump(mode="json")}
    calibration = {"probabilities": {"binary_80": {"a": 1.0, "b": 1.0, "c": 0.0}}}
    model["calibration"] = {"1": calibration if task.name == "votes" else {}}
    (here / "data/model/model.json").write_text(json.dumps(model), encoding="utf-8")
    splits = {"GalaxyID": [*ids, *trained], "split": ["test"] * len(ids) + ["train"] * len(trained)}
    pd.DataFrame(splits).to_csv(here / "data/labels/labels.csv", index=False)
    params: dict = {"labels": {"confidence": 0.8}, "evaluation": {"views": 1}, "machine": {"memory": len(name)}}
    (here / "params.yaml").write_text(yaml.safe_dump(params | dict(differing.get("params", {}))), encoding="utf-8")
    for number, rows in enumerate(np.array_split(np.arange(len(ids)), 2)):
        images = np.random.default_rng(number).integers(0, 256, (len(rows), 8, 8, 3)).astype(np.uint8)
        write_shard(here / "data/shards", number, ids[rows], images)
    return Revision(name, DirFileSystem(str(here), LocalFileSystem()))  # pyright: ignore[reportArgumentType], as DVC's


def said(wrong: list[int]) -> np.ndarray:
    """Return probabilities (40, 1) of a network that is wrong about some galaxies, the surer the later they are."""
    sure = np.linspace(0.6, 0.99, 40)
    is_right = ~np.isin(np.arange(40), wrong)
    return np.where(is_right == FEATURED, sure, 1 - sure)[:, None]
