"""download.source: archive, with the folders that people have after a download by hand."""

import resource
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.kaggle_files import (
    IMAGES_FOLDER,
    IMAGES_ZIP,
    SOLUTIONS_CSV,
    SOLUTIONS_ZIP,
    check_images,
    jpeg_members,
    read_solutions,
)
from tuning_fork.sources.archive import COMPETITION_ZIP, fetch

REPOSITORY = Path(__file__).parents[2]
GALAXIES = [100008, 100023, 1000012]
CSV = b"GalaxyID,Class1.1\n100008,0.38\n100023,0.32\n1000012,0.91\n"


def jpeg(galaxy_id: int) -> bytes:
    """Give bytes in an image's place; this source never looks into them."""
    return np.random.default_rng(galaxy_id).bytes(20_000)


@pytest.fixture
def zips(tmp_path: Path) -> Path:
    """Give a folder with the two zips, and other files of Kaggle's beside them."""
    folder = tmp_path / "downloads"
    write_zip(folder / IMAGES_ZIP, [(f"{IMAGES_FOLDER}/{galaxy}.jpg", jpeg(galaxy)) for galaxy in GALAXIES])
    write_zip(folder / SOLUTIONS_ZIP, [(SOLUTIONS_CSV, CSV)])
    (folder / "images_test_rev1.zip").write_bytes(b"not looked at")
    (folder / "README.md").write_text("mine")
    return folder


@pytest.fixture
def competition(zips: Path, tmp_path: Path) -> Path:
    """Give a folder with the competition's one zip."""
    folder = tmp_path / "competition"
    names = ("images_test_rev1.zip", IMAGES_ZIP, SOLUTIONS_ZIP)
    write_zip(folder / COMPETITION_ZIP, [(name, (zips / name).read_bytes()) for name in names])
    return folder


@pytest.fixture
def unpacked(zips: Path, tmp_path: Path) -> Path:
    """Give a folder with the images and the table unpacked, and what computers leave in folders."""
    folder = tmp_path / "unpacked"
    for name in (IMAGES_ZIP, SOLUTIONS_ZIP):
        with zipfile.ZipFile(zips / name) as archive:
            archive.extractall(folder)
    (folder / IMAGES_FOLDER / ".DS_Store").write_bytes(b"x")
    (folder / IMAGES_FOLDER / "._100008.jpg").write_bytes(b"x")
    return folder


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


def names_by_galaxy(path: Path) -> dict[int, str]:
    return {galaxy: member.name for galaxy, member in jpeg_members(path)}


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
    write_zip(tmp_path / "images.zip", [(name, b"") for name in ("a/1000012.jpg", "a/100023.JPG", "9.jpeg", "x9.jpg")])
    found = names_by_galaxy(tmp_path / "images.zip")
    assert list(found.items()) == [(9, "9.jpeg"), (100023, "a/100023.JPG"), (1000012, "a/1000012.jpg")]


@pytest.mark.parametrize("again", ["b/7.jpg", "a/007.jpg", "a/7.JPEG"])
def test_a_galaxy_that_is_there_twice_is_told(tmp_path: Path, again: str) -> None:
    write_zip(tmp_path / "images.zip", [("a/7.jpg", b"1"), (again, b"2")])
    with pytest.raises(UserError) as error:
        jpeg_members(tmp_path / "images.zip")
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
        ("9223372036854775808.jpg", "{1}: a GalaxyID is at most 9223372036854775807: rename or remove it"),
    ],
)
def test_an_unpacked_image_that_cannot_be_told_apart_is_named(
    unpacked: Path, tmp_path: Path, name: str, said: str
) -> None:
    (unpacked / IMAGES_FOLDER / name).write_bytes(b"")
    assert refusal(unpacked, tmp_path / "raw") == f"{unpacked / IMAGES_FOLDER}: {said.format(IMAGES_FOLDER, name)}"


def refusal(archive: Path | None, folder: Path) -> str:
    """Fetch in vain, leaving nothing behind; give the one line that says why."""
    with pytest.raises(UserError) as refused:
        fetch(archive, folder)
    assert not list(folder.glob("*"))
    assert "\n" not in str(refused.value)
    return str(refused.value)


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


