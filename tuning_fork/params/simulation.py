"""Parameters: the simulated survey."""

from typing import Annotated

from pydantic import Field

from tuning_fork.core.checked_yaml import Section, Seed, Volunteers


class Simulation(Section):
    """The simulated survey."""

    galaxies: Annotated[int, Field(ge=1, le=900_000)]
    seed: Seed
    volunteers: Volunteers
    seeing: Annotated[float, Field(ge=0.5, le=5)]
    noise: Annotated[float, Field(ge=0, le=10)]
