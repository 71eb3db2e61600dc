"""Shards, and the labelled galaxies of a split in them, read when they are asked for."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.shards import IDS, IMAGES, SHAPE, SPLITS, TARGETS, read_galaxies, shards_mistake
from tests.data.surveys import TASKS
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.labelled import StoredImages, read_all_but_test, read_split
from tuning_fork.galaxies.shards import read_ids, read_images, shard_paths, write_shard


def test_a_split_has_its_galaxies_with_their_targets_and_images_in_the_shards_order(shards: Path) -> None:
    galaxies = read_galaxies(shards)
    rows = [0, 2, 4, 5, 6]
    assert [part.ids.tolist() for part in galaxies.parts] == [[3, 8], [21, 34, 55]]
    assert galaxies.ids.tolist() == IDS[rows].tolist()
    assert len(galaxies) == 5
    assert galaxies.shape == SHAPE
    np.testing.assert_array_equal(galaxies.targets, np.array(TARGETS)[rows, None])
    np.testing.assert_array_equal(galaxies.images(np.arange(5)), IMAGES[rows])


def test_some_galaxies_have_their_images_in_the_order_asked_for(shards: Path) -> None:
    galaxies, asked = read_galaxies(shards), np.array([4, 0, 2])
    for one in (galaxies, galaxies.in_memory()):
        np.testing.assert_array_equal(one.images(asked), IMAGES[[6, 0, 4]])
        assert one.images(np.array([], int)).shape == (0, *SHAPE)


@pytest.mark.parametrize(("size", "every", "ids"), [(2, 1, [[3, 8], [21, 34], [55]]), (9, 2, [[3], [21, 55]])])
def test_batches_are_of_all_galaxies_in_order_or_of_every_so_many(
    shards: Path, size: int, every: int, ids: list[list[int]]
) -> None:
    galaxies = read_galaxies(shards)
    batches = list(galaxies.batches(size, every))
    known = dict(zip(IDS.tolist(), zip(IMAGES, TARGETS, strict=True), strict=True))
    for (images, targets), here in zip(batches, ids, strict=True):
        np.testing.assert_array_equal(images, [known[galaxy][0] for galaxy in here])
        np.testing.assert_array_equal(targets[:, 0], [known[galaxy][1] for galaxy in here])
    assert galaxies.number_of_batches(size) == len(list(galaxies.batches(size)))


def test_the_survey_is_all_but_the_test_labelled_or_not(shards: Path) -> None:
    read_galaxies(shards)
    labels = shards / "labels.csv"
    table = pd.read_csv(labels)
    table[table["GalaxyID"] != IDS[0]].to_csv(labels, index=False)
    survey = read_all_but_test(labels, shards, TASKS["binary"].labels, SHAPE)
    of_test = {galaxy for galaxy, split in zip(IDS.tolist(), SPLITS, strict=True) if split == "test"}
    assert of_test
    assert survey.ids.tolist() == [galaxy for galaxy in IDS.tolist() if galaxy not in of_test]
    assert survey.targets.shape == (len(survey), 0)


def test_images_stay_on_disk_until_they_are_asked_for(shards: Path) -> None:
    galaxies = read_galaxies(shards)
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
        read_galaxies(shards, ids=np.array([4, *IDS[1:]]))


def test_a_folder_without_shards_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shards there: run `dvc repro crop`"):
        read_galaxies(tmp_path)


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
    said = shards_mistake(labels, shards)
    assert said.startswith(f"{labels}: {found}")
    assert said.endswith(": run `dvc repro label`")


def test_galaxy_ids_of_18_digits_keep_their_labels_and_images(tmp_path: Path) -> None:
    ids = np.array([587722981746540704, 587722981746540705, 2**63 - 1])
    write_shard(tmp_path, 0, ids, IMAGES[:3])
    labels = tmp_path / "labels.csv"
    pd.DataFrame({"GalaxyID": ids, "split": "train", "featured": [0, 1, 0]}).to_csv(labels, index=False)
    (part,) = read_split(labels, tmp_path, "train", TASKS["binary"].labels, SHAPE).parts
    assert part.ids.tolist() == ids.tolist()
    assert part.targets.tolist() == [[0], [1], [0]]
