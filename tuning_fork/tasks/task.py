"""A task: which galaxies a network learns from, and what it is to say of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

from tuning_fork.galaxies.targets import Targets
from tuning_fork.surveys.survey import Survey

if TYPE_CHECKING:
    import pandas as pd  # takes a while, and params.yaml is checked against the tasks by all commands


class Outputs(Protocol):
    """What a network says of a galaxy: from which votes that is learnt, and which class it means."""

    kind: ClassVar[str]
    """The name by which heads, calibrations, metrics and figures know such outputs."""
    need_every_class: ClassVar[bool]
    """Whether nothing can be judged in a split where a class has no galaxy."""
    fewest_to_learn_from: ClassVar[int]
    """Galaxies of each class at least from which it can be learnt."""
    may_be_unknown: ClassVar[bool]
    """Whether a galaxy is used of which some targets are not known: they are NaN, and count for nothing."""

    def names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the outputs of a task with these classes."""
        ...

    def targets(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return what is to be learnt of vote fractions, 0 to 1, by answer: a column an output."""
        ...

    def ideal(self, votes: "pd.DataFrame", classes: tuple[str, ...]) -> "pd.DataFrame":
        """Return what a network would say that gives the vote fractions: a column an output."""
        ...

    def undecided(self, classes: tuple[str, ...]) -> np.ndarray:
        """Return the targets of a galaxy about which the volunteers are evenly divided, (outputs,)."""
        ...

    def winners(self, outputs: np.ndarray) -> np.ndarray:
        """Return the number of the class that targets or outputs (n, outputs) mean, (n,)."""
        ...


@dataclass(frozen=True)
class Task:
    """A question to a network about a galaxy of a survey.

    A galaxy belongs to the candidate with the largest vote fraction (the first of equals). It is kept when that
    fraction is above the confidence and its class is not one of `excluded`. A ValueError if the survey has not all
    candidates among its answers.
    """

    name: str
    survey: Survey
    candidates: tuple[str, ...]
    """The answers, by their keys, that compete for the galaxy: they are its classes."""
    excluded: tuple[str, ...]
    """Those whose galaxies are dropped."""
    outputs: Outputs

    def __post_init__(self) -> None:
        missing = [name for name in self.candidates if name not in self.survey.answers]
        if missing:
            needs = f"task {self.name} needs the answers {', '.join(self.candidates)}"
            raise ValueError(f"{needs}, and the survey {self.survey.title!r} has no {', '.join(missing)}")

    @property
    def kind(self) -> str:
        """The kind of its outputs."""
        return self.outputs.kind

    @property
    def classes(self) -> tuple[str, ...]:
        """Keys of the classes that a kept galaxy can have."""
        return tuple(name for name in self.candidates if name not in self.excluded)

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the network's outputs."""
        return self.outputs.names(self.classes)

    def name_of(self, key: str) -> str:
        """Return the name that the survey's page gives a class or output: that of face_on is face-on."""
        return self.survey.answers[key].name

    def winners(self, votes: "pd.DataFrame") -> "pd.DataFrame":
        """Return each galaxy's `winner` (class name) among the candidates and the winner's vote `fraction`, 0 to 1.

        The fraction is NaN where that of a candidate is not known.
        """
        import pandas as pd

        fractions = votes[list(self.candidates)].to_numpy()
        names = np.array(self.candidates)
        return pd.DataFrame({"winner": names[fractions.argmax(axis=1)], "fraction": fractions.max(axis=1)}, votes.index)

    def keeps(self, votes: "pd.DataFrame", confidence: float) -> np.ndarray:
        """Return of which galaxies the winner has more than that fraction and is not excluded, (n,)."""
        winner = self.winners(votes)
        is_kept = (winner["fraction"] > confidence) & ~winner["winner"].isin(self.excluded)
        return is_kept.to_numpy()

    def targets_of(self, votes: "pd.DataFrame") -> "pd.DataFrame":
        """Return what the network is to learn of each galaxy, a column a target."""
        return self.outputs.targets(votes, self.classes)

    def ideal_of(self, votes: "pd.DataFrame") -> np.ndarray:
        """Return what a network would say that gives the vote fractions of each galaxy: (n, targets)."""
        return self.outputs.ideal(votes, self.classes).to_numpy(float)

    @property
    def labels(self) -> Targets:
        """What the table of labels has of each galaxy."""
        return Targets(self.targets, self.outputs.may_be_unknown)

    @property
    def undecided(self) -> np.ndarray:
        """The targets of a galaxy about which the volunteers are evenly divided, (targets,)."""
        return self.outputs.undecided(self.classes)

    def classes_of(self, outputs: np.ndarray) -> np.ndarray:
        """Return the class names, (n,), of targets or outputs, (n, targets), in [0, 1] nominally."""
        return np.array(self.classes)[self.outputs.winners(outputs)]
