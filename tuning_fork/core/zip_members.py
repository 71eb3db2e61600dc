"""Zips of any number of files: their directory is read as a stream, and members from any thread.

zipfile holds the whole directory in memory, 0.65 kB a member, for as long as an archive is open. The format is that of
PKWARE's APPNOTE 6.3.
"""

import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

HEADER = struct.Struct("<4s22x2H")
"""What stands before a member's content: signature, and the lengths of its name and extra fields, which follow."""
ENTRY = struct.Struct("<4s4x2H4x3L3H8xL")
"""What the directory says of a member: signature, flags, method, checksum, sizes, the lengths of its name, extra fields
and comment, which follow, and the place of its header."""
END = struct.Struct("<4s8x2L2x")
"""What ends the archive, before its comment: signature, size and place of the directory."""
END64_PLACE = struct.Struct("<4s4xQ4x")
"""What stands before `END` in an archive that is too large for it: signature, place of `END64`."""
END64 = struct.Struct("<4s36x2Q")
"""What says in such an archive what `END` says in others, in 64 bits."""
LONGEST_COMMENT = 0xFFFF
IN_EXTRA = 0xFFFFFFFF
"""What stands instead of a size or place that 32 bits do not hold: that is in the extra field `ZIP64_FIELD`."""
ZIP64_FIELD = 1
"""Number of the extra field with the sizes and the place in 64 bits."""
ENCRYPTED, UTF8 = 1 << 0, 1 << 11
"""Flags of a member that say that its content is encrypted, and that its name is in UTF-8."""
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError, struct.error)
"""What zipfile raises on damaged bytes; RuntimeError is a password or a compression method that it lacks."""
MOST_DEFLATED = 1032
"""Times that deflating makes anything smaller, at most."""


class Member(NamedTuple):
    """A file in a zip: its `name`, the `place` of its header, its sizes in bytes, and how it was compressed."""

    name: str
    place: int
    compressed_size: int
    size: int
    method: int
    flags: int
    checksum: int


def zip_members(path: Path) -> Iterator[Member]:
    """Yield the members of a zip in the order of its directory; a BadZipFile when that is damaged or cut short."""
    with path.open("rb") as file:
        place, end = _directory(file)
        file.seek(place)
        while place < end:
            entry = file.read(ENTRY.size)
            if len(entry) < ENTRY.size or not entry.startswith(b"PK\x01\x02"):
                raise zipfile.BadZipFile("its directory is damaged")
            _, flags, method, checksum, compressed, size, *lengths, header = ENTRY.unpack(entry)
            place += ENTRY.size + sum(lengths)
            name, extra, _ = (file.read(length) for length in lengths)
            if IN_EXTRA in (size, compressed, header):
                size, compressed, header = _large(extra, size, compressed, header)
            yield Member(_text(name, flags), header, compressed, size, method, flags, checksum)


def _text(name: bytes, flags: int) -> str:
    """Return a member's name; some programs write UTF-8 and do not say so, or part folders as Windows does."""
    name = name.replace(b"\\", b"/")
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8" if flags & UTF8 else "cp437", "backslashreplace")


def read_member(path: Path, member: Member) -> bytes:
    """Return a member's content; a BadZipFile says why it cannot be read.

    The archive stays open from call to call.
    """
    status = path.stat()
    archive = _opened(path, status.st_mtime_ns)  # held, for another thread may have it put out of the cache
    is_within = member.place + member.compressed_size <= status.st_size
    header = os.pread(archive.fileno(), HEADER.size, member.place) if is_within else b""
    if len(header) < HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"File {member.name!r} is not where the archive's directory says")
    if member.size > MOST_DEFLATED * member.compressed_size:
        raise zipfile.BadZipFile(f"File {member.name!r} cannot be as large as the archive's directory says")
    if member.flags & ENCRYPTED:
        raise zipfile.BadZipFile(f"File {member.name!r} is encrypted")
    _, *lengths = HEADER.unpack(header)
    content = os.pread(archive.fileno(), member.compressed_size, member.place + HEADER.size + sum(lengths))
    if member.method == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, member.size + 1)
        except zlib.error as error:
            raise zipfile.BadZipFile(str(error)) from None
    elif member.method != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile(f"File {member.name!r} is compressed by method {member.method}, not deflated")
    if len(content) != member.size or zlib.crc32(content) != member.checksum:
        raise zipfile.BadZipFile(f"File {member.name!r} does not match its checksum")
    return content


def _directory(file: BinaryIO) -> tuple[int, int]:
    """Return where the archive's directory begins and ends."""
    length = file.seek(0, os.SEEK_END)
    start = max(0, length - LONGEST_COMMENT - END.size - END64_PLACE.size)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + END.size > len(tail):
        raise zipfile.BadZipFile("its end is missing")
    _, size, place = END.unpack_from(tail, found)
    end = start + found
    before = found - END64_PLACE.size
    if before >= 0 and tail.startswith(b"PK\x06\x07", before):
        _, end = END64_PLACE.unpack_from(tail, before)
        file.seek(min(end, length))
        record = file.read(END64.size)
        if len(record) < END64.size or not record.startswith(b"PK\x06\x06"):
            raise zipfile.BadZipFile("its directory is damaged")
        _, size, place = END64.unpack(record)
    # Of a zip of zips that is cut short, this was the end of the last whole one inside.
    if place + size != end:
        raise zipfile.BadZipFile("its end is missing")
    return place, end


def _large(extra: bytes, *values: int) -> Iterator[int]:
    """Yield a member's size, compressed size and place, from its extra field where they are too large for 32 bits."""
    fields = {}
    while len(extra) >= 4:
        number, length = struct.unpack_from("<2H", extra)
        fields[number] = extra[4 : 4 + length]
        extra = extra[4 + length :]
    found = fields.get(ZIP64_FIELD, b"")
    for value in values:
        if value == IN_EXTRA:
            if len(found) < 8:
                raise zipfile.BadZipFile("its directory is damaged")
            yield int.from_bytes(found[:8], "little")
            found = found[8:]
        else:
            yield value


@lru_cache(maxsize=8)
def _opened(path: Path, modified: int) -> BinaryIO:
    return path.open("rb", buffering=0)
