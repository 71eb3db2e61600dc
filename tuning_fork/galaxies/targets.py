"""What is to be learnt of galaxies, as the table of labels has it."""

from typing import NamedTuple


class Targets(NamedTuple):
    """The names of what is to be learnt, and whether a galaxy is used of which some of it is not known."""

    names: tuple[str, ...]
    may_be_unknown: bool = False
