"""Where a catalogue is written: over one that was written before, but over no other file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tuning_fork.catalogue.formats.formats import FORMATS
from tuning_fork.core.errors import UserError
from tuning_fork.images.image_search import find_images
from tuning_fork.images.path_patterns import is_same_file

OWN_COLUMNS = {"name", "predicted_class", "uncertainty", "flags", "note"}
"""The columns by which a file is known to be a catalogue."""


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
    if output.suffix not in FORMATS:
        raise UserError(f"--output {spelled}: the suffix says the format: one of {', '.join(FORMATS)}")
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
        return output.path.is_file() and set(FORMATS[output.suffix].column_names(output.path)) >= OWN_COLUMNS
    except ValueError:  # it is not even in that format
        return False
