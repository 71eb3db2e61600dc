"""Which files a command may write: no other's, and none where the disk does not let it."""

from pathlib import Path
from tempfile import TemporaryFile

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


def cannot_be_written(path: Path) -> str | None:
    """Return why no file can be written beside where the path is to be; None if it can. Its folder is made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent):
            return None
    except FileExistsError:
        return f"{path.parent} is no folder"
    except OSError as error:
        return error.strerror
