"""Folders that people have after a download by hand."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.raw_files import (
    IMAGES_FOLDER,
    IMAGES_ZIP,
    SOLUTIONS_CSV,
    SOLUTIONS_ZIP,
)
from tuning_fork.sources.archive import COMPETITION_ZIP, fetch

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


def refusal(archive: Path | None, folder: Path) -> str:
    """Fetch in vain, leaving nothing behind; give the one line that says why."""
    with pytest.raises(UserError) as refused:
        fetch(archive, folder)
    assert not list(folder.glob("*"))
    assert "\n" not in str(refused.value)
    return str(refused.value)
