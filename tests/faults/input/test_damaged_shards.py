"""Damaged shards: one line names the file and the cure."""

from pathlib import Path

import pytest

from tests.data.shards import IDS, IMAGES, read_galaxies, shards_mistake
from tuning_fork.core.files import write_npz
from tuning_fork.galaxies.shards import write_shard


@pytest.mark.parametrize("place", ["emptied", "cut short", "zeros", "something else", "ids", "images"])
def test_a_damaged_shard_is_one_line_with_the_cure(shards: Path, place: str) -> None:
    read_galaxies(shards)
    path = shards / "shard-00003.npz"
    whole = path.read_bytes()
    byte = {"ids": whole.index(IDS[4:].tobytes()), "images": whole.index(IMAGES[4:].tobytes()) + 50}.get(place, 0)
    damaged = {"emptied": b"", "cut short": whole[:-30], "zeros": bytes(len(whole)), "something else": b"\x93NUMPY"}
    path.write_bytes(damaged.get(place, whole[:byte] + bytes([whole[byte] ^ 1]) + whole[byte + 1 :]))
    said = shards_mistake(shards / "labels.csv", shards)
    assert said.startswith(f"{path}: is damaged (")
    assert said.endswith("): run `dvc repro crop`")


def test_a_shard_of_another_shape_or_kind_is_one_line_with_the_cure(shards: Path) -> None:
    read_galaxies(shards)
    path = shards / "shard-00003.npz"
    for ids, images, found in [
        (IDS[4:], IMAGES[4:].astype(float), "its images are float64 (3, 8, 8, 3), not uint8 (3, 8, 8, 3)"),
        (IDS[4:], IMAGES[4:, :4], "its images are uint8 (3, 4, 8, 3), not uint8 (3, 8, 8, 3)"),
        (IDS[4:], IMAGES[4:6], "its images are uint8 (2, 8, 8, 3), not uint8 (3, 8, 8, 3)"),
        (IDS[4:].astype(float), IMAGES[4:], "its ids are float64 (3,), not int64 (3,)"),
        (IDS[4:, None], IMAGES[4:], "its ids are int64 (3, 1), not int64 (3,)"),
        (IDS[4], IMAGES[4:], "its ids are int64 (), not int64 (1,)"),
    ]:
        write_shard(shards, 3, ids, images)
        assert shards_mistake(shards / "labels.csv", shards) == f"{path}: {found}: run `dvc repro crop`"
    first = shards / "shard-00000.npz"
    wrong = "its images are uint8 (3, 8, 8, 3), not uint8 (3, 64, 64, 3)"
    said = shards_mistake(shards / "labels.csv", shards, shape=(64, 64, 3))
    assert said == f"{first}: {wrong}: run `dvc repro crop`"


def test_a_shard_without_its_arrays_is_one_line_with_the_cure(shards: Path) -> None:
    read_galaxies(shards)
    write_npz(shards / "shard-00003.npz", galaxies=IDS[4:])
    said = shards_mistake(shards / "labels.csv", shards)
    assert said.startswith(f"{shards / 'shard-00003.npz'}: is damaged (")


def test_a_galaxy_in_two_shards_is_named(shards: Path) -> None:
    read_galaxies(shards)
    write_shard(shards, 4, IDS[4:], IMAGES[4:])
    assert shards_mistake(shards / "labels.csv", shards) == f"{shards}: galaxy 21 is in it twice: run `dvc repro crop`"
