"""Where a catalogue is written: over one that was written before, but over no other file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tuning_fork.catalogue.formats.format import Format
from tuning_fork.catalogue.formats.formats import FORMATS, NAMED
from tuning_fork.catalogue.listing import Listing
from tuning_fork.core.errors import UserError
from tuning_fork.images.image_search import find_images
from tuning_fork.images.path_patterns import is_same_file


class Output(NamedTuple):
    """The file of a catalogue: as it was `spelled`, the `path` where that is, whatever links lead there, its format."""

    spelled: Path
    path: Path
    format: Format

    @property
    def unfinished(self) -> Path:
        """Return where its parts are while it is under way: one file, however the output is spelled."""
        return self.path.with_name(f"{self.path.name}.unfinished")

    @property
    def files(self) -> tuple[Path, Path]:
        """Return the catalogue's own files, which are none of its images."""
        return self.path, self.unfinished


def checked_output(spelled: Path, model: Path, images: Sequence[str], named: str | None = None) -> Output:
    """Return the output that the user spelled, in the format that is `named`, or else that of its suffix.

    A UserError if it is not to be written, or would cost a file.
    """
    formats = NAMED[named] if named else FORMATS
    if spelled.suffix.lower() not in formats:
        reason = f"--format {named} has another suffix" if named else "the suffix says the format"
        raise UserError(f"--output {spelled}: {reason}: one of {', '.join(formats)}")
    output = Output(spelled, Path(os.path.realpath(spelled)), formats[spelled.suffix.lower()])
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


def require_numbers(output: Output, listing: Listing, images: Sequence[str]) -> None:
    """Raise a UserError if the output's format needs GalaxyIDs, and an image is not called by one of its own."""
    if "GalaxyID" not in output.format.needs:
        return
    if not listing.are_numbered:
        other = next(image for image in find_images(images, output.files) if image.galaxy_id is None)
        raise UserError(
            f"--output {output.spelled}: its format needs images that are called by plain numbers, not {other.file}: "
            "rename it, or leave it out"
        )
    seen: dict[int | None, str] = {}
    for image in find_images(images, output.files):
        if image.galaxy_id in seen:
            both = f"{seen[image.galaxy_id]} and {image.file} are both {image.galaxy_id}"
            raise UserError(f"--output {output.spelled}: its format has a row a galaxy, but {both}: leave one out")
        seen[image.galaxy_id] = image.file


def _is_catalogue(output: Output) -> bool:
    """Return whether what is there is a catalogue, by its columns."""
    try:
        return output.path.is_file() and set(output.format.column_names(output.path)) >= output.format.own
    except ValueError:  # it is not even in that format
        return False
