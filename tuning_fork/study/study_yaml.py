"""study.yaml, or another such file: runs, their parameters and published scores, and what is concluded from them."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, RootModel, model_validator

from tuning_fork.core.checked_yaml import Section, read_checked

ParameterValue = bool | int | float | str | list[int | float] | None


class Run(Section):
    """One run: the keys of params.yaml that it changes, and its published scores."""

    params: dict[str, ParameterValue]
    published: dict[str, float | str]


class Claim(Section):
    """A conclusion: in each pair the first run is `better` than the second, `not_better` or the `same`, by `margin`.

    With `other_galaxies` the two runs of a pair have test galaxies of their own.
    """

    claim: str
    expected: Literal["better", "not_better", "same"]
    pairs: tuple[tuple[str, str], ...]
    margin: float = 0.0
    other_galaxies: bool = False


class Study(Section):
    """All that study.yaml holds: the runs by name, and the claims; and the title and beginning of their report.

    `params` are keys of params.yaml that all runs change before their own, after those of the file `base`, as
    best.yaml has them. `all_answers` is such a file of a run of task votes, which is run too, by the file's name: its
    answers to the other runs' questions stand beside theirs.
    """

    title: str
    introduction: str
    base: str | None = None
    params: dict[str, ParameterValue] = Field(default={})
    all_answers: str | None = None
    runs: dict[str, Run]
    claims: tuple[Claim, ...]

    def params_of(self, name: str) -> dict[str, ParameterValue]:
        """Return the keys of params.yaml that a run changes, by section.key, and their values."""
        return self.params | self.runs[name].params

    @model_validator(mode="after")
    def _pairs_are_of_runs(self) -> Self:
        names = {*self.runs, Path(self.all_answers or "").stem}
        for claim in self.claims:
            for name in (name for pair in claim.pairs for name in pair if name not in names):
                raise ValueError(f'claims: "{claim.claim}" names the run {name}, which is not among `runs`')
        return self


class Recipe(RootModel[dict[str, ParameterValue]]):
    """Keys of params.yaml and their values, as best.yaml has them."""


def read_study(path: Path) -> Study:
    """Read and check such a file, those of the base among its `params`; a UserError names the first wrong key."""
    study = read_checked(path, Study)
    base = read_recipe(path.parent / study.base) if study.base else {}
    runs = dict(study.runs)
    if study.all_answers:
        recipe = read_recipe(path.parent / study.all_answers)
        runs[Path(study.all_answers).stem] = Run(params=recipe, published={})
    return study.model_copy(update={"params": base | study.params, "runs": runs})


def read_recipe(path: Path) -> dict[str, ParameterValue]:
    """Read keys of params.yaml and their values; a UserError says what is wrong in the file."""
    return read_checked(path, Recipe).root
