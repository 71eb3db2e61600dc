"""A table format: how a table is written, and how the names of its columns are read again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.catalogue.formats.columns import Meaning

if TYPE_CHECKING:
    import pandas as pd

CATALOGUE = frozenset({"name", "predicted_class", "uncertainty", "flags", "note"})
"""The columns by which a table is known to be a catalogue."""

Parts = Callable[[], "Iterator[pd.DataFrame]"]
"""A function that yields the parts of a table, in order, as often as it is called."""


@dataclass(frozen=True)
class Format:
    """A format. Packages that take long to load are imported within the two: a mistaken suffix is told before that."""

    write: Callable[[Path, Parts, Meaning], str | None]
    """Writes a table part by part, so that memory does not grow with its rows; returns what is to be said of it."""
    column_names: Callable[[Path], list[str]]
    """Reads the names of a table's columns, by which an earlier catalogue is known; a ValueError if it is no table."""
    own: frozenset[str] = CATALOGUE
    """The columns of an earlier one."""
    needs: tuple[str, ...] = ()
    """Columns of a catalogue, by their own name or that of the votes in them, without which no table can be written."""
