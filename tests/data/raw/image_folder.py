"""A folder with images in it and below it, and what is found there."""

import zipfile
from pathlib import Path

import pytest

from tuning_fork.catalogue.listing import list_images
from tuning_fork.images.image_search import find_images


def names(*arguments: Path | str) -> list[str]:
    """Return the files that are found."""
    return [image.file for image in find_images([str(argument) for argument in arguments])]


def passed_over(*arguments: Path | str) -> str:
    """Return what is said of files that are passed over."""
    return list_images([str(argument) for argument in arguments]).said_of_passed_over()


@pytest.fixture
def image_folder(tmp_path: Path) -> Path:
    """Give a folder with images in it and below it, and a zip beside them."""
    for name in ("b.jpg", "a.PNG", "notes.txt", "deep/er/2.fits", "deep/1.tif", "any.dat", ".hidden.jpg"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(name.encode())
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("kaggle/9.jpg", "kaggle/10.jpg", "../x.jpeg", "readme.md", "__MACOSX/kaggle/._9.jpg", "more.zip"):
            archive.writestr(name, name)
    return tmp_path
