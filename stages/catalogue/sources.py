"""Where the images of a catalogue are: files, folders, zip archives, and patterns that name such."""

import glob
import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from stages.errors import UserError
from stages.galaxies.archives import DAMAGE, read_member

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".fits", ".fit", ".fits.gz")
"""Of the images that are looked for in folders and zips; a file that is named itself may have any."""


class Source(NamedTuple):
    """One image: its `name` in the catalogue, the `path` of its file, and in a zip its `member`."""

    name: str
    path: str
    member: str | None = None

    def read(self) -> bytes:
        """Return the file's content; an OSError or one of `DAMAGE` if it cannot be read."""
        return Path(self.path).read_bytes() if self.member is None else read_member(Path(self.path), self.member)

    @property
    def galaxy_id(self) -> int | None:
        """The number that the file is called by, if it is."""
        stem = (self.member or self.name).rpartition("/")[2].partition(".")[0]
        return int(stem) if stem.isascii() and stem.isdigit() and len(stem) < 19 else None


def find(arguments: Sequence[str]) -> Iterator[Source]:
    """Yield the images that files, folders (and theirs), zips and patterns hold, in the order given, else by name.

    A UserError names an argument that is none of these.
    """
    for argument in arguments:
        matches = [argument] if Path(argument).exists() else sorted(glob.glob(argument, recursive=True))  # noqa: PTH207
        if not matches:
            raise UserError(f"{argument}: no such file or folder, and no file matches it: correct its spelling")
        for match in matches:
            yield from _images_at(match)


def _images_at(path: str) -> Iterator[Source]:
    """Yield a file, or what a folder or zip holds."""
    if Path(path).is_dir():
        for folder, folders, files in os.walk(path):
            folders.sort()
            for name in sorted(files):
                if name.lower().endswith(SUFFIXES):
                    yield _file(os.path.join(folder, name))  # noqa: PTH118, once for each of millions
    elif zipfile.is_zipfile(path):
        yield from _members(path)
    else:
        yield _file(path)


def _members(path: str) -> Iterator[Source]:
    """Yield the images in a zip; of one that is damaged, itself, to be listed as unreadable."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.lower().endswith(SUFFIXES))
    except DAMAGE:
        yield _file(path)
        return
    for name in names:
        if not name.startswith("__MACOSX/"):
            yield Source(f"{path}/{name}", os.path.abspath(path), name)  # noqa: PTH100


def _file(path: str) -> Source:
    return Source(path, os.path.abspath(path))  # noqa: PTH100


class Listing(NamedTuple):
    """What is to be classified: how many images, whether all are called by numbers, and a hash of all of them."""

    images: int
    are_numbered: bool
    digest: str


def survey(arguments: Sequence[str]) -> Listing:
    """Look through all images once, without reading them; a UserError if there are none."""
    digest, images, are_numbered, last = hashlib.sha256(), 0, True, ""
    for source in find(arguments):
        images += 1
        are_numbered = are_numbered and source.galaxy_id is not None
        digest.update(f"{source.name}\0".encode(errors="surrogateescape"))
        if source.path != last:
            last = source.path
            digest.update(f"{_size_and_time(last)}\0".encode())
    if images == 0:
        raise UserError(f"{', '.join(arguments)}: no image there ({', '.join(SUFFIXES)}): name others")
    return Listing(images, are_numbered, digest.hexdigest())


def _size_and_time(path: str) -> tuple[int, int] | None:
    """Return by what a changed file is known; nothing of one that cannot be read, which the catalogue will say."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
