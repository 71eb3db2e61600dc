"""The two raw files, zips called as Kaggle's: images named by their galaxies' IDs, and the table of what is known."""

import errno
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from tuning_fork.core.errors import UserError
from tuning_fork.core.zip_members import DAMAGE, Member, zip_members
from tuning_fork.galaxies.ids import SUFFIX, GalaxyID, galaxy_id, name_of

IMAGES_ZIP = "images_training_rev1.zip"
IMAGES_FOLDER = "images_training_rev1"
SOLUTIONS_ZIP = "training_solutions_rev1.zip"
SOLUTIONS_CSV = "training_solutions_rev1.csv"

CHUNK = 1 << 20  # bytes read at a time


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
    galaxy_images(path, shown)


def check_solutions(path: Path, shown: object = None) -> None:
    """Raise a UserError unless `path` is a sound zip with the table of solutions."""
    check_zip(path, shown)
    with open_zip(path, shown) as archive:
        _solutions_member(archive, shown or path)


def galaxy_images(path: Path, shown: object = None) -> list[tuple[GalaxyID, Member]]:
    """Return (GalaxyID, member) of each image in the zip, by GalaxyID; anything else in there is passed over.

    The IDs are int if all are numbers, else text. Raises UserError when the zip is damaged, holds a galaxy twice or one
    whose name is no ID, or no image at all.
    """
    members: dict[GalaxyID, Member] = {}
    others: list[str] = []
    with _damage_told(path, shown):
        for member in zip_members(path):
            galaxy = image_id(member.name, shown or path)
            if galaxy is None:
                others.append(member.name)
            elif galaxy in members:
                found = f"galaxy {galaxy} is in it twice, as {members[galaxy].name} and {member.name}"
                raise UserError(f"{shown or path}: {found}: remove one")
            else:
                members[galaxy] = member
    if not members:
        raise UserError(f"{shown or path}: holds no image{_but(others)}: give one of images named by their GalaxyIDs")
    if all(isinstance(galaxy, int) for galaxy in members):
        return sorted(members.items())
    return sorted((str(galaxy), member) for galaxy, member in members.items())


def image_id(name: str, shown: object) -> GalaxyID | None:
    """Return the GalaxyID that a file is called by, or None if it is no image of a galaxy.

    Raises UserError, which calls the place of the file `shown`, when the name is no ID.
    """
    is_hidden = name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
    if is_hidden or not SUFFIX.search(name):
        return None
    try:
        return galaxy_id(name_of(name))
    except ValueError as error:
        raise UserError(f"{shown}: {name} {error}: rename or remove it") from None


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
