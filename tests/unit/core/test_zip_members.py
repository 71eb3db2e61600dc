"""Members of a zip as zipfile itself reads them, in whatever way the archive was written."""

import io
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.data.raw.archives import read_zip, zip_of
from tuning_fork.core.zip_members import zip_members

CONTENTS = {"a/1.jpg": b"one" * 1000, "empty.jpg": b"", "folder/": b"", "é ☆.jpg": b"\x00\xff", "../up.jpg": b"up"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "z.zip"


@pytest.mark.parametrize("comment", [b"", b"a comment", b"x" * 0xFFFF])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_member_is_read_in_the_order_of_the_directory(path: Path, compression: int, comment: bytes) -> None:
    path.write_bytes(zip_of(CONTENTS, compression, comment))
    assert list(read_zip(path).items()) == list(CONTENTS.items())
    path.write_bytes(zip_of({}, comment=comment))
    assert read_zip(path) == {}


@pytest.mark.parametrize("limit", [0, 20, 3100])
def test_an_archive_too_large_for_32_bits_is_read(path: Path, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From `limit` bytes on, zipfile writes sizes and places as those of 64 bits."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    path.write_bytes(zip_of(CONTENTS))
    assert b"PK\x06\x06" in path.read_bytes()
    assert read_zip(path) == CONTENTS


def test_names_are_read_as_their_program_meant_them(path: Path) -> None:
    """Finder writes UTF-8 without saying so, old programs for Windows backslashes, and those of DOS code page 437."""
    content = zip_of({"fuu.jpg": b"1", "a|b.jpg": b"2", "e.jpg": b"3"})
    for name, written in {b"fuu": "fü".encode(), b"a|b": rb"a\b", b"e.": "é.".encode("cp437")}.items():
        content = content.replace(name, written)
    path.write_bytes(content)
    assert read_zip(path) == {"fü.jpg": b"1", "a/b.jpg": b"2", "é.jpg": b"3"}


@pytest.mark.slow
def test_an_archive_of_more_members_than_16_bits_hold_is_read_in_little_memory(path: Path) -> None:
    names = [f"{number}.jpg" for number in range(70_000)]
    path.write_bytes(zip_of(dict.fromkeys(names, b"")))
    tracemalloc.start()
    same = sum(member.name == name for member, name in zip(zip_members(path), names, strict=True))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert same == len(names)
    assert peak < 500_000  # the directory has 4 MB


def test_an_archive_written_to_a_pipe_is_read(path: Path) -> None:
    """Sizes are then behind a member's content, and in the directory."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.jpg", b"one")
    path.write_bytes(pipe.getvalue())
    assert read_zip(path) == {"1.jpg": b"one"}


def test_a_changed_archive_is_read_anew(path: Path) -> None:
    for content in (b"one", b"another"):
        path.unlink(missing_ok=True)
        path.write_bytes(zip_of({"1.jpg": content}))
        assert read_zip(path) == {"1.jpg": content}


def test_many_threads_read_many_archives(tmp_path: Path) -> None:
    """More archives than stay open."""
    content = {"1.jpg": b"one" * 1000}
    paths = [tmp_path / f"{number}.zip" for number in range(20)]
    for path in paths:
        path.write_bytes(zip_of(content))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read_zip, paths * 100)) == [content] * 2000
