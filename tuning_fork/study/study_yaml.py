"""study.yaml: the published runs, their parameters and scores, and what the study concludes from them."""

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from tuning_fork.core.checked_yaml import Section, read_checked

ParameterValue = bool | int | float | str | list[int] | None


class Run(Section):
    """One published run: the table it is in, the keys of params.yaml that it changes, and its published scores."""

    table: int
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
    """All that study.yaml holds: the published runs by name, and the claims."""

    runs: dict[str, Run]
    claims: tuple[Claim, ...]

    @model_validator(mode="after")
    def _pairs_are_of_runs(self) -> Self:
        for claim in self.claims:
            for name in (name for pair in claim.pairs for name in pair if name not in self.runs):
                raise ValueError(f'claims: "{claim.claim}" names the run {name}, which is not among `runs`')
        return self


def read_study(path: Path = Path("study.yaml")) -> Study:
    """Read and check study.yaml; a UserError names the first key that is wrong."""
    return read_checked(path, Study)
