"""Members of a zip as zipfile itself reads them, in whatever way the archive was written, and its damage told."""

import io
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tuning_fork.core.zip_members import read_member, zip_members

CONTENTS = {"a/1.jpg": b"one" * 1000, "empty.jpg": b"", "folder/": b"", "é ☆.jpg": b"\x00\xff", "../up.jpg": b"up"}


def archive_of(contents: dict[str, bytes], compression: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.comment = comment
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "z.zip"


def read(path: Path) -> dict[str, bytes]:
    return {member.name: read_member(path, member) for member in zip_members(path)}


@pytest.mark.parametrize("comment", [b"", b"a comment", b"x" * 0xFFFF])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_member_is_read_in_the_order_of_the_directory(path: Path, compression: int, comment: bytes) -> None:
    path.write_bytes(archive_of(CONTENTS, compression, comment))
    assert list(read(path).items()) == list(CONTENTS.items())
    path.write_bytes(archive_of({}, comment=comment))
    assert read(path) == {}


@pytest.mark.parametrize("limit", [0, 20, 3100])
def test_an_archive_too_large_for_32_bits_is_read(path: Path, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From `limit` bytes on, zipfile writes sizes and places as those of 64 bits."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    path.write_bytes(archive_of(CONTENTS))
    assert b"PK\x06\x06" in path.read_bytes()
    assert read(path) == CONTENTS


def test_an_archive_of_more_members_than_16_bits_hold_is_read_in_little_memory(path: Path) -> None:
    names = [f"{number}.jpg" for number in range(70_000)]
    path.write_bytes(archive_of(dict.fromkeys(names, b"")))
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
    assert read(path) == {"1.jpg": b"one"}


def test_a_changed_archive_is_read_anew(path: Path) -> None:
    for content in (b"one", b"another"):
        path.unlink(missing_ok=True)
        path.write_bytes(archive_of({"1.jpg": content}))
        assert read(path) == {"1.jpg": content}


def test_many_threads_read_many_archives(tmp_path: Path) -> None:
    """More archives than stay open."""
    content = {"1.jpg": b"one" * 1000}
    paths = [tmp_path / f"{number}.zip" for number in range(20)]
    for path in paths:
        path.write_bytes(archive_of(content))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, paths * 100)) == [content] * 2000


def test_a_directory_that_is_not_whole_is_told(path: Path) -> None:
    whole = archive_of(CONTENTS)
    inner = archive_of({"inner.zip": whole, "last.jpg": b"1" * 100})
    for damaged in (b"", b"PK", whole[:-1], whole[:-30], whole[30:], b"x" + whole, inner[: len(whole) + 60]):
        path.write_bytes(damaged)
        with pytest.raises(zipfile.BadZipFile, match="its end is missing"):
            list(zip_members(path))
    entry = whole.find(b"PK\x01\x02")
    path.write_bytes(whole[:entry] + b"??" + whole[entry + 2 :])
    with pytest.raises(zipfile.BadZipFile, match="its directory is damaged"):
        list(zip_members(path))


def test_a_large_archive_cut_anywhere_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 0)
    whole = archive_of(CONTENTS)
    for byte in range(whole.find(b"PK\x01\x02"), len(whole)):
        path.write_bytes(whole[:byte])
        with pytest.raises(zipfile.BadZipFile):
            list(zip_members(path))
        path.write_bytes(whole[:byte] + whole[byte + 1 :])
        with pytest.raises(zipfile.BadZipFile):
            read(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_of_a_member_is_told(path: Path, compression: int) -> None:
    whole = archive_of({"1.jpg": bytes(range(256))}, compression)
    start = whole.find(b"1.jpg") + len("1.jpg")
    for byte in range(start, whole.find(b"PK\x01\x02")):
        damaged = bytearray(whole)
        damaged[byte] ^= 4
        path.unlink(missing_ok=True)
        path.write_bytes(damaged)
        with pytest.raises(zipfile.BadZipFile):
            read(path)


@pytest.mark.parametrize("limit", [0, zipfile.ZIP64_LIMIT])
def test_damage_anywhere_is_told_or_does_no_harm(path: Path, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    content = {"1.jpg": b"one" * 50, "2.jpg": b"two"}
    whole = archive_of(content, zipfile.ZIP_DEFLATED)
    told = 0
    for place, byte in enumerate(whole):
        for other in (0, 0xFF, byte ^ 4, byte ^ 0x80):
            path.unlink(missing_ok=True)
            path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
            try:
                assert set(read(path).values()) <= set(content.values())
            except zipfile.BadZipFile:
                told += 1
    assert told > len(whole)


def test_what_cannot_be_read_says_why(path: Path) -> None:
    path.write_bytes(archive_of({"1.jpg": b"one"}, zipfile.ZIP_LZMA))
    (member,) = zip_members(path)
    with pytest.raises(zipfile.BadZipFile, match=r"File '1\.jpg' is compressed by method 14, not deflated"):
        read_member(path, member)
    with pytest.raises(zipfile.BadZipFile, match=r"File '1\.jpg' is encrypted"):
        read_member(path, member._replace(flags=1))
    with pytest.raises(zipfile.BadZipFile, match=r"File '1\.jpg' is not where the archive's directory says"):
        read_member(path, member._replace(place=7))


def test_a_member_larger_than_it_says_is_not_unpacked(path: Path) -> None:
    path.write_bytes(archive_of({"1.jpg": bytes(10**8)}, zipfile.ZIP_DEFLATED))
    (member,) = zip_members(path)
    with pytest.raises(zipfile.BadZipFile, match="does not match its checksum"):
        read_member(path, member._replace(size=10))