@pytest.mark.parametrize("shape", ["zips", "competition"])
@pytest.mark.parametrize("damage", ["cut short", "a bit flipped", "something else"])
def test_a_damaged_archive(shape: str, damage: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    source = request.getfixturevalue(shape)
    path = source / (IMAGES_ZIP if shape == "zips" else COMPETITION_ZIP)
    whole = path.read_bytes()
    damaged = {
        "cut short": whole[:-100],
        "a bit flipped": whole[:30_000] + bytes([whole[30_000] ^ 1]) + whole[30_001:],
        "something else": b"<!doctype html>",
    }
    path.write_bytes(damaged[damage])
    said = refusal(source, tmp_path / "raw")
    assert said.startswith(f"{path}: is not a whole zip archive (")
    assert said.endswith("): download it again")


def test_a_damaged_zip_inside_the_competition_s_zip(competition: Path, zips: Path, tmp_path: Path) -> None:
    names = [
        (IMAGES_ZIP, (zips / IMAGES_ZIP).read_bytes()[:-100]),
        (SOLUTIONS_ZIP, (zips / SOLUTIONS_ZIP).read_bytes()),
    ]
    write_zip(competition / COMPETITION_ZIP, names)
    said = refusal(competition, tmp_path / "raw")
    assert said.startswith(f"{competition / COMPETITION_ZIP}: {IMAGES_ZIP}: is not a whole zip archive (")


def test_zips_of_something_else(zips: Path, tmp_path: Path) -> None:
    write_zip(zips / IMAGES_ZIP, [("holiday.jpg", b"x")])
    assert refusal(zips, tmp_path / "raw") == (
        f"{zips / IMAGES_ZIP}: holds no <GalaxyID>.jpg among its files (1, the first holiday.jpg): give one of JPEGs "
        "named by their GalaxyIDs"
    )
    write_zip(zips / SOLUTIONS_ZIP, [("table.csv", b"x")])
    said = refusal(zips, tmp_path / "raw")
    assert said == (
        f"{zips / SOLUTIONS_ZIP}: holds no training_solutions_rev1.csv among its files (1, the first table.csv): give "
        "one with the table of that name"
    )


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_a_user_s_error(zips: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    whole = bytearray((zips / IMAGES_ZIP).read_bytes())
    directory = whole.index(b"PK\x01\x02")
    for place in generator.integers(directory, len(whole), 3):
        whole[place] = generator.integers(256)
    (zips / IMAGES_ZIP).write_bytes(whole)
    try:  # a byte that means nothing to a reader may go unnoticed
        check_images(zips / IMAGES_ZIP)
    except UserError as error:
        assert str(zips) in str(error) and "\n" not in str(error)


def test_a_disk_too_small_is_told_before_the_copy(zips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    little = shutil._ntuple_diskusage(10**6, 10**6 - 50_000, 50_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: little)
    folder = tmp_path / "raw"
    said = refusal(zips, folder)
    assert said == f"{folder}: the disk is too full (0.1 MB needed, 0.1 MB free): free some space and run again"


@pytest.mark.parametrize("shape", ["zips", "competition", "unpacked"])
def test_a_disk_that_fills_up_amid_the_copy(shape: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    source, folder = request.getfixturevalue(shape), tmp_path / "raw"
    command = (
        "import sys; from pathlib import Path; from tuning_fork.core.errors import run;"
        "from tuning_fork.sources.archive import fetch;"
        "run(lambda: fetch(Path(sys.argv[1]), Path(sys.argv[2])))"
    )
    process = subprocess.run(
        [sys.executable, "-c", command, str(source), str(folder)],
        cwd=REPOSITORY,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    part = folder / f"{IMAGES_ZIP}.part"
    expected = f"error: {part}: cannot be written (File too large): free some space and run the same command again\n"
    assert (process.returncode, process.stdout, process.stderr) == (1, "", expected)
    assert not list(folder.iterdir())
