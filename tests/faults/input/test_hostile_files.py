"""What lies in a folder and is no image: pipes, devices, links in a circle, damaged zips and files without end."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.raw.image_folder import names, passed_over
from tuning_fork.catalogue.listing import list_images
from tuning_fork.images.image_search import FoundImage, find_images
from tuning_fork.images.jpeg_cutout import UnusableImageError


@pytest.fixture
def _nothing_hangs() -> Iterator[None]:
    """Interrupt what waits for ever."""

    def interrupt(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("_nothing_hangs")
def test_only_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "pipe.zip")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.fits"))
    (tmp_path / "circle.jpg").symlink_to("circle.jpg")
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    said = {}
    arguments = [str(tmp_path), "/dev/random", f"{tmp_path}/pipe.txt"]
    for image in find_images(arguments):
        with pytest.raises((UnusableImageError, OSError)) as error:
            image.read()
        said[image.file.removeprefix(f"{tmp_path}/")] = str(error.value)
    assert said.pop("circle.jpg").startswith("[Errno 40] Too many levels of symbolic links")
    pipe, device = "a named pipe, not a file", "a device, not a file"
    pipes = dict.fromkeys(("pipe.jpg", "pipe.zip", "pipe.txt"), pipe)
    assert said == pipes | {"socket.fits": "a socket, not a file", "zero.png": device, "/dev/random": device}
    assert list_images(arguments).images == 7
    assert passed_over(*arguments) == "1 file passed over: 1 .txt"
    assert FoundImage("/proc/self/environ", "/proc/self/environ").read() == b""  # it says that it has no size


@pytest.mark.usefixtures("_nothing_hangs")
def test_a_folder_that_links_to_itself_is_searched_once(image_folder: Path) -> None:
    before = names(image_folder / "in")
    for name in ("self", "me"):
        (image_folder / "in/deep/er" / name).symlink_to(image_folder / "in")
    (image_folder / "in/all").symlink_to(".")
    for spelling in ("in", "in/*", "in/**", "in/**/*.*"):
        assert names(image_folder / spelling) == before
        assert passed_over(image_folder / spelling).startswith("5 files passed over: 3 link to a folder around it")
    assert names(image_folder / "in/deep", image_folder / "in/all") == before[2:]


def test_a_damaged_zip_is_itself_listed_after_what_can_be_read_of_it(image_folder: Path) -> None:
    content = bytearray((image_folder / "z.zip").read_bytes())
    content[content.rfind(b"PK\x01\x02")] = 0
    (image_folder / "z.zip").write_bytes(content)
    members = ("/kaggle/9.jpg", "/kaggle/10.jpg", "/../x.jpeg")
    assert names(image_folder / "z.zip") == [f"{image_folder}/z.zip{member}" for member in (*members, "")]
    (image_folder / "z.zip").write_bytes(content[:-30])
    assert names(image_folder / "z.zip") == [f"{image_folder}/z.zip"]


def test_what_is_too_large_is_not_read(image_folder: Path) -> None:
    with (image_folder / "large.jpg").open("wb") as file:
        file.truncate(2**41)
    (source,) = find_images([str(image_folder / "large.jpg")])
    with pytest.raises(UnusableImageError, match="too large: 2,199,023 MB, more than 1,074"):
        source.read()
