"""The rows of a catalogue are given their types, counted, and shown."""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256

import pandas as pd

from tuning_fork.catalogue.classify import Columns
from tuning_fork.catalogue.formats.columns import Column
from tuning_fork.catalogue.listing import line_of


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
    counts = [f"{count} {name}" for counter in (classes, flags) for name, count in counter.most_common()]
    return files.hexdigest(), f"{galaxies} galaxies: {', '.join(counts)}"


def show(one: Columns, classes: tuple[str, ...]) -> None:
    """Print what is said of a single image."""
    row = {name: values[0] for name, values in one.items()}
    print(row["file"])
    for name, value in row.items():
        if name not in {"name", "file", "predicted_class"} and value not in {None, ""}:
            text = f"{value:.3f}" if name in classes else value
            print(f"  {name:<12} {text}" + ("  <" if name == row["predicted_class"] else ""))
