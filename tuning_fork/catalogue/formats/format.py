"""A table format: how a table is written, and how the names of its columns are read again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.catalogue.formats.columns import Meaning

if TYPE_CHECKING:
    import pandas as pd

Parts = Callable[[], "Iterator[pd.DataFrame]"]
"""A function that yields the parts of a table, in order, as often as it is called."""


@dataclass(frozen=True)
class Format:
    """A format. Packages that take long to load are imported within the two: a mistaken suffix is told before that."""

    write: Callable[[Path, Parts, Meaning], None]
    """Writes a table part by part, so that memory does not grow with its rows."""
    column_names: Callable[[Path], list[str]]
    """Reads the names of a table's columns, by which an earlier catalogue is known; a ValueError if it is no table."""
