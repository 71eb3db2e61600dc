"""Which files a command may write over: those that it has written before."""

from pathlib import Path

BEGINNING = 1000
"""Bytes of a file in which the mark of its command stands."""


def may_be_written(path: Path, mark: bytes) -> bool:
    """Return whether nothing is at the path, or a file in whose first bytes the `mark` of the command stands."""
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return mark in file.read(BEGINNING)
