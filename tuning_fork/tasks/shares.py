"""The tasks of several classes: the network answers with the share of the votes that each has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tuning_fork.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Shares:
    """Each class's share of the votes for all of them."""

    kind: ClassVar[str] = "shares"
    need_every_class: ClassVar[bool] = False

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of all classes."""
        return classes

    def targets(self, fractions: "pd.DataFrame") -> "pd.DataFrame":
        """Return the fractions (n, classes), renormalised to sum to 1."""
        return fractions.div(fractions.sum(axis=1), axis=0)

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return the number of the class with the largest share, the first of equals: (n,)."""
        return outputs.argmax(axis=1)


_SECOND_LEVEL = {
    "Class1.3": "artifact",
    "Class2.1": "edge_on",
    "Class2.2": "face_on",
    "Class7.1": "round",
    "Class7.2": "in_between",
    "Class7.3": "cigar",
}

REGRESSION = Task("regression", _SECOND_LEVEL, ("artifact", "cigar"), Shares())
"""The four of six second-level classes that the study has enough galaxies of."""
REGRESSION_ALL = Task("regression-all", _SECOND_LEVEL, (), Shares())
"""All six."""
