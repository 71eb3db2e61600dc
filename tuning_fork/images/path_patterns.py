"""Which files a folder or a pattern names: the same ones, whichever of the two it is."""

import glob
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from tuning_fork.core.errors import UserError

ANY_DEPTH = "**"
HIDDEN = re.compile(r"(^|/)\.(?!\.?(/|\Z))")
"""A name that begins with a dot, other than . and .."""
LOOP = "link to a folder around it"
Identity = tuple[int, int]
"""What a file is known by, however its path is spelled: its device and its number there."""


class PassedOver(NamedTuple):
    """A file that is not looked at, and what `kind` of file that is: its suffix, or why not."""

    kind: str


def files_at(argument: str) -> Iterator[str | PassedOver]:
    """Yield the paths of the files that a file, folder or pattern names; a UserError if there are none.

    Those of a folder, and of a pattern, come by name, and those below it with them, also behind links to folders; none
    is hidden, as none is that a pattern's `*` matches.
    """
    if os.path.isdir(argument):  # noqa: PTH112
        yield from _inside(argument)
    elif os.path.lexists(argument):
        yield argument
    else:
        is_none = True
        for path in _matches(argument):
            is_none = False
            yield path
        if is_none:
            raise UserError(
                f"{argument or repr(argument)}: no such file or folder, and no image matches it: correct its spelling"
            )


def is_hidden(path: str) -> bool:
    """Return whether a file, or a folder on the way to it, is hidden, as a Mac hides one beside each of its files."""
    return HIDDEN.search(path) is not None


def _matches(pattern: str) -> Iterator[str | PassedOver]:
    """Yield the files that a pattern matches, and those in folders that it matches, each once."""
    parts = pattern.split("/")
    if ANY_DEPTH not in parts:
        for path in _by_name(glob.glob(pattern)):  # noqa: PTH207
            yield from _inside(path) if os.path.isdir(path) else [path]  # noqa: PTH112
        return
    depth = parts.index(ANY_DEPTH)
    # glob's own ** goes round in circles of links, and names a folder and also all that is in it.
    for folder in _by_name(glob.glob("/".join([*parts[:depth], ""]))) if depth else [""]:  # noqa: PTH207
        for path in _inside(folder):
            if isinstance(path, PassedOver) or _is_reached(path[len(folder) :].split("/"), parts[depth:]):
                yield path


def _by_name(paths: list[str]) -> list[str]:
    """Return paths in the order in which a folder of them is gone through."""
    return sorted(paths, key=lambda path: path.split("/"))


def _is_reached(parts: list[str], pattern: list[str]) -> bool:
    """Return whether a pattern matches a path, or a folder on the way to it."""
    if not pattern or pattern == [""]:
        return True
    if pattern[0] == ANY_DEPTH:
        return any(_is_reached(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _is_reached(parts[1:], pattern[1:])


def _inside(folder: str) -> Iterator[str | PassedOver]:
    """Yield the files in a folder and in those below it."""
    return _below(folder, tuple(identity(one) for one in Path(os.path.abspath(folder)).parents))  # noqa: PTH100


def _below(folder: str, around: tuple[Identity | None, ...]) -> Iterator[str | PassedOver]:
    """Yield the files in a folder and in those below it, but for one that is a link to one `around` it."""
    here = identity(folder or ".")
    if here and here in around:
        yield PassedOver(LOOP)
        return
    try:
        with os.scandir(folder or ".") as entries:
            found = sorted((entry.name, _is_folder(entry)) for entry in entries if not is_hidden(entry.name))
    except OSError as error:
        raise UserError(
            f"{error.filename}: the folder cannot be read ({error.strerror}): allow that or name others"
        ) from None
    for name, is_folder in found:
        path = os.path.join(folder, name)  # noqa: PTH118, once for each of millions
        if is_folder:
            yield from _below(path, (*around, here))
        else:
            yield path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether this is a folder or a link to one, but for a link that leads nowhere or round in a circle."""
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112


def status_of(path: str | Path) -> os.stat_result | None:
    """Return what the system says of a file; nothing of one that is not there, or is not to be seen."""
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None


def is_same_file(one: str | Path, other: str | Path) -> bool:
    """Return whether two paths lead to the same file, which is there."""
    return identity(one) is not None and identity(one) == identity(other)


def identity(path: str | Path) -> Identity | None:
    """Return by what a file is known; nothing of one that is not there."""
    status = status_of(path)
    return (status.st_dev, status.st_ino) if status else None
