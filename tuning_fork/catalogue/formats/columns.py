"""What a catalogue says of itself: what each of its columns means, and what holds for all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tuning_fork.tasks.task import Task


class Column(NamedTuple):
    """The type of a column's values, what they are, and their UCD (of IVOA's list UCD1+) and unit."""

    kind: type[int] | type[float] | type[str]
    description: str
    ucd: str
    unit: str | None = None


COLUMNS = {
    "GalaxyID": Column(int, "Number that the image's file is called by", "meta.id"),
    "name": Column(str, "Name of the image's file, without folder and suffix", "meta.id;meta.main"),
    "file": Column(str, "Path of the image's file, or of its zip and the file in it", "meta.id;meta.file"),
    "ra": Column(float, "Right ascension of the image's centre, ICRS", "pos.eq.ra;meta.main", "deg"),
    "dec": Column(float, "Declination of the image's centre, ICRS", "pos.eq.dec;meta.main", "deg"),
    "predicted_class": Column(str, "The most probable class", "src.class"),
    "frame": Column(float, "Share of the picture's shorter side that was taken for the frame", "arith.factor"),
    "frame_filled": Column(float, "Petrosian radius over half the cut-out's side", "phys.angSize;arith.ratio"),
    "flags": Column(str, "What to mind, joined by ;", "meta.code.qual"),
    "note": Column(str, "Why the image is unreadable, or what was taken for granted", "meta.note"),
}
"""The columns by name; those that follow from the task are made by `columns_of`."""


MEANINGS = {
    "probability": ("Calibrated probability that the galaxy is {}", "Probability that the class is another"),
    "shares": ("Share of the votes for {}", "Half-width of the 68 % interval of the class's share"),
}
"""What a class's column says, and the uncertainty, by the kind of a task's outputs."""


class Fact(NamedTuple):
    """Something that holds for a whole catalogue; the name is a FITS keyword too, of eight letters at most."""

    name: str
    value: str
    description: str


@dataclass(frozen=True)
class Meaning:
    """What a catalogue's file says beside its rows: its columns, in their order, and facts."""

    columns: Mapping[str, Column]
    facts: tuple[Fact, ...]


def columns_of(names: Iterable[str], task: Task) -> dict[str, Column]:
    """Return the meaning of each of a catalogue's columns, whose names are given in their order."""
    share, other = MEANINGS[task.kind]
    known = COLUMNS | {"uncertainty": Column(float, other, "stat.error")}
    known |= {name: Column(float, share.format(name), "stat.probability") for name in task.classes}
    return {name: known[name] for name in names}
