"""Parameters: how test galaxies are looked at, and how sure the scores are."""

from typing import Annotated, Literal

from pydantic import Field

from tuning_fork.core.checked_yaml import Section, Seed, Volunteers


class Evaluation(Section):
    """How test galaxies are looked at, and how sure the scores are."""

    views: Literal[1, 8]
    volunteers: Volunteers
    bootstrap: Annotated[int, Field(ge=100, le=10_000)]
    seed: Seed
