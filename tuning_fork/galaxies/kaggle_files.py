"""Kaggle's two training files, both zips: their names, and how they are read, checked and found room for."""

import errno
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from tuning_fork.core.errors import UserError
from tuning_fork.core.zip_members import DAMAGE, Member, zip_members

IMAGES_ZIP = "images_training_rev1.zip"
IMAGES_FOLDER = "images_training_rev1"
SOLUTIONS_ZIP = "training_solutions_rev1.zip"
SOLUTIONS_CSV = "training_solutions_rev1.csv"

CHUNK = 1 << 20  # bytes read at a time
JPEG_NAME = re.compile(r"(?:.*/)?([0-9]+)\.jpe?g", re.IGNORECASE)
LARGEST_ID = 2**63 - 1
"""GalaxyIDs are 64-bit whole numbers, as SDSS's objID is."""


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
        cure = "download it again"
        if isinstance(error, RuntimeError):
            cure += ", or pack it anew: deflated, without a password"
        raise UserError(f"{shown or path}: is not a whole zip archive ({found}): {cure}") from error


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
    jpeg_members(path, shown)


def check_solutions(path: Path, shown: object = None) -> None:
    """Raise a UserError unless `path` is a sound zip with the table of solutions."""
    check_zip(path, shown)
    with open_zip(path, shown) as archive:
        _solutions_member(archive, shown or path)


def jpeg_members(path: Path, shown: object = None) -> list[tuple[int, Member]]:
    """Return (GalaxyID, member) of each image in the zip, by GalaxyID; anything else in there is passed over.

    Raises UserError when the zip is damaged, holds a galaxy twice or a number that is too large, or no image at all.
    """
    members: dict[int, Member] = {}
    others: list[str] = []
    with _damage_told(path, shown):
        for member in zip_members(path):
            galaxy_id = image_id(member.name, shown or path)
            if galaxy_id is None:
                others.append(member.name)
            elif galaxy_id in members:
                found = f"galaxy {galaxy_id} is in it twice, as {members[galaxy_id].name} and {member.name}"
                raise UserError(f"{shown or path}: {found}: remove one")
            else:
                members[galaxy_id] = member
    if not members:
        raise UserError(
            f"{shown or path}: holds no <GalaxyID>.jpg{_but(others)}: give one of JPEGs named by their GalaxyIDs"
        )
    return sorted(members.items())


def image_id(name: str, shown: object) -> int | None:
    """Return the GalaxyID that a file is called by, or None if it is no image of a galaxy.

    Raises UserError, which calls the place of the file `shown`, when the number is too large.
    """
    match = JPEG_NAME.fullmatch(name)
    if not match or name.startswith("__MACOSX/"):
        return None
    digits = match[1].lstrip("0") or "0"
    if len(digits) > len(str(LARGEST_ID)) or int(digits) > LARGEST_ID:
        raise UserError(f"{shown}: {name}: a GalaxyID is at most {LARGEST_ID}: rename or remove it")
    return int(digits)


def _but(names: list[str]) -> str:
    """Say what is there instead, by one example."""
    files = [name for name in names if not name.endswith("/")]
    return f" among its files ({len(files)}, the first {files[0]})" if files else ", it is empty"


def read_solutions(path: Path) -> bytes:
    """Return the table of solutions inside the zip, as a CSV file's bytes; a UserError when it is not in there."""
    with open_zip(path) as archive:
        return archive.read(_solutions_member(archive, path))


def _solutions_member(archive: zipfile.ZipFile, shown: object) -> zipfile.ZipInfo:
    """Return the member that is the table of solutions, or raise a UserError."""
    member = find_member(archive, SOLUTIONS_CSV)
    if member is None:
        found = f"holds no {SOLUTIONS_CSV}{_but(archive.namelist())}"
        raise UserError(f"{shown}: {found}: give one with the table of that name")
    return member


def find_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """Return the first member called `name`, in whatever folder of the zip, or None."""
    for member in archive.infolist():
        if member.filename.rpartition("/")[2] == name and not member.filename.startswith("__MACOSX/"):
            return member
    return None


def progress(what: str, total: int | None, initial: int = 0, delay: float = 0) -> tqdm:
    """Return a progress bar in bytes, which shows in a terminal only."""
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
    """Turn files and folders that cannot be used within the block, as `folder`, into a UserError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserError(f"{error.filename or folder}: {reason}: mend that and run again") from error
