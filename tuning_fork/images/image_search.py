"""Where the images of a catalogue are: files, folders, zip archives, and patterns that name such."""

import os
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tuning_fork.core.zip_members import Member, read_member, zip_members
from tuning_fork.galaxies.ids import SUFFIX, SUFFIXES, as_written, name_of
from tuning_fork.images.jpeg_cutout import UnusableImageError
from tuning_fork.images.path_patterns import PassedOver, files_at, identity, is_hidden

ZIP = ".zip"
MOST_BYTES = 2**30
SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class FoundImage(NamedTuple):
    """One image: the path `file` by which it is listed, and the `path` of its file, or of the zip that it is in.

    `file` is a text that every format can hold; by `path` it is read.
    """

    file: str
    path: str
    member: Member | None = None

    @property
    def name(self) -> str:
        """Return the file's name, without its folder and suffix."""
        return name_of(self.file)

    @property
    def galaxy_id(self) -> int | None:
        """Return the number that the file is called by, if its name is that as it is written and in a table's range."""
        found = as_written(self.name)
        return found if isinstance(found, int) and str(found) == self.name else None

    def read(self) -> bytes:
        """Return the file's content; an OSError, UnusableImageError or BadZipFile if it cannot be read."""
        path = Path(self.path)
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnusableImageError(f"{SPECIAL.get(stat.S_IFMT(status.st_mode), 'something else')}, not a file")
        size = self.member.size if self.member else status.st_size
        if size > MOST_BYTES:
            raise UnusableImageError(f"too large: {size / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:,.0f}")
        if self.member:
            return read_member(path, self.member)
        with path.open("rb") as file:
            return file.read(size)  # no more, as some files of the system have no size and no end


def find_images(arguments: Sequence[str], own: Sequence[Path] = ()) -> Iterator[FoundImage]:
    """Yield the images that files, folders (and theirs), zips (also in folders) and patterns hold.

    They come in the order given, those of a folder or pattern by name, those of a zip in its own order; none is among
    the catalogue's `own` files. A UserError names an argument that is none of these.
    """
    return (found for found in find_images_and_others(arguments, own) if isinstance(found, FoundImage))


def find_images_and_others(arguments: Sequence[str], own: Sequence[Path]) -> Iterator[FoundImage | PassedOver]:
    """Yield the images that `find_images` yields, and what is passed over among them."""
    own_files = {identity(path) for path in own} - {None}
    for argument in arguments:
        for path in files_at(argument):
            if isinstance(path, PassedOver):
                yield path
            elif not own_files or identity(path) not in own_files:
                yield from _images_at(path, is_named=path == argument)


def _images_at(path: str, is_named: bool) -> Iterator[FoundImage | PassedOver]:
    """Yield a file, if it `is_named` itself or called like an image, or what a zip holds."""
    suffixes = path.lower().endswith
    # Nothing but a file is looked into: opening a pipe waits for another process.
    if (is_named or suffixes(ZIP)) and os.path.isfile(path) and zipfile.is_zipfile(path):  # noqa: PTH113
        yield from _members(path)
    elif is_named or suffixes((*SUFFIXES, ZIP)):
        yield _file(path)
    else:
        yield _passed_over(path)


def _members(path: str) -> Iterator[FoundImage | PassedOver]:
    """Yield the images in a zip; where its directory is damaged then itself, to be listed as unreadable."""
    whole = os.path.abspath(path)  # noqa: PTH100
    try:
        for member in zip_members(Path(path)):
            if member.name.endswith("/") or is_hidden(member.name):
                continue
            if SUFFIX.search(member.name):
                yield FoundImage(printable(f"{path}/{member.name}"), whole, member)
            elif member.name.lower().endswith(ZIP):
                yield PassedOver(f"{ZIP} in a {ZIP}")
            else:
                yield _passed_over(member.name)
    except zipfile.BadZipFile:
        yield _file(path)


def _file(path: str) -> FoundImage:
    return FoundImage(printable(path), os.path.abspath(path))  # noqa: PTH100


def printable(text: str) -> str:
    """Return a text that every format can hold: what is no Unicode, and control characters, escaped."""
    if text.isprintable():
        return text
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _passed_over(path: str) -> PassedOver:
    """Return what kind of file this is, in ASCII."""
    return PassedOver(ascii(PurePosixPath(path).suffix.lower())[1:-1] or "without a suffix")
