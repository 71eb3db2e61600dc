"""Damage of a zip, wherever it is, is told, and nothing hostile is unpacked."""

import zipfile
from pathlib import Path

import pytest

from tests.data.raw.archives import read_zip, zip_of
from tuning_fork.core.zip_members import read_member, zip_members

CONTENTS = {"a/1.jpg": b"one" * 1000, "empty.jpg": b"", "folder/": b"", "é ☆.jpg": b"\x00\xff", "../up.jpg": b"up"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "z.zip"


def test_a_directory_that_is_not_whole_is_told(path: Path) -> None:
    whole = zip_of(CONTENTS)
    inner = zip_of({"inner.zip": whole, "last.jpg": b"1" * 100})
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
    whole = zip_of(CONTENTS)
    for byte in range(whole.find(b"PK\x01\x02"), len(whole)):
        path.write_bytes(whole[:byte])
        with pytest.raises(zipfile.BadZipFile):
            list(zip_members(path))
        path.write_bytes(whole[:byte] + whole[byte + 1 :])
        with pytest.raises(zipfile.BadZipFile):
            read_zip(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_of_a_member_is_told(path: Path, compression: int) -> None:
    whole = zip_of({"1.jpg": bytes(range(256))}, compression)
    start = whole.find(b"1.jpg") + len("1.jpg")
    for byte in range(start, whole.find(b"PK\x01\x02")):
        damaged = bytearray(whole)
        damaged[byte] ^= 4
        path.unlink(missing_ok=True)
        path.write_bytes(damaged)
        with pytest.raises(zipfile.BadZipFile):
            read_zip(path)


@pytest.mark.parametrize("limit", [0, zipfile.ZIP64_LIMIT])
def test_damage_anywhere_is_told_or_does_no_harm(path: Path, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    content = {"1.jpg": b"one" * 50, "2.jpg": b"two"}
    whole = zip_of(content, zipfile.ZIP_DEFLATED)
    told = 0
    for place, byte in enumerate(whole):
        for other in (0, 0xFF, byte ^ 4, byte ^ 0x80):
            path.unlink(missing_ok=True)
            path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
            try:
                assert set(read_zip(path).values()) <= set(content.values())
            except zipfile.BadZipFile:
                told += 1
    assert told > len(whole)


def test_what_cannot_be_read_says_why(path: Path) -> None:
    path.write_bytes(zip_of({"1.jpg": b"one"}, zipfile.ZIP_LZMA))
    (member,) = zip_members(path)
    with pytest.raises(zipfile.BadZipFile, match=r"File '1\.jpg' is compressed by method 14, not deflated"):
        read_member(path, member)
    with pytest.raises(zipfile.BadZipFile, match=r"File '1\.jpg' is encrypted"):
        read_member(path, member._replace(flags=1))
    with pytest.raises(zipfile.BadZipFile, match=r"File '1\.jpg' is not where the archive's directory says"):
        read_member(path, member._replace(place=7))


def test_a_member_larger_than_it_says_is_not_unpacked(path: Path) -> None:
    path.write_bytes(zip_of({"1.jpg": bytes(10**8)}, zipfile.ZIP_DEFLATED))
    (member,) = zip_members(path)
    with pytest.raises(zipfile.BadZipFile, match="does not match its checksum"):
        read_member(path, member._replace(size=10))
