"""The rows of a catalogue are given their types, counted, and shown."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

import pandas as pd

from tuning_fork.catalogue.classify import Columns
from tuning_fork.catalogue.formats.columns import MEANINGS, Column, uncertainty_of
from tuning_fork.catalogue.listing import line_of
from tuning_fork.tasks.task import Task


def typed(part: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return a part of the catalogue as it is written: with the same columns and types in each part."""
    if "GalaxyID" in columns:
        part = part.assign(GalaxyID=part["name"])
    return part[list(columns)].astype({name: column.kind for name, column in columns.items()})


def summary(parts: Iterator[pd.DataFrame]) -> tuple[str, str]:
    """Return the hash of all files, as a `Listing` has it, and how many galaxies of each class and flag there are."""
    files, galaxies, classes, flags = sha256(), 0, Counter(), Counter()
    for part in parts:
        galaxies += len(part)
        files.update(b"".join(map(line_of, part["file"])))
        classes.update(part["predicted_class"].dropna())
        flags.update(flag for text in part["flags"] for flag in text.split(";") if flag)
    named, flagged = (", ".join(f"{n} {name}" for name, n in counter.most_common()) for counter in (classes, flags))
    said = f"{galaxies} galaxies: {named or 'none is readable'}"
    return files.hexdigest(), f"{said}; flagged: {flagged}" if flagged else said


def show(one: Columns, task: Task) -> None:
    """Print what is said of a single image."""
    row = {name: values[0] for name, values in one.items() if values[0] not in {None, ""}}
    print(row["file"], *SHOWN[task.kind](row, task), sep="\n")


def _classes(row: Mapping[str, Any], task: Task) -> Iterator[str]:
    """Yield a line a value that is known, with a mark at the predicted class."""
    for name, value in row.items():
        if name not in {"name", "file", "predicted_class"}:
            text = f"{value:.3f}" if name in task.classes else value
            yield f"  {name:<12} {text}" + ("  <" if name == row.get("predicted_class") else "")


def _answers(row: Mapping[str, Any], task: Task) -> Iterator[str]:
    """Yield the description, a line an answer with a mark where most votes of its question are, and all else."""
    if "description" in row:
        yield f"  {row['description']}"
        for question in task.survey.questions:
            winner = max(question.answers, key=lambda answer: row[answer.key])
            for number, answer in enumerate(question.answers):
                asked = "" if number else question.name
                votes = f"{row[answer.key]:.3f} ± {row[uncertainty_of(answer.key)]:.3f}"
                yield f"  {asked:<14} {answer.name:<16} {votes}" + ("  <" if answer is winner else "")
    for name in [name for name in row if name not in {"name", "file", *MEANINGS[task.kind](task)}]:
        yield f"  {name:<14} {row[name]}"


SHOWN: dict[str, Callable[[Mapping[str, Any], Task], Iterator[str]]] = {
    "probability": _classes,
    "shares": _classes,
    "votes": _answers,
    "classes": _classes,
}
"""The lines that are shown of what is known of an image, by the kind of a task's outputs."""
