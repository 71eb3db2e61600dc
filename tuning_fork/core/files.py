"""Files that are either whole or not there, and whose bytes depend on their content alone."""

import errno
import fcntl
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tuning_fork.core.errors import UserError

LOCKS = Path("/proc/locks")
"""Where Linux lists who holds which file."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def full_disk_told(path: Path) -> Iterator[None]:
    """Turn a full disk, met within the block, into a UserError that names the file being written.

    The system's own error names none where it is met in writing or closing a file.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        reason = os.strerror(error.errno)
        raise UserError(
            f"{path}: cannot be written ({reason}): free some space and run the same command again"
        ) from None


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; it takes the name `path` only when the block ends well."""
    with full_disk_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold an existing file or folder for this process alone; a UserError says which other process has it.

    The system lets go of it when the process ends, however that comes about: nothing is left behind.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            inode = os.fstat(file).st_ino
            listed = LOCKS.read_text(encoding="ascii") if LOCKS.exists() else ""
            found = re.search(rf"FLOCK +ADVISORY +WRITE +(\d+) +\S+:{inode} ", listed)
            who = f"process {found[1]}" if found else "another process"
            raise UserError(f"{path}: {who} is writing it: wait until that has ended, or stop it") from None
        if not path.exists() or not os.path.samestat(os.fstat(file), path.stat()):
            raise UserError(f"{path}: another process has just finished with it: run the same command again")
        yield
    finally:
        os.close(file)


def write_json(path: Path, content: object) -> None:
    """Write `content` as indented JSON with a final newline."""
    with whole_file(path) as part:
        part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_zip(path: Path, members: Iterable[tuple[str, bytes]], deflated: bool = False) -> None:
    """Write (name, content) members in the order given, as they are or deflated: the same members, the same bytes.

    Deflated, by the same zlib.
    """
    compression = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with whole_file(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, content in members:
            archive.writestr(undated_member(name), content, compression, compresslevel=9)


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
