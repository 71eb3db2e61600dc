"""Where a catalogue is written: over one that was written before, but over no other file."""

import csv
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tuning_fork.core.errors import UserError
from tuning_fork.images.file_search import is_same_file
from tuning_fork.images.image_search import find_images

OWN_COLUMNS = {"name", "predicted_class", "uncertainty", "flags", "note"}
"""The columns by which a file is known to be a catalogue."""
LONGEST_HEAD = 100_000
"""Bytes of a file in which its columns are looked for."""


class Output(NamedTuple):
    """The file of a catalogue: as it was `spelled`, and the `path` where that is, whatever links lead there."""

    spelled: Path
    path: Path

    @property
    def suffix(self) -> str:
        """Return the suffix, which says the format."""
        return self.spelled.suffix.lower()

    @property
    def unfinished(self) -> Path:
        """Return where its parts are while it is under way: one file, however the output is spelled."""
        return self.path.with_name(f"{self.path.name}.unfinished")

    @property
    def files(self) -> tuple[Path, Path]:
        """Return the catalogue's own files, which are none of its images."""
        return self.path, self.unfinished


def checked_output(spelled: Path, model: Path, images: Sequence[str]) -> Output:
    """Return the output that the user spelled; a UserError if it is not to be written, or would cost a file."""
    output = Output(spelled, Path(os.path.realpath(spelled)))
    if output.suffix not in COLUMN_NAMES:
        raise UserError(f"--output {spelled}: the suffix says the format: one of {', '.join(COLUMN_NAMES)}")
    if spelled.is_dir():
        raise UserError(f"--output {spelled}: is a folder: name a file")
    if output.path.is_relative_to(model.resolve()):
        raise UserError(f"--output {spelled}: is in the model's folder, which holds the model alone: name another file")
    if spelled.exists() and not _is_catalogue(output):
        for image in find_images(images):
            if is_same_file(image.path, spelled):
                raise UserError(f"--output {spelled}: is one of the images ({image.file}): name another file")
        raise UserError(f"--output {spelled}: is there already, and no catalogue: remove it or name another file")
    return output


def _is_catalogue(output: Output) -> bool:
    """Return whether what is there is a catalogue, by its columns."""
    try:
        return output.path.is_file() and set(COLUMN_NAMES[output.suffix](output.path)) >= OWN_COLUMNS
    except (ValueError, csv.Error, ElementTree.ParseError):  # it is not even in that format
        return False


def _csv_columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader([file.readline(LONGEST_HEAD)]), [])


def _parquet_columns(path: Path) -> list[str]:
    from pyarrow.parquet import read_schema  # takes a while, and is seldom needed

    return read_schema(path).names


def _fits_columns(path: Path) -> list[str]:
    with path.open("rb") as file:
        head = file.read(LONGEST_HEAD).decode("ascii", "replace")
    return re.findall(r"TTYPE\d+ *= '(\w+)", head) if head.startswith("SIMPLE") else []


def _votable_columns(path: Path) -> list[str]:
    names = []
    for _, element in ElementTree.iterparse(path, ["start"]):
        if element.tag.endswith("}DATA"):
            break
        if element.tag.endswith("}FIELD"):
            names.append(element.get("name"))
    return names


COLUMN_NAMES: dict[str, Callable[[Path], list[str]]] = {
    ".csv": _csv_columns,
    ".parquet": _parquet_columns,
    ".fits": _fits_columns,
    ".vot": _votable_columns,
    ".xml": _votable_columns,
}
"""The function that reads which columns a table has, by the suffix of its format."""
