"""The recipe for a number of labels, as adapt.yaml says: what changes in params.yaml, and for how long is trained."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from tuning_fork.core.checked_yaml import Section, read_checked
from tuning_fork.study.study_yaml import ParameterValue

FILE = Path("adapt.yaml")

Count = Annotated[int, Field(ge=1)]


class ForLabels(Section):
    """What is for so many labels, or fewer: null is for any number."""

    labels: Count | None
    seen: Count
    """Galaxies that the training sees in all."""
    frozen: Annotated[int, Field(ge=0)]


class Recipe(Section):
    """All of adapt.yaml."""

    params: dict[str, ParameterValue]
    recipes: Annotated[tuple[ForLabels, ...], Field(min_length=1)]
    cross_validated_below: Count
    folds: Annotated[int, Field(ge=2, le=5)]

    def changes(self, labels: int) -> dict[str, ParameterValue]:
        """Return what changes in params.yaml for so many labels, but for the epochs."""
        return {**self.params, "training.frozen": self.of(labels).frozen}

    def of(self, labels: int) -> ForLabels:
        """Return what is for so many labels."""
        return next((one for one in self.recipes if one.labels is None or labels <= one.labels), self.recipes[-1])

    def epochs(self, labels: int, learnt: int) -> int:
        """Return the epochs of a training on `learnt` galaxies of so many that are labelled: 1 to 10,000."""
        return min(max(round(self.of(labels).seen / learnt), 1), 10_000)


def read_recipe(folder: Path) -> Recipe:
    """Read the recipe of the project in a folder; a UserError names what is wrong in it."""
    return read_checked(folder / FILE, Recipe)
