"""Galaxies from a folder that holds Kaggle's files as a person downloads them: zipped, zipped twice or unpacked."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from tqdm import tqdm

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import full_disk_told, whole_file, write_zip
from tuning_fork.galaxies import raw_files
from tuning_fork.galaxies.raw_files import IMAGES_FOLDER, IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP, image_id

COMPETITION_ZIP = "galaxy-zoo-the-galaxy-challenge.zip"
DATA_PAGE = "https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data"
MEMBER_OVERHEAD = 200  # bytes, at most, that a zip adds to each image


@dataclass(frozen=True)
class KaggleFile:
    """One of Kaggle's two files, in whatever shape: what to call it, its size in bytes, how it is written as a zip."""

    shown: str
    size: int
    write: Callable[[Path, tqdm], None]


def fetch(archive: Path | None, folder: Path) -> None:
    """Bring the two training archives from `archive` into `folder`; neither is there before both are checked.

    `archive` holds the two zips, or the competition's one zip with both inside, or the unpacked images and table, or
    a mixture. Raises UserError when something is missing or damaged, and when the disk is full.
    """
    source = existing_folder(archive)
    with raw_files.file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        images, solutions = _find_images(source), _find_solutions(source)
        total = images.size + solutions.size
        raw_files.require_room(folder, total)
        with ExitStack() as both:
            images_part = both.enter_context(whole_file(folder / IMAGES_ZIP))
            solutions_part = both.enter_context(whole_file(folder / SOLUTIONS_ZIP))
            with raw_files.progress("copying", total) as bar:
                for found, part in ((solutions, solutions_part), (images, images_part)):
                    with full_disk_told(part):  # the innermost whole_file would name its own
                        found.write(part, bar)
            raw_files.check_solutions(solutions_part, solutions.shown)
            raw_files.check_images(images_part, images.shown)


def existing_folder(archive: Path | None) -> Path:
    """Return the folder that `download.archive` names, its home folder spelled out, or raise a UserError."""
    cure = "give the folder that holds Kaggle's files"
    if archive is None:
        raise UserError(f"params.yaml: download.archive: is null: {cure}")
    source = Path(archive).expanduser()
    if not source.is_dir():
        found = "is a file, not a folder" if source.exists() else "does not exist"
        raise UserError(f"params.yaml: download.archive: {source} {found}: {cure}")
    return source


def _find_images(source: Path) -> KaggleFile:
    """Find the training images in `source`, or raise a UserError."""
    found = _zip(source / IMAGES_ZIP) or _inner_zip(source / COMPETITION_ZIP, IMAGES_ZIP) or _unpacked_images(source)
    return found or _missing(source, IMAGES_ZIP, f"folder {IMAGES_FOLDER}/ with <GalaxyID>.jpg in it")


def _find_solutions(source: Path) -> KaggleFile:
    """Find the solutions in `source`, or raise a UserError."""
    found = _zip(source / SOLUTIONS_ZIP) or _inner_zip(source / COMPETITION_ZIP, SOLUTIONS_ZIP) or _unpacked_csv(source)
    return found or _missing(source, SOLUTIONS_ZIP, SOLUTIONS_CSV)


def _missing(source: Path, name: str, unpacked: str) -> KaggleFile:
    """Say that `source` lacks an archive, and what would do."""
    looked_for = f"no {name}, no {COMPETITION_ZIP} with it inside, and no {unpacked}"
    raise UserError(f"{source}: {looked_for}: download it from {DATA_PAGE}, or correct download.archive in params.yaml")


def _zip(path: Path) -> KaggleFile | None:
    """Return the archive that is there as Kaggle serves it."""
    if not path.is_file():
        return None

    def write(target: Path, bar: tqdm) -> None:
        with path.open("rb") as content:
            _copy(content, target, bar)

    return KaggleFile(str(path), path.stat().st_size, write)


def _inner_zip(competition: Path, name: str) -> KaggleFile | None:
    """Return the archive that is inside the competition's one zip."""
    if not competition.is_file():
        return None
    with raw_files.open_zip(competition) as outer:
        member = raw_files.find_member(outer, name)
    if member is None:
        return None

    def write(target: Path, bar: tqdm) -> None:
        with raw_files.open_zip(competition) as outer, outer.open(member) as content:
            _copy(content, target, bar)

    return KaggleFile(f"{competition}: {member.filename}", member.file_size, write)


def _unpacked_images(source: Path) -> KaggleFile | None:
    """Return the images of an unpacked folder; some unpackers put it into a folder of the same name."""
    for folder in (source / IMAGES_FOLDER, source / IMAGES_FOLDER / IMAGES_FOLDER):
        images = {path: image_id(path.name, folder) for path in folder.glob("*")}
        found = [path for path, galaxy in images.items() if galaxy is not None]
        if found:
            found.sort(key=lambda path: (isinstance(images[path], str), images[path], path.name))
            size = sum(path.stat().st_size + MEMBER_OVERHEAD for path in found)
            return KaggleFile(str(folder), size, partial(_zip_images, found))
    return None


def _zip_images(images: list[Path], target: Path, bar: tqdm) -> None:
    """Write the images as members of a zip."""
    write_zip(target, _members(images, bar))


def _members(images: list[Path], bar: tqdm) -> Iterator[tuple[str, bytes]]:
    """Yield (member name, content) of each image, one in memory at a time."""
    for path in images:
        content = path.read_bytes()
        bar.update(len(content) + MEMBER_OVERHEAD)
        yield f"{IMAGES_FOLDER}/{path.name}", content


def _unpacked_csv(source: Path) -> KaggleFile | None:
    """Return the table of solutions that is there unpacked, perhaps in a folder named after its zip."""
    for path in (source / SOLUTIONS_CSV, source / Path(SOLUTIONS_ZIP).stem / SOLUTIONS_CSV):
        if path.is_file():
            size = path.stat().st_size + MEMBER_OVERHEAD
            return KaggleFile(str(path), size, partial(_zip_csv, path))
    return None


def _zip_csv(path: Path, target: Path, bar: tqdm) -> None:
    """Write the table as the only member of a zip."""
    write_zip(target, [(SOLUTIONS_CSV, path.read_bytes())])
    bar.update(path.stat().st_size + MEMBER_OVERHEAD)


def _copy(content: IO[bytes], target: Path, bar: tqdm) -> None:
    """Copy `content` to `target`, moving the bar along."""
    with target.open("wb") as file:
        while piece := content.read(raw_files.CHUNK):
            file.write(piece)
            bar.update(len(piece))
