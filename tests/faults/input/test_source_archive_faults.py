"""download.source: archive, with damaged archives and a disk that fills up: one line says so, and nothing is left."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.data.raw.downloads import refusal
from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.raw_files import (
    IMAGES_ZIP,
    SOLUTIONS_ZIP,
    check_images,
)
from tuning_fork.sources.archive import COMPETITION_ZIP


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
    write_zip(zips / IMAGES_ZIP, [("holiday.txt", b"x")])
    assert refusal(zips, tmp_path / "raw") == (
        f"{zips / IMAGES_ZIP}: holds no image among its files (1, the first holiday.txt): give one of images "
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
        cwd=ROOT,
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
