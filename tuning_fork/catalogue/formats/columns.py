"""What a catalogue says of itself: what each of its columns means, and what holds for all of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from tuning_fork.tasks.task import Task


class Column(NamedTuple):
    """The type of a column's values, what they are, and their UCD (of IVOA's list UCD1+) and unit.

    Of votes, `voted` is the column of the survey's table that has them. `from_header`: a FITS header tells it.
    """

    kind: type[int] | type[float] | type[str]
    description: str
    ucd: str
    unit: str | None = None
    voted: str | None = None
    from_header: bool = False


COLUMNS = {
    "GalaxyID": Column(int, "Number that the image's file is called by", "meta.id"),
    "name": Column(str, "Name of the image's file, without folder and suffix", "meta.id;meta.main"),
    "file": Column(str, "Path of the image's file, or of its zip and the file in it", "meta.id;meta.file"),
    "ra": Column(float, "Right ascension of the image's centre, ICRS", "pos.eq.ra;meta.main", "deg", from_header=True),
    "dec": Column(float, "Declination of the image's centre, ICRS", "pos.eq.dec;meta.main", "deg", from_header=True),
    "frame": Column(float, "Share of the picture's shorter side that was taken for the frame", "arith.factor"),
    "frame_filled": Column(float, "Petrosian radius over half the cut-out's side", "phys.angSize;arith.ratio"),
    "flags": Column(str, "What to mind, joined by ;", "meta.code.qual"),
    "note": Column(str, "Why the image is unreadable, or what was taken for granted", "meta.note"),
}
"""The columns that all catalogues have, by name."""


def _of_classes(share: str, other: str, task: Task) -> dict[str, Column]:
    """Return a column for each class, of which `share` is said, and the uncertainty, of which `other` is."""
    names = {key: " ".join(task.survey.answers[key].name.split()) for key in task.classes}
    shares = {key: Column(float, share.format(name), "stat.probability") for key, name in names.items()}
    return shares | {
        "predicted_class": Column(str, "The most probable class", "src.class"),
        "uncertainty": Column(float, other, "stat.error"),
    }


def _of_answers(task: Task) -> dict[str, Column]:
    """Return the description, the class, and for each answer to the survey its votes and their uncertainty."""
    columns = {
        "description": Column(str, "The answers with most votes, and the fewest of those votes", "src.morph"),
        "predicted_class": Column(str, "Answer to the first question with most votes", "src.class"),
        "uncertainty": Column(float, "Half-width of the 68 % interval of the class's votes", "stat.error"),
    }
    for answer in task.survey.answers.values():
        votes = f"Fraction of all volunteers who say {answer.name}" + (f" ({answer.column})" if answer.column else "")
        interval = f"Half-width of the 68 % interval of {answer.key}"
        columns[answer.key] = Column(float, votes, "stat.probability", voted=answer.column)
        columns[uncertainty_of(answer.key)] = Column(float, interval, "stat.error")
    return columns


def uncertainty_of(name: str) -> str:
    """Return the name of the column that says how unsure that of an answer is."""
    return f"{name}_uncertainty"


_OF_PROBABILITIES = partial(
    _of_classes, "Calibrated probability that the galaxy is {}", "Probability that the class is another"
)
MEANINGS: dict[str, Callable[[Task], dict[str, Column]]] = {
    "probability": _OF_PROBABILITIES,
    "shares": partial(_of_classes, "Share of the votes for {}", "Half-width of the 68 % interval of the class's share"),
    "votes": _of_answers,
    "classes": _OF_PROBABILITIES,
}
"""The columns that follow from a task, in their order, by the kind of its outputs."""


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
    known = COLUMNS | MEANINGS[task.kind](task)
    return {name: known[name] for name in names}
