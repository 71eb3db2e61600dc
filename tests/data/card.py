"""What a model card is written from, of a small run that was not run."""

import numpy as np
import yaml

from tests.data.surveys import SURVEY
from tests.helpers.imports import ROOT
from tuning_fork.reporting.card_facts import CardFacts
from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.tasks import TASKS


def facts_of(task: str = "binary", survey: Survey = SURVEY, source: str = "simulated", **scores: float) -> CardFacts:
    """Return what a card of a small run is written from."""
    made = TASKS[task](survey)
    counts = dict.fromkeys(made.classes, 10)
    interval = {"accuracy": 0.9, "accuracy_low": 0.85, "accuracy_high": 0.95, "majority_accuracy": 0.7}
    return CardFacts(
        {
            "survey": survey.model_dump(mode="json"),
            "task": task,
            "outputs": list(made.targets),
            "images": {"crop": 212, "size": 24, "grayscale": False},
            "trained_on": [
                {"task": "votes", "source": "simulated", "galaxies": 4800, "frozen": 0},
                {"task": task, "source": source, "galaxies": 1234, "frozen": 2},
            ],
        },
        np.array([0.2, 0.7]),
        {"galaxies": 5000, "kept": 1500, "dropped": {"below_confidence": 3500}}
        | {split: counts for split in ("train", "validation", "test")},
        {"parameters": 12345, "epochs": 9, "best_epoch": 4},
        interval | {"test_galaxies": 300, "ece": 0.03, "ece_low": 0.0, "ece_high": 0.04} | scores,
        1,
        yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8")),
    )
