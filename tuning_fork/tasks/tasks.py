"""The study's tasks: which galaxies a network learns from, and what it is to say of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Task:
    """A question to a network about a galaxy.

    A galaxy belongs to the candidate with the largest vote fraction (the first of equals). It is kept when that
    fraction is above the confidence and its class is not one of `excluded`.
    """

    name: str
    candidates: dict[str, str]
    """Class name of each vote column that competes for the galaxy."""
    excluded: tuple[str, ...]
    """Classes whose galaxies are dropped."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that a kept galaxy can have."""
        return tuple(name for name in self.candidates.values() if name not in self.excluded)

    @property
    def is_binary(self) -> bool:
        """Whether the network answers with the probability of one class rather than a share for each."""
        return self.name == "binary"

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the network's outputs: `featured` of the binary task, else all classes."""
        return self.classes[1:] if self.is_binary else self.classes


_SECOND_LEVEL = {
    "Class1.3": "artifact",
    "Class2.1": "edge_on",
    "Class2.2": "face_on",
    "Class7.1": "round",
    "Class7.2": "in_between",
    "Class7.3": "cigar",
}

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("binary", {"Class1.1": "smooth", "Class1.2": "featured", "Class1.3": "artifact"}, ("artifact",)),
        Task("regression", _SECOND_LEVEL, ("artifact", "cigar")),
        Task("regression-all", _SECOND_LEVEL, ()),
    )
}


def winners(votes: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Return each galaxy's `winner` (class name) among the task's candidates and the winner's vote `fraction`."""
    fractions = votes[list(task.candidates)].to_numpy()
    names = np.array(list(task.candidates.values()))
    return pd.DataFrame({"winner": names[fractions.argmax(axis=1)], "fraction": fractions.max(axis=1)}, votes.index)


def targets(votes: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Return what the network is to learn of each galaxy, a column a target.

    Binary: 1 where the featured fraction is the larger, else 0. Regression: the classes' vote fractions, renormalised
    to sum to 1.
    """
    columns = [column for column, name in task.candidates.items() if name in task.classes]
    fractions = votes[columns].rename(columns=task.candidates)
    if task.is_binary:
        return (fractions["featured"] > fractions["smooth"]).astype("int64").to_frame("featured")
    return fractions.div(fractions.sum(axis=1), axis=0)


def classes_of(shares: np.ndarray, task: Task) -> np.ndarray:
    """Return class names of targets or outputs.

    `shares`: (n, targets) in [0, 1] nominally. Binary: featured above 0.5, else smooth. Otherwise the most probable
    class.
    """
    names = np.array(task.classes)
    if task.is_binary:
        return names[(shares[:, 0] > 0.5).astype(int)]
    return names[shares.argmax(axis=1)]
