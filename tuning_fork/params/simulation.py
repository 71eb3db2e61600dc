"""Parameters: the simulated survey."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tuning_fork.core.checked_yaml import Section, Seed, Share, Volunteers

Range = tuple[float, float]
"""The lowest and the highest of what is drawn at random."""


def between(least: float, most: float) -> AfterValidator:
    """Return what checks that a range rises and lies between these."""

    def check(found: Range) -> Range:
        low, high = found
        if not least <= low <= high <= most:
            said = f"Input should be [lowest, highest], between {least:g} and {most:g}"
            raise PydanticCustomError("range", "{said}", {"said": said})
        return found

    return AfterValidator(check)


class Telescopes(Section):
    """Between what the telescopes of the wide sky, and the pictures made of what they see, lie."""

    frame: Annotated[Range, between(2, 40)]
    side: Annotated[Range, between(32, 424)]
    seeing: Annotated[Range, between(0.1, 10)]
    noise: Annotated[Range, between(0.01, 10)]
    smoothing: Annotated[Range, between(0, 5)]
    offset: Annotated[Range, between(0, 0.1)]
    bend: Annotated[Range, between(0.1, 1000)]
    core: Annotated[Range, between(10, 1000)]
    saturation: Annotated[Range, between(0, 5)]
    tint: Annotated[Range, between(0.1, 10)]
    sky: Annotated[Range, between(-100, 200)]
    gradient: Annotated[Range, between(0, 200)]
    quality: Annotated[Range, between(1, 100)]
    grey: Share


class Simulation(Section):
    """The simulated survey."""

    galaxies: Annotated[int, Field(ge=1, le=900_000)]
    seed: Seed
    volunteers: Volunteers
    seeing: Annotated[float, Field(ge=0.5, le=5)]
    noise: Annotated[float, Field(ge=0, le=10)]
    wide: Share
    telescopes: Telescopes
