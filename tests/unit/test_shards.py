"""Shards, and the labelled galaxies of a split in them, read when they are asked for."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_npz
from tuning_fork.galaxies.labelled import LabelledGalaxies, StoredImages, read_all_but_test, read_split
from tuning_fork.galaxies.shards import read_ids, read_images, shard_paths, write_shard
from tuning_fork.tasks.tasks import TASKS

RNG = np.random.default_rng(1)
IDS = np.array([3, 5, 8, 13, 21, 34, 55], np.int64)
IMAGES = RNG.integers(0, 256, (7, 8, 8, 3)).astype(np.uint8)
SPLITS = ["train", "test", "train", "test", "train", "train", "train"]
TARGETS = [0, 1, 1, 0, 1, 0, 1]
SHAPE = (8, 8, 3)


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """Give a folder with shards, the second of which had no usable image."""
    for number, rows in enumerate([slice(0, 3), slice(3, 3), slice(3, 4), slice(4, 7)]):
        write_shard(tmp_path, number, IDS[rows], IMAGES[rows])
    return tmp_path


def read(shards: Path, split: str = "train", ids: np.ndarray = IDS) -> LabelledGalaxies:
    """Return the galaxies of a split; labels.csv has them in another order than the shards."""
    labels = shards / "labels.csv"
    pd.DataFrame({"GalaxyID": ids, "split": SPLITS, "featured": TARGETS})[::-1].to_csv(labels, index=False)
    return read_split(labels, shards, split, TASKS["binary"].targets, SHAPE)


def test_a_split_has_its_galaxies_with_their_targets_and_images_in_the_shards_order(shards: Path) -> None:
    galaxies = read(shards)
    rows = [0, 2, 4, 5, 6]
    assert [part.ids.tolist() for part in galaxies.parts] == [[3, 8], [21, 34, 55]]
    assert galaxies.ids.tolist() == IDS[rows].tolist()
    assert len(galaxies) == 5
    assert galaxies.shape == SHAPE
    np.testing.assert_array_equal(galaxies.targets, np.array(TARGETS)[rows, None])
    np.testing.assert_array_equal(galaxies.images(np.arange(5)), IMAGES[rows])


def test_some_galaxies_have_their_images_in_the_order_asked_for(shards: Path) -> None:
    galaxies, asked = read(shards), np.array([4, 0, 2])
    for one in (galaxies, galaxies.in_memory()):
        np.testing.assert_array_equal(one.images(asked), IMAGES[[6, 0, 4]])
        assert one.images(np.array([], int)).shape == (0, *SHAPE)


@pytest.mark.parametrize(("size", "every", "ids"), [(2, 1, [[3, 8], [21, 34], [55]]), (9, 2, [[3], [21, 55]])])
def test_batches_are_of_all_galaxies_in_order_or_of_every_so_many(
    shards: Path, size: int, every: int, ids: list[list[int]]
) -> None:
    galaxies = read(shards)
    batches = list(galaxies.batches(size, every))
    known = dict(zip(IDS.tolist(), zip(IMAGES, TARGETS, strict=True), strict=True))
    for (images, targets), here in zip(batches, ids, strict=True):
        np.testing.assert_array_equal(images, [known[galaxy][0] for galaxy in here])
        np.testing.assert_array_equal(targets[:, 0], [known[galaxy][1] for galaxy in here])
    assert galaxies.number_of_batches(size, every) == len(batches)


def test_the_survey_is_all_but_the_test_labelled_or_not(shards: Path) -> None:
    read(shards)
    labels = shards / "labels.csv"
    table = pd.read_csv(labels)
    table[table["GalaxyID"] != IDS[0]].to_csv(labels, index=False)
    survey = read_all_but_test(labels, shards, TASKS["binary"].targets, SHAPE)
    of_test = {galaxy for galaxy, split in zip(IDS.tolist(), SPLITS, strict=True) if split == "test"}
    assert of_test
    assert survey.ids.tolist() == [galaxy for galaxy in IDS.tolist() if galaxy not in of_test]
    assert survey.targets.shape == (len(survey), 0)


def test_images_stay_on_disk_until_they_are_asked_for(shards: Path) -> None:
    galaxies = read(shards)
    part, held = galaxies.parts[1], galaxies.in_memory().parts[1]
    assert isinstance(part.images, StoredImages)
    assert isinstance(held.images, np.ndarray)
    write_shard(shards, 3, IDS[4:], IMAGES[4:] // 2)
    np.testing.assert_array_equal(np.asarray(part.images), IMAGES[4:] // 2)
    np.testing.assert_array_equal(held.images, IMAGES[4:])
    assert held.images.dtype == np.uint8


def test_a_shard_is_read_as_it_was_written(shards: Path) -> None:
    first, empty, *_ = shard_paths(shards)
    np.testing.assert_array_equal(read_ids(first, SHAPE), IDS[:3])
    np.testing.assert_array_equal(read_images(first), IMAGES[:3])
    assert read_images(empty).shape == (0, 8, 8, 3)


def test_the_same_galaxies_are_the_same_bytes(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    write_shard(again, 0, IDS[:3], IMAGES[:3])
    assert (again / "shard-00000.npz").read_bytes() == (shards / "shard-00000.npz").read_bytes()
    assert [path.name for path in again.iterdir()] == ["shard-00000.npz"]


def test_the_bytes_are_those_of_every_release_of_python(tmp_path: Path) -> None:
    write_shard(tmp_path, 0, IDS, np.arange(7 * 4 * 4 * 3).astype(np.uint8).reshape(7, 4, 4, 3))
    assert hashlib.md5((tmp_path / "shard-00000.npz").read_bytes()).hexdigest() == "1b7c8979fee89950cf325149edf8484d"


def test_a_galaxy_that_no_shard_has_is_named(shards: Path) -> None:
    with pytest.raises(UserError, match="galaxy 4 is labelled but in no shard: run `dvc repro`"):
        read(shards, ids=np.array([4, *IDS[1:]]))


def test_a_folder_without_shards_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shards there: run `dvc repro crop`"):
        read(tmp_path)


def mistake(labels: Path, shards: Path, split: str = "train", shape: tuple[int, int, int] = SHAPE) -> str:
    """Return the one line that is said of labels or shards."""
    with pytest.raises(UserError) as error:
        for part in read_split(labels, shards, split, TASKS["binary"].targets, shape).parts:
            part.in_memory()
    assert "\n" not in str(error.value)
    return str(error.value)


LABELS = "GalaxyID,split,featured\n3,train,0\n5,test,1\n8,train,1\n"
WRONG_LABELS = [
    ("", "not a CSV file (No columns to parse from file)"),
    ("\x00\x01\x02", "no column GalaxyID, but '\\x00\\x01\\x02'"),
    (LABELS[:40], "row 3, column featured: empty is not a number"),
    (LABELS.replace("featured", "edge_on"), "no column featured, but 'GalaxyID', 'split', 'edge_on'"),
    (LABELS.replace("5,test", "5,tset"), "row 3, column split: 'tset' is none of train, validation, test"),
    (LABELS.replace("8,train,1", "8,train,1.5"), "row 4, column featured: 1.5 is not between 0 and 1"),
    (LABELS.replace("8,train,1", "8,train,-1"), "row 4, column featured: -1.0 is not between 0 and 1"),
    (LABELS.replace("8,train,1", "8,train,nan"), "row 4, column featured: empty is not a number"),
    (LABELS.replace("8,train,1", "8,train,inf"), "row 4, column featured: inf is not between 0 and 1"),
    (LABELS.replace("8,train,1", "8,train,yes"), "row 4, column featured: 'yes' is not a number"),
    (
        LABELS.replace("8,", "3,"),
        "row 4, column GalaxyID: 3 is the galaxy of row 2 too, 3 there: keep one row a galaxy",
    ),
    (LABELS.replace("train", "validation"), "no galaxy in the train split"),
]


@pytest.mark.parametrize(("text", "found"), WRONG_LABELS)
def test_what_is_wrong_in_the_labels_is_named_with_its_row_and_column(shards: Path, text: str, found: str) -> None:
    labels = shards / "labels.csv"
    labels.write_text(text)
    said = mistake(labels, shards)
    assert said.startswith(f"{labels}: {found}")
    assert said.endswith(": run `dvc repro label`")


def test_galaxy_ids_of_18_digits_keep_their_labels_and_images(tmp_path: Path) -> None:
    ids = np.array([587722981746540704, 587722981746540705, 2**63 - 1])
    write_shard(tmp_path, 0, ids, IMAGES[:3])
    labels = tmp_path / "labels.csv"
    pd.DataFrame({"GalaxyID": ids, "split": "train", "featured": [0, 1, 0]}).to_csv(labels, index=False)
    (part,) = read_split(labels, tmp_path, "train", TASKS["binary"].targets, SHAPE).parts
    assert part.ids.tolist() == ids.tolist()
    assert part.targets.tolist() == [[0], [1], [0]]


@pytest.mark.parametrize("place", ["emptied", "cut short", "zeros", "something else", "ids", "images"])
def test_a_damaged_shard_is_one_line_with_the_cure(shards: Path, place: str) -> None:
    read(shards)
    path = shards / "shard-00003.npz"
    whole = path.read_bytes()
    byte = {"ids": whole.index(IDS[4:].tobytes()), "images": whole.index(IMAGES[4:].tobytes()) + 50}.get(place, 0)
    damaged = {"emptied": b"", "cut short": whole[:-30], "zeros": bytes(len(whole)), "something else": b"\x93NUMPY"}
    path.write_bytes(damaged.get(place, whole[:byte] + bytes([whole[byte] ^ 1]) + whole[byte + 1 :]))
    said = mistake(shards / "labels.csv", shards)
    assert said.startswith(f"{path}: is damaged (")
    assert said.endswith("): run `dvc repro crop`")


def test_a_shard_of_another_shape_or_kind_is_one_line_with_the_cure(shards: Path) -> None:
    read(shards)
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
        assert mistake(shards / "labels.csv", shards) == f"{path}: {found}: run `dvc repro crop`"
    first = shards / "shard-00000.npz"
    wrong = "its images are uint8 (3, 8, 8, 3), not uint8 (3, 64, 64, 3)"
    said = mistake(shards / "labels.csv", shards, shape=(64, 64, 3))
    assert said == f"{first}: {wrong}: run `dvc repro crop`"


def test_a_shard_without_its_arrays_is_one_line_with_the_cure(shards: Path) -> None:
    read(shards)
    write_npz(shards / "shard-00003.npz", galaxies=IDS[4:])
    said = mistake(shards / "labels.csv", shards)
    assert said.startswith(f"{shards / 'shard-00003.npz'}: is damaged (")


def test_a_galaxy_in_two_shards_is_named(shards: Path) -> None:
    read(shards)
    write_shard(shards, 4, IDS[4:], IMAGES[4:])
    assert mistake(shards / "labels.csv", shards) == f"{shards}: galaxy 21 is in it twice: run `dvc repro crop`"
