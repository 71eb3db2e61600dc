"""The recipe for a number of labels, as adapt.yaml says: what changes in params.yaml, and for how long is trained."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from tuning_fork.core.checked_yaml import Section, read_checked
from tuning_fork.study.study_yaml import ParameterValue

FILE = Path("adapt.yaml")

Count = Annotated[int, Field(ge=1)]


class ForLabels(Section):
    """What is for so many classes and labels, or fewer: null is for any number."""

    classes: Count | None
    labels: Count | None
    seen: Count
    """Galaxies that the training sees in all."""
    frozen: Annotated[int, Field(ge=0)]
    learning_rate: Annotated[float, Field(gt=0)]

    def is_enough(self, labels: int, classes: int) -> bool:
        """Return whether it is for so many."""
        return classes <= (self.classes or classes) and labels <= (self.labels or labels)

    def changes(self) -> dict[str, ParameterValue]:
        """Return what changes in params.yaml, but for the epochs."""
        return {"training.frozen": self.frozen, "training.learning_rate": self.learning_rate}

    def epochs(self, learnt: int) -> int:
        """Return the epochs of a training on so many galaxies: 1 to 10,000."""
        return min(max(round(self.seen / learnt), 1), 10_000)


class Recipe(Section):
    """All of adapt.yaml."""

    params: dict[str, ParameterValue]
    recipes: Annotated[tuple[ForLabels, ...], Field(min_length=1)]
    cross_validated_below: Count

    def of(self, labels: int, classes: int) -> ForLabels:
        """Return what is for so many labels of so many classes."""
        return next((one for one in self.recipes if one.is_enough(labels, classes)), self.recipes[-1])


def read_recipe(folder: Path) -> Recipe:
    """Read the recipe of the project in a folder; a UserError names what is wrong in it."""
    return read_checked(folder / FILE, Recipe)
