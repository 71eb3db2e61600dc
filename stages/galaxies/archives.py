"""Kaggle's two training archives: their names, and how they are read, checked and found room for."""

import errno
import lzma
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from stages.errors import UserError
from stages.galaxies.zip_members import Member, zip_members

IMAGES_ZIP = "images_training_rev1.zip"
IMAGES_FOLDER = "images_training_rev1"
SOLUTIONS_ZIP = "training_solutions_rev1.zip"
SOLUTIONS_CSV = "training_solutions_rev1.csv"

CHUNK = 1 << 20  # bytes read at a time
JPEG_NAME = re.compile(r"(?:.*/)?(\d+)\.jpe?g", re.IGNORECASE)
# What zipfile raises on damaged bytes; RuntimeError is a password or a compression method that it lacks.
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError, struct.error)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def open_zip(path: Path, shown: object = None) -> Iterator[zipfile.ZipFile]:
    """Open a zip; damage met while it is read is a UserError that calls the file `shown` (else its path).

    Only read within the block: a ValueError of any other origin would be taken for damage.
    """
    with _damage_told(path, shown), zipfile.ZipFile(path) as archive:
        # Of a zip of zips that is cut short, zipfile finds the last whole one inside and takes it for the file.
        if min((member.header_offset for member in archive.infolist()), default=0) > 0:
            raise zipfile.BadZipFile("its end is missing")
        yield archive


@contextmanager
def _damage_told(path: Path, shown: object) -> Iterator[None]:
    """Turn damage met in the zip at `path` within the block into a UserError."""
    try:
        yield
    except (*DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # EINVAL: sent to read before the file's start
            raise
        found = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{shown or path}: is not a whole zip archive ({found}): download it again") from error


def check_zip(path: Path, shown: object = None) -> None:
    """Read every member of the zip at `path` against its checksum; a bar shows when that takes a while.

    Raises UserError when the zip is cut short or damaged; its text calls the file `shown`, or else its path.
    """
    with open_zip(path, shown) as archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        with progress(f"checking {path.name.removesuffix('.part')}", total, delay=1) as bar:
            for member in members:
                with archive.open(member) as content:
                    while piece := content.read(CHUNK):
                        bar.update(len(piece))


def check_images(path: Path, shown: object = None) -> None:
    """Raise a UserError unless `path` is a sound zip with at least one image of a galaxy."""
    check_zip(path, shown)
    if not jpeg_members(path, shown):
        raise UserError(f"{shown or path}: holds no <GalaxyID>.jpg: download it again")


def check_solutions(path: Path, shown: object = None) -> None:
    """Raise a UserError unless `path` is a sound zip with the table of solutions."""
    check_zip(path, shown)
    with open_zip(path, shown) as archive:
        _solutions_member(archive, shown or path)


def jpeg_members(path: Path, shown: object = None) -> list[tuple[int, Member]]:
    """(GalaxyID, member) of each image in the zip, by GalaxyID; anything else in there is passed over.

    Raises UserError when the zip is damaged or holds a galaxy twice.
    """
    members: dict[int, Member] = {}
    with _damage_told(path, shown):
        for member in zip_members(path):
            match = JPEG_NAME.fullmatch(member.name)
            if not match or member.name.startswith("__MACOSX/"):
                continue
            galaxy_id = int(match[1])
            if galaxy_id in members:
                found = f"galaxy {galaxy_id} is in it twice, as {members[galaxy_id].name} and {member.name}"
                raise UserError(f"{shown or path}: {found}: remove one")
            members[galaxy_id] = member
    return sorted(members.items())


def read_solutions(path: Path) -> bytes:
    """Give the table of solutions inside the zip, as the bytes of a CSV file; a UserError when it is not in there."""
    with open_zip(path) as archive:
        return archive.read(_solutions_member(archive, path))


def _solutions_member(archive: zipfile.ZipFile, shown: object) -> zipfile.ZipInfo:
    """Give the member that is the table of solutions, or raise a UserError."""
    member = find_member(archive, SOLUTIONS_CSV)
    if member is None:
        raise UserError(f"{shown}: holds no {SOLUTIONS_CSV}: download it again")
    return member


def find_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """Give the first member called `name`, in whatever folder of the zip, or None."""
    for member in archive.infolist():
        if member.filename.rpartition("/")[2] == name and not member.filename.startswith("__MACOSX/"):
            return member
    return None


def progress(what: str, total: int | None, initial: int = 0, delay: float = 0) -> tqdm:
    """Give a progress bar in bytes, which shows in a terminal only."""
    return tqdm(
        total=total, initial=initial, delay=delay, desc=what, unit="B", unit_scale=True, unit_divisor=1000, disable=None
    )


def require_room(folder: Path, needed: int) -> None:
    """Raise a UserError unless the disk of the existing `folder` has `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        room = f"{needed / 1e6:,.1f} MB needed, {free / 1e6:,.1f} MB free"
        raise UserError(f"{folder}: the disk is too full ({room}): free some space and run again")


@contextmanager
def file_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk of `folder` refuses within the block, and files not to be read, into a UserError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in NO_ROOM:
            raise UserError(f"{folder}: cannot be written to ({reason}): free some space and run again") from error
        raise UserError(f"{error.filename or folder}: {reason}: mend that and run again") from error
