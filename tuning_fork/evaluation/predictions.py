"""What a network said of the test galaxies, beside what the volunteers said."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve

from tuning_fork.tasks.task import Task


@dataclass(frozen=True)
class Predictions:
    """Outputs of a network for n galaxies: `ids` (n,), `targets` and `outputs` (n, k)."""

    ids: np.ndarray
    targets: np.ndarray
    outputs: np.ndarray
    task: Task

    @property
    def classes(self) -> np.ndarray:
        """Class names by the volunteers, (n,)."""
        return self.task.classes_of(self.targets)

    @property
    def predicted_classes(self) -> np.ndarray:
        """Class names by the network, (n,)."""
        return self.task.classes_of(self.outputs)

    @property
    def is_right(self) -> np.ndarray:
        """Whether the network's class is the volunteers', (n,)."""
        return self.classes == self.predicted_classes

    def table(self) -> pd.DataFrame:
        """Return a row a galaxy: GalaxyID, class, predicted_class, targets, and outputs as <target>_predicted."""
        names = self.task.targets
        return pd.DataFrame(
            {"GalaxyID": self.ids, "class": self.classes, "predicted_class": self.predicted_classes}
            | dict(zip(names, self.targets.T, strict=True))
            | {f"{name}_predicted": output for name, output in zip(names, self.outputs.T, strict=True)}
        )

    @classmethod
    def from_table(cls, table: pd.DataFrame, task: Task) -> Self:
        """Return the predictions of which `table` is the table."""
        targets, outputs = (table[[name + end for name in task.targets]].to_numpy(float) for end in ("", "_predicted"))
        return cls(table["GalaxyID"].to_numpy(), targets, outputs, task)

    def roc_curves(self) -> pd.DataFrame:
        """Return the ROC curve of each target's class against the rest: class, false and true positive rate.

        A class that no galaxy has, or every galaxy, has no curve.
        """
        curves = []
        for name, score in zip(self.task.targets, self.outputs.T, strict=True):
            is_class = self.classes == name
            if 0 < is_class.sum() < len(is_class):
                false_positive, true_positive, _ = roc_curve(is_class, score)
                rates = {"false_positive_rate": false_positive, "true_positive_rate": true_positive}
                curves.append(pd.DataFrame({"class": name} | rates))
        if not curves:
            return pd.DataFrame(columns=["class", "false_positive_rate", "true_positive_rate"])
        return pd.concat(curves, ignore_index=True)
