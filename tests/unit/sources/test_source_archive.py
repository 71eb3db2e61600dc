"""download.source: archive, with the folders that people have after a download by hand."""

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.data.raw.downloads import CSV, GALAXIES, refusal
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.ids import GalaxyID
from tuning_fork.galaxies.raw_files import (
    IMAGES_FOLDER,
    IMAGES_ZIP,
    SOLUTIONS_CSV,
    SOLUTIONS_ZIP,
    galaxy_images,
    read_solutions,
)
from tuning_fork.sources.archive import COMPETITION_ZIP, fetch


def content(folder: Path) -> dict[str, bytes]:
    """Give the bytes of each file in the folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def kaggle_s(zips: Path) -> dict[str, bytes]:
    """Give the bytes that the stage must end with."""
    return {name: (zips / name).read_bytes() for name in (IMAGES_ZIP, SOLUTIONS_ZIP)}


def test_the_two_zips_arrive_byte_for_byte(zips: Path, tmp_path: Path) -> None:
    fetch(zips, tmp_path / "raw")
    assert content(tmp_path / "raw") == kaggle_s(zips)


def test_the_zips_inside_the_competition_s_zip_arrive_byte_for_byte(
    zips: Path, competition: Path, tmp_path: Path
) -> None:
    fetch(competition, tmp_path / "raw")
    assert content(tmp_path / "raw") == kaggle_s(zips)


def test_unpacked_files_are_zipped_the_same_way_every_time(zips: Path, unpacked: Path, tmp_path: Path) -> None:
    fetch(unpacked, tmp_path / "raw")
    assert content(tmp_path / "raw") == kaggle_s(zips)
    copy = tmp_path / "elsewhere"
    for path in sorted(unpacked.rglob("*"), reverse=True):  # created in another order, at another time
        if path.is_file():
            (copy / path.relative_to(unpacked)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy / path.relative_to(unpacked))
    fetch(copy, tmp_path / "again")
    assert content(tmp_path / "again") == content(tmp_path / "raw")


def test_files_unpacked_into_folders_of_their_own_are_found(zips: Path, tmp_path: Path) -> None:
    for name in (IMAGES_ZIP, SOLUTIONS_ZIP):
        with zipfile.ZipFile(zips / name) as archive:
            archive.extractall(tmp_path / "windows" / Path(name).stem)
    fetch(tmp_path / "windows", tmp_path / "raw")
    assert content(tmp_path / "raw") == kaggle_s(zips)


def test_a_mixture_will_do(zips: Path, competition: Path, unpacked: Path, tmp_path: Path) -> None:
    (zips / SOLUTIONS_ZIP).rename(tmp_path / SOLUTIONS_ZIP)
    shutil.copyfile(unpacked / SOLUTIONS_CSV, zips / SOLUTIONS_CSV)
    fetch(zips, tmp_path / "raw")
    assert (tmp_path / "raw" / SOLUTIONS_ZIP).read_bytes() == (tmp_path / SOLUTIONS_ZIP).read_bytes()
    shutil.rmtree(unpacked / IMAGES_FOLDER)
    shutil.copyfile(competition / COMPETITION_ZIP, unpacked / COMPETITION_ZIP)
    (unpacked / SOLUTIONS_CSV).unlink()
    fetch(unpacked, tmp_path / "again")
    assert content(tmp_path / "again") == content(tmp_path / "raw")


def names_by_galaxy(path: Path) -> dict[GalaxyID, str]:
    return {galaxy: member.name for galaxy, member in galaxy_images(path)}


def test_a_zip_made_on_a_mac_is_read_past_its_extras(zips: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(zips / IMAGES_ZIP, "a") as archive:
        archive.writestr(f"__MACOSX/{IMAGES_FOLDER}/._100008.jpg", b"x")
        archive.writestr(f"__MACOSX/{IMAGES_FOLDER}/100008.jpg", b"x")
        archive.writestr(f"{IMAGES_FOLDER}/", b"")
    with zipfile.ZipFile(zips / SOLUTIONS_ZIP, "w") as archive:
        archive.writestr(f"__MACOSX/{SOLUTIONS_CSV}", b"x")
        archive.writestr(SOLUTIONS_CSV, CSV)
    fetch(zips, tmp_path / "raw")
    names = {galaxy: f"{IMAGES_FOLDER}/{galaxy}.jpg" for galaxy in GALAXIES}
    assert names_by_galaxy(tmp_path / "raw" / IMAGES_ZIP) == names
    assert read_solutions(tmp_path / "raw" / SOLUTIONS_ZIP) == CSV


def test_images_are_listed_by_galaxy(tmp_path: Path) -> None:
    write_zip(tmp_path / "images.zip", [(name, b"") for name in ("a/1000012.jpg", "a/100023.JPG", "9.png", "x9.txt")])
    found = names_by_galaxy(tmp_path / "images.zip")
    assert list(found.items()) == [(9, "9.png"), (100023, "a/100023.JPG"), (1000012, "a/1000012.jpg")]


def test_one_image_that_is_not_called_by_a_number_makes_text_of_all_ids(tmp_path: Path) -> None:
    write_zip(tmp_path / "images.zip", [(name, b"") for name in ("9.jpg", "a/100023.fits.gz", "PGC0000212.tif")])
    found = {"100023": "a/100023.fits.gz", "9": "9.jpg", "PGC0000212": "PGC0000212.tif"}
    assert list(names_by_galaxy(tmp_path / "images.zip").items()) == list(found.items())


@pytest.mark.parametrize("again", ["b/7.jpg", "a/007.jpg", "a/7.JPEG", "7.fits"])
def test_a_galaxy_that_is_there_twice_is_told(tmp_path: Path, again: str) -> None:
    write_zip(tmp_path / "images.zip", [("a/7.jpg", b"1"), (again, b"2")])
    with pytest.raises(UserError) as error:
        galaxy_images(tmp_path / "images.zip")
    said = f"{tmp_path / 'images.zip'}: galaxy 7 is in it twice, as a/7.jpg and {again}: remove one"
    assert str(error.value) == said


def test_unpacked_images_are_those_that_a_zip_of_them_has(unpacked: Path, tmp_path: Path) -> None:
    (unpacked / IMAGES_FOLDER / "100023.jpg").rename(unpacked / IMAGES_FOLDER / "100023.JPG")
    (unpacked / IMAGES_FOLDER / "1000012.jpg").rename(unpacked / IMAGES_FOLDER / "1000012.jpeg")
    fetch(unpacked, tmp_path / "raw")
    assert list(names_by_galaxy(tmp_path / "raw" / IMAGES_ZIP)) == GALAXIES


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("0100008.jpg", "galaxy 100008 is in it twice, as {0}/0100008.jpg and {0}/100008.jpg: remove one"),
        ("9223372036854775808.jpg", "{1} is no GalaxyID: a number is at most 9223372036854775807: rename or remove it"),
    ],
)
def test_an_unpacked_image_that_cannot_be_told_apart_is_named(
    unpacked: Path, tmp_path: Path, name: str, said: str
) -> None:
    (unpacked / IMAGES_FOLDER / name).write_bytes(b"")
    assert refusal(unpacked, tmp_path / "raw") == f"{unpacked / IMAGES_FOLDER}: {said.format(IMAGES_FOLDER, name)}"


def test_an_unpacked_image_that_a_browser_has_renamed_is_one_more_galaxy(unpacked: Path, tmp_path: Path) -> None:
    (unpacked / IMAGES_FOLDER / "100008 (1).jpg").write_bytes(b"")
    fetch(unpacked, tmp_path / "raw")
    assert "100008 (1)" in dict(galaxy_images(tmp_path / "raw" / IMAGES_ZIP))


def test_a_folder_not_given_or_not_there(zips: Path, tmp_path: Path) -> None:
    cure = "give the folder that holds Kaggle's files"
    assert refusal(None, tmp_path / "raw") == f"params.yaml: download.archive: is null: {cure}"
    absent, file = tmp_path / "absent", zips / IMAGES_ZIP
    assert refusal(absent, tmp_path / "raw") == f"params.yaml: download.archive: {absent} does not exist: {cure}"
    assert refusal(file, tmp_path / "raw") == f"params.yaml: download.archive: {file} is a file, not a folder: {cure}"


@pytest.mark.parametrize(
    ("name", "unpacked_name"),
    [(IMAGES_ZIP, f"folder {IMAGES_FOLDER}/ with <GalaxyID>.jpg in it"), (SOLUTIONS_ZIP, SOLUTIONS_CSV)],
)
def test_a_missing_file(zips: Path, tmp_path: Path, name: str, unpacked_name: str) -> None:
    (zips / name).unlink()
    assert refusal(zips, tmp_path / "raw") == (
        f"{zips}: no {name}, no galaxy-zoo-the-galaxy-challenge.zip with it inside, and no {unpacked_name}: download "
        "it from https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data, or correct download.archive in "
        "params.yaml"
    )
