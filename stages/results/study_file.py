"""study.yaml: the published runs, their parameters and scores, and what the study concludes from them."""

import json
from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError, model_validator
from ruamel.yaml import YAML, YAMLError

from stages.errors import UserError
from stages.params import Section, first_error

ParameterValue = bool | int | float | str | list[int] | None


class Run(Section):
    """One published run: the table it is in, the keys of params.yaml that it changes, and its published scores."""

    table: int
    params: dict[str, ParameterValue]
    published: dict[str, float | str]


class Claim(Section):
    """A conclusion: in each pair the first run is `better` than the second, or the `same` within `margin`.

    With `other_galaxies` the two runs of a pair have test galaxies of their own.
    """

    claim: str
    expected: Literal["better", "same"]
    pairs: tuple[tuple[str, str], ...]
    margin: float = 0.0
    other_galaxies: bool = False


class Study(Section):
    """All of study.yaml."""

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
    try:
        return Study.model_validate_json(json.dumps(YAML(typ="safe").load(path.read_bytes()), default=str))
    except FileNotFoundError:
        raise UserError(f"{path}: not found: run in the project's folder") from None
    except YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    except ValidationError as invalid:
        raise UserError(f"{path}: {first_error(invalid)}") from None
