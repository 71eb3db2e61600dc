"""Galaxies from images and a table of anyone's: the IDs of the table are matched with the files' names."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile

import pandas as pd
from tqdm import tqdm

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import full_disk_told, whole_file, write_zip
from tuning_fork.galaxies import raw_files
from tuning_fork.galaxies.ids import SUFFIXES, GalaxyID, galaxy_id, of_one_kind
from tuning_fork.galaxies.raw_files import IMAGES_FOLDER, IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP
from tuning_fork.galaxies.tables import GalaxyTable
from tuning_fork.images.image_search import FoundImage, find_images_and_others
from tuning_fork.images.jpeg_cutout import UnusableImageError
from tuning_fork.images.path_patterns import PassedOver
from tuning_fork.sources.label_tables import read_table

IMAGES, LABELS = "params.yaml: download.images", "params.yaml: download.labels"
CLASSES = ("GalaxyID", "class")
"""The columns of the table that is made of folders."""
NAMED = 3
"""Galaxies that are named of those without a partner."""
MEMBER_OVERHEAD = 300
"""Bytes, about, that a zip adds to each image."""


@dataclass(frozen=True)
class Labels:
    """The table, as a CSV file's bytes, and the galaxies that are in it."""

    shown: str
    content: bytes
    ids: Sequence[GalaxyID]
    id_column: str
    first_row: int = 2
    """The number by which its first row is named."""


def fetch(images: str, labels: Path | None, id_column: str, folder: Path) -> None:
    """Bring images and table into `folder` as the two raw files, and print what has no partner in the other.

    `images` is a folder, zip or pattern; the images are kept as they are, by the order of their IDs. `labels` is a
    table whose `id_column` has the files' names without suffix, all columns of which are kept; without one, the
    folders that images are in are their classes. A UserError says what is not there or not readable, which galaxy comes
    twice, that nothing matches, or that the disk is full.
    """
    with raw_files.file_errors(folder):
        found, table, said = matched(images, labels, id_column)
        print("\n".join(said))
        folder.mkdir(parents=True, exist_ok=True)
        sizes = (image.member.size if image.member else Path(image.path).stat().st_size for image in found.values())
        raw_files.require_room(folder, sum(sizes) + len(found) * MEMBER_OVERHEAD + len(table.content))
        with ExitStack() as both:
            images_part = both.enter_context(whole_file(folder / IMAGES_ZIP))
            labels_part = both.enter_context(whole_file(folder / SOLUTIONS_ZIP))
            with full_disk_told(labels_part):
                write_zip(labels_part, [(SOLUTIONS_CSV, table.content)])
            with full_disk_told(images_part):
                write_zip(images_part, _members(found))


def matched(
    images: str, labels: Path | None, id_column: str
) -> tuple[dict[GalaxyID, FoundImage], Labels, tuple[str, ...]]:
    """Return the images by their IDs, the table, and what is to be said of those without a partner, as `fetch` does."""
    found = images_by_id(images)
    table = _folders_as_classes(images, found) if labels is None else _labels(labels, id_column)
    return found, table, tuple(_without_partner(images, found, table))


def images_by_id(images: str) -> dict[GalaxyID, FoundImage]:
    """Return the images by their GalaxyIDs, in that order; a UserError if there are none, or two of one galaxy."""
    found: dict[GalaxyID, FoundImage] = {}
    others: Counter[str] = Counter()
    for image in find_images_and_others([str(Path(images).expanduser())], ()):
        if isinstance(image, PassedOver):
            others[image.kind] += 1
            continue
        galaxy = _id_of(image)
        if galaxy in found:
            raise UserError(
                f"{IMAGES}: galaxy {galaxy} has two images, {found[galaxy].file} and {image.file}: remove or rename one"
            )
        found[galaxy] = image
    if not found:
        kinds = f" among {others.total()} files ({', '.join(sorted(others)[:5])})" if others else ""
        raise UserError(f"{IMAGES}: {images}: no image there ({', '.join(SUFFIXES)}){kinds}: name another place")
    order = sorted(found, key=lambda galaxy: (isinstance(galaxy, str), galaxy))
    return {galaxy: found[galaxy] for galaxy in order}


def _id_of(image: FoundImage) -> GalaxyID:
    """Return the ID that an image is called by, or raise a UserError."""
    try:
        return galaxy_id(image.name)
    except ValueError as error:
        raise UserError(f"{IMAGES}: {image.file} {error}: rename or remove it") from None


def _labels(path: Path, id_column: str) -> Labels:
    """Return the table that `download.labels` names, or raise a UserError."""
    path = path.expanduser()
    cure = "correct the table, or name another"
    if not path.is_file():
        found = "is a folder" if path.exists() else "does not exist"
        raise UserError(f"{LABELS}: {path} {found}: name a table, or null where the folders are the classes")
    content, first_row = read_table(path)
    table = replace(GalaxyTable.read(content, [id_column], str(path), cure, [id_column]), first_row=first_row)
    if table.rows.empty:
        raise UserError(f"{path}: no galaxies in it: {cure}")
    return Labels(str(path), content, table.ids().tolist(), id_column, first_row)


def _folders_as_classes(images: str, found: Mapping[GalaxyID, FoundImage]) -> Labels:
    """Return a table of each image's folder; a UserError if an image is in none."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(CLASSES)
    top = str(Path(images).expanduser())
    for galaxy, image in found.items():
        folder = PurePosixPath(image.file).parent
        if str(folder) in {top, "."}:
            raise UserError(
                f"{IMAGES}: {image.file}: is in no folder of a class: put the images of each class into a folder named "
                "by it, or name a table in download.labels"
            )
        rows.writerow((galaxy, folder.name))
    return Labels(images, text.getvalue().encode(), list(found), CLASSES[0])


def _without_partner(images: str, found: Mapping[GalaxyID, FoundImage], table: Labels) -> Iterator[str]:
    """Yield what is said of images without a row and of rows without an image; a UserError if none has a partner."""
    named, listed = of_one_kind(list(found), table.ids)
    lone_images, lone_rows = named[~named.isin(listed)], listed[~listed.isin(named)]
    if len(lone_images) == len(named):
        first = next(iter(found.values()))
        raise UserError(
            f"{LABELS}: {table.shown}: none of its {len(listed)} galaxies ({table.id_column} {listed[0]} is the first) "
            f"is called as one of the {len(named)} images ({first.file} is the first): their names without suffix must "
            "be the IDs in that column"
        )
    yield f"{len(named) - len(lone_images)} galaxies with an image and a row"
    if len(lone_images) > 0:
        yield f"{len(lone_images)} images without a row in {table.shown}: {_some(lone_images)}"
    if len(lone_rows) > 0:
        yield f"{len(lone_rows)} rows without an image in {images}: {_some(lone_rows)}"


def _some(ids: pd.Index) -> str:
    """Name the first of some galaxies."""
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return f"{', '.join(map(str, ids[:NAMED]))}{more}"


def _members(found: Mapping[GalaxyID, FoundImage]) -> Iterator[tuple[str, bytes]]:
    """Yield (member name, content) of each image, one in memory at a time; a UserError if one cannot be read."""
    for image in tqdm(found.values(), "copying", unit="image", disable=None):
        try:
            content = image.read()
        except (UnusableImageError, BadZipFile) as error:
            raise UserError(f"{IMAGES}: {image.file}: {error}: mend or remove it") from None
        yield f"{IMAGES_FOLDER}/{PurePosixPath(image.file).name}", content
