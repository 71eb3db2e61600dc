"""What galaxies are called: the one place that decides which ID a file's name or a table's cell is.

An ID is a whole number where it is written as one, and any other text as it stands. Of several galaxies the IDs are
int64 if all are numbers, else text: which of both, the images decide that they belong to.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

GalaxyID = int | str

PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".gif", ".bmp")
FITS = (".fits", ".fit", ".fts")
SUFFIXES = (*PICTURES, *(f"{one}{packed}" for one in FITS for packed in ("", ".gz", ".fz")))
"""Suffixes of the images that are looked for in folders and zips."""
SUFFIX = re.compile(f"({'|'.join(map(re.escape, SUFFIXES))})\\Z", re.IGNORECASE)
LARGEST_ID = 2**63 - 1
"""IDs that are numbers have 64 bits, as SDSS's objID has."""
LONGEST_ID = 255
"""Characters of an ID that is text, at most: those of a file's name."""
DIGITS = re.compile(r"([0-9]+)(\.0*)?")
ROUNDED = re.compile(r"[0-9]+\.[0-9]*([eE]\+?[0-9]+)?|[0-9]+[eE]\+[0-9]+")
"""A number as programs write it that keep whole numbers as float64."""
LARGEST_WITH_A_POINT = 2**53
"""Up to here float64 is exact."""
LOST_DIGITS = "has a decimal point: so large a number lost its last digits when it got that"
"""What is said of a rounded number, after the text that it is."""
HASH_BYTES = 6
"""Of an ID's SHA-256: of 1,000 galaxies and a million others, two have the same in one of 280,000 cases."""


def name_of(file: str) -> str:
    """Return what an image's file is called, without its folder and suffix."""
    return SUFFIX.sub("", file.rpartition("/")[2])


def galaxy_id(text: str) -> GalaxyID:
    """Return the ID that a text is; a ValueError goes on from the text in saying why it is none.

    Blanks around it, and zeros before a number, do not count; of the path of an image's file its name does.
    """
    text = text.strip()
    if SUFFIX.search(text):
        text = name_of(text)
    if is_rounded(text):
        raise ValueError(LOST_DIGITS)
    if number := DIGITS.fullmatch(text):
        digits = number[1].lstrip("0") or "0"
        if len(digits) > len(str(LARGEST_ID)) or int(digits) > LARGEST_ID:
            raise ValueError(f"is no GalaxyID: a number is at most {LARGEST_ID}")
        return int(digits)
    if not 0 < len(text) <= LONGEST_ID:
        raise ValueError(f"is no GalaxyID: it has 1 to {LONGEST_ID} characters")
    return text


def is_rounded(text: str) -> bool:
    """Return whether a text is a number that lost its last digits in a float64."""
    return ROUNDED.fullmatch(text.strip()) is not None and float(text) > LARGEST_WITH_A_POINT


def as_written(text: str) -> GalaxyID:
    """Return the ID that a text is, or the text itself if it is none."""
    try:
        return galaxy_id(text)
    except ValueError:
        return text


def of_one_kind(*groups: "Sequence[GalaxyID] | np.ndarray | pd.Index") -> "list[pd.Index]":
    """Return IDs, group by group, as int64 if those of every group are numbers, else as text: then they compare."""
    import pandas as pd  # the catalogue's --help does not wait for it

    found = [pd.Index(group) for group in groups]
    if all(pd.api.types.is_integer_dtype(group.dtype) or len(group) == 0 for group in found):
        return [group.astype("int64") for group in found]
    return [group.astype(str) for group in found]


def as_array(ids: Sequence[GalaxyID]) -> np.ndarray:
    """Return IDs as shards keep them, (n,): int64 if all are numbers, else numpy's text."""
    return np.array(ids, np.int64 if all(isinstance(one, int) for one in ids) else str)


def hashes_of(ids: Iterable[GalaxyID]) -> str:
    """Return by what it is known later whether a galaxy is one of these: their IDs' sorted hashes, in base 64."""
    return base64.b64encode(b"".join(sorted({_hash(one) for one in ids}))).decode()


def known_by(hashes: str, ids: Iterable[GalaxyID]) -> list[GalaxyID]:
    """Return those of the IDs that are among those of which these are the hashes."""
    packed = base64.b64decode(hashes)
    known = {packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)}
    return [one for one in ids if _hash(one) in known]


def _hash(galaxy: GalaxyID) -> bytes:
    return hashlib.sha256(str(galaxy).encode()).digest()[:HASH_BYTES]
