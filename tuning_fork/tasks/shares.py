"""The tasks of several classes: the network answers with the share of the votes that each has."""

from collections.abc import Mapping
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
    by_confidence: ClassVar[bool] = True
    may_be_unknown: ClassVar[bool] = False

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of all classes."""
        return classes

    def targets(self, votes: "pd.DataFrame", classes: Mapping[str, str]) -> "pd.DataFrame":
        """Return the classes' fractions (n, classes), renormalised to sum to 1."""
        fractions = votes[list(classes)].rename(columns=dict(classes))
        return fractions.div(fractions.sum(axis=1), axis=0)

    def ideal(self, votes: "pd.DataFrame", classes: Mapping[str, str]) -> "pd.DataFrame":
        """Return the same as the targets: (n, classes)."""
        return self.targets(votes, classes)

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return equal shares, (classes,)."""
        return np.full(len(classes), 1 / len(classes))

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
