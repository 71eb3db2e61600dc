"""What a catalogue is to list: all its images, looked through before they are read, and once more afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import SUFFIXES
from tuning_fork.images.image_search import find_images_and_others
from tuning_fork.images.path_patterns import PassedOver, status_of

MOST_KINDS = 5
"""Kinds of files passed over that are named: the most frequent ones."""


class Listing(NamedTuple):
    """What is to be classified: how many images, whether all are called by numbers, and hashes of them.

    `files` is the hash of the images' names as they are listed, `digest` one also of how large they are and when they
    were changed; `passed_over` counts the files that are not looked at, by kind.
    """

    images: int
    are_numbered: bool
    files: str
    digest: str
    passed_over: Mapping[str, int]

    def said_of_passed_over(self) -> str:
        """Return in words what is passed over, and no words if nothing is."""
        files, kinds = sum(self.passed_over.values()), Counter(self.passed_over).most_common()
        counts = [f"{count} {kind}" for kind, count in kinds[:MOST_KINDS]]
        if kinds[MOST_KINDS:]:
            counts.append(f"{sum(count for _, count in kinds[MOST_KINDS:])} others")
        return f"{files} file{'s' * (files > 1)} passed over: {', '.join(counts)}" if files else ""


def list_images(arguments: Sequence[str], own: Sequence[Path] = ()) -> Listing:
    """Look through all images once, without reading them, but no `own` files; a UserError if there are none."""
    files, digest, images, are_numbered, last, passed_over = sha256(), sha256(), 0, True, "", Counter()
    for found in find_images_and_others(arguments, own):
        if isinstance(found, PassedOver):
            passed_over[found.kind] += 1
            continue
        images += 1
        are_numbered = are_numbered and found.galaxy_id is not None
        files.update(line_of(found.file))
        if found.path != last:
            last = found.path
            status = status_of(last)
            digest.update(f"{status and (status.st_size, status.st_mtime_ns)}\n".encode())
    digest.update(files.digest())
    listing = Listing(images, are_numbered, files.hexdigest(), digest.hexdigest(), passed_over)
    if images == 0:
        others = f"; {listing.said_of_passed_over()}" if passed_over else ""
        raise UserError(f"{', '.join(arguments)}: no image there ({', '.join(SUFFIXES)}){others}: name others")
    return listing


def line_of(file: str) -> bytes:
    """Return of an image what the hash of all `files` is made of."""
    return f"{file}\n".encode()
