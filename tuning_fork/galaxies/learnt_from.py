"""Whether a network has learnt from the galaxies that are to test it."""

from collections.abc import Sequence
from typing import Protocol

from tuning_fork.galaxies.ids import GalaxyID, known_by

SIMULATED = "simulated"
"""The `download.source` of galaxies that nobody has as images: their GalaxyIDs are no other survey's."""


class Training(Protocol):
    """One of a network's trainings."""

    @property
    def source(self) -> str | None:
        """The `download.source` of its galaxies."""
        ...

    @property
    def galaxy_hashes(self) -> str | None:
        """The galaxies that were learnt from or chose the epoch, as `hashes_of` has them; None where it is not told."""
        ...


def too_good(trainings: Sequence[Training], galaxies: Sequence[GalaxyID]) -> str | None:
    """Return why scores by these galaxies would be too good for a network of those trainings; None if they are fair."""
    real = [one for one in trainings if one.source != SIMULATED]
    if not trainings or any(one.galaxy_hashes is None for one in real):
        return f"does not say which galaxies it has learnt from, and these {len(galaxies)} may be among them"
    for one in real:
        if known := known_by(one.galaxy_hashes or "", galaxies):
            which = f"{len(known)} of these {len(galaxies)} galaxies ({known[0]} is the first)"
            return f"its network has learnt from {which}, which would make the scores too good"
    return None
