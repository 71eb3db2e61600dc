"""Where the images of a catalogue are: files, folders, zip archives, and patterns that name such."""

import glob
import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from stages.errors import UserError
from stages.galaxies.cutouts import UnusableImageError
from stages.galaxies.zip_members import Member, read_member, zip_members

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".fits", ".fit", ".fits.gz")
"""Of the images that are looked for in folders and zips; a file that is named itself may have any."""
MOST_BYTES = 2**30


class Source(NamedTuple):
    """One image: its `name` in the catalogue, the `path` of its file, or of the zip of which it is a `member`."""

    name: str
    path: str
    member: Member | None = None

    def read(self) -> bytes:
        """Return the file's content; an OSError, UnusableImageError or BadZipFile if it cannot be read."""
        path = Path(self.path)
        size = self.member.size if self.member else path.stat().st_size
        if size > MOST_BYTES:
            raise UnusableImageError(f"too large: {size / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:,.0f}")
        return read_member(path, self.member) if self.member else path.read_bytes()

    @property
    def galaxy_id(self) -> int | None:
        """The number that the file is called by, if it is."""
        file = self.name.rpartition("/")[2].lower()
        stem = next((file.removesuffix(suffix) for suffix in SUFFIXES if file.endswith(suffix)), file)
        return int(stem) if stem.isascii() and stem.isdigit() and len(stem) < 19 else None


def find(arguments: Sequence[str], output: Path | None = None) -> Iterator[Source]:
    """Yield the images that files, folders (and theirs), zips and patterns hold, but not the catalogue's own `output`.

    In the order given, those of a folder or pattern by name, those of a zip in its own order. A UserError names an
    argument that is none of these.
    """
    own = os.path.abspath(output) if output else None  # noqa: PTH100
    for argument in arguments:
        matches = [argument] if Path(argument).exists() else _matches(argument)
        if not matches:
            raise UserError(f"{argument}: no such file or folder, and no image matches it: correct its spelling")
        for match in matches:
            yield from (source for source in _images_at(match) if source.path != own)


def _matches(pattern: str) -> list[str]:
    """Return the images, zips and folders that a pattern matches; no folders where it reaches into them itself."""
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    return [
        path
        for path in found
        if path.lower().endswith((*SUFFIXES, ".zip")) or (Path(path).is_dir() and "**" not in pattern)
    ]


def _images_at(path: str) -> Iterator[Source]:
    """Yield a file, or what a folder or zip holds."""
    if Path(path).is_dir():
        for folder, folders, files in os.walk(path, onerror=_refuse):
            folders.sort()
            for name in sorted(files):
                if name.lower().endswith(SUFFIXES):
                    yield _file(os.path.join(folder, name))  # noqa: PTH118, once for each of millions
    elif zipfile.is_zipfile(path):
        yield from _members(path)
    else:
        yield _file(path)


def _refuse(error: OSError) -> None:
    raise UserError(f"{error.filename}: the folder cannot be read ({error.strerror}): allow that or name others")


def _members(path: str) -> Iterator[Source]:
    """Yield the images in a zip; where its directory is damaged then itself, to be listed as unreadable."""
    whole = os.path.abspath(path)  # noqa: PTH100
    try:
        for member in zip_members(Path(path)):
            if member.name.lower().endswith(SUFFIXES) and not member.name.startswith("__MACOSX/"):
                yield Source(f"{path}/{member.name}", whole, member)
    except zipfile.BadZipFile:
        yield _file(path)


def _file(path: str) -> Source:
    return Source(path, os.path.abspath(path))  # noqa: PTH100


class Listing(NamedTuple):
    """What is to be classified: how many images, whether all are called by numbers, and a hash of all of them."""

    images: int
    are_numbered: bool
    digest: str


def survey(arguments: Sequence[str], output: Path | None = None) -> Listing:
    """Look through all images once, without reading them; a UserError if there are none."""
    digest, images, are_numbered, last = hashlib.sha256(), 0, True, ""
    for source in find(arguments, output):
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
