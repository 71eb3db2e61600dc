"""Zip archives for tests."""

import io
import zipfile
from pathlib import Path

from tuning_fork.core.zip_members import read_member, zip_members


def zip_of(contents: dict[str, bytes], compression: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    """Return an archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.comment = comment
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read_zip(path: Path) -> dict[str, bytes]:
    """Return the content of each member."""
    return {member.name: read_member(path, member) for member in zip_members(path)}
