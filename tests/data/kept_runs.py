"""What a study keeps of a run, made of predictions alone."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import yaml

from tests.data.surveys import SURVEY
from tuning_fork.evaluation.predictions import Predictions


def write_run(folder: Path, run: Predictions, confidence: float, scores: Mapping[str, float], views: int = 1) -> None:
    """Write the folder of a run with those predictions and scores, which are the baseline's too."""
    folder.mkdir(parents=True)
    run.table().to_csv(folder / "predictions.csv", index=False)
    scores = {f"baseline_{name}": value for name, value in scores.items()} | dict(scores)
    curves = pd.DataFrame({"epoch": [1, 2, 3], "loss": [0.5, 0.3, 0.1], "val_loss": [0.5, 0.4, 0.45]})
    curves.to_csv(folder / "training.csv", index=False)
    evaluation = {"views": views, "volunteers": 40, "bootstrap": 200, "seed": 1}
    params = {"labels": {"confidence": confidence}, "evaluation": evaluation}
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    calibration = {"binary_80": {"a": 1.0, "b": 1.0, "c": 0.0}} if run.task.name == "votes" else {}
    model = {"task": run.task.name, "survey": SURVEY.model_dump(mode="json")}
    model |= {"calibration": {"1": {"probabilities": calibration}, "8": {"probabilities": calibration}}}
    for name, content in {"run": {}, "model": model, "metrics": scores}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
