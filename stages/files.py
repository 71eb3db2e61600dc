"""Files that are either whole or not there, and whose bytes depend on their content alone."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; it takes the name `path` only when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_json(path: Path, content: object) -> None:
    """Write `content` as indented JSON with a final newline."""
    with whole_file(path) as part:
        part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_zip(path: Path, members: Iterable[tuple[str, bytes]]) -> None:
    """Write (name, content) members in the order given, stored as they are: the same members, the same bytes."""
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(undated_member(name), content)


def write_npz(path: Path, **arrays: np.ndarray | float | str) -> None:
    """Write arrays for `numpy.load`, uncompressed.

    As `numpy.savez` does, but for headers that say the same in every release of Python: savez asks for headers of
    large files, and Python 3.11.2 and 3.11.7 write these differently.
    """
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = undated_member(f"{name}.npy")
            with archive.open(member, "w") as file:
                np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)


def undated_member(name: str) -> zipfile.ZipInfo:
    """Describe a member of a zip with a fixed date and fixed rights, so that equal content makes equal bytes."""
    member = zipfile.ZipInfo(name)  # dated 1980-01-01
    member.create_system = 3  # Unix, on every system
    member.external_attr = 0o644 << 16
    return member
