"""Somebody who downloads from the Kaggle on this computer."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.data.raw.kaggle_server import Kaggle, serve
from tests.helpers.imports import ROOT
from tests.helpers.once import alone
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP

TOKEN = "KGAT_0123456789abcdef0123456789abcdef"
FETCH = """
import sys
from pathlib import Path
from tuning_fork.core.errors import run
from tuning_fork.sources import kaggle
{before}
run(lambda: kaggle.fetch(Path(sys.argv[1]), Path(sys.argv[2])))
"""


class Person:
    """Somebody with a home folder of their own, who downloads."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.folder = root / "raw"
        self.partial = root / "partial"
        self.home.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "KAGGLE_API_ENVIRONMENT": "TEST",
            "KAGGLE_API_TOKEN": TOKEN,
            "NO_PROXY": "localhost,127.0.0.1",
        }

    def start(self, before: str = "") -> subprocess.Popen[str]:
        """Start the download in a process of its own; `before` is Python that runs first."""
        return subprocess.Popen(
            [sys.executable, "-c", FETCH.format(before=before), str(self.folder), str(self.partial)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def download(self, before: str = "") -> tuple[int, str]:
        """Download; give the exit status and everything that was printed."""
        process = self.start(before)
        try:
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
        return process.returncode, out + err

    def refused(self, before: str = "") -> str:
        """Download in vain; give the one line that says why."""
        status, said = self.download(before)
        assert status == 1, said
        assert said.startswith("error: ") and said.endswith("\n") and said.count("\n") == 1, said
        assert not list(self.folder.glob("*"))
        return said.removeprefix("error: ").rstrip("\n")

    def has(self, kaggle: Kaggle) -> bool:
        """Whether the folder holds exactly the two files that Kaggle has, byte for byte."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir()} == kaggle.files


@pytest.fixture
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no other process of the test run use the port where the client looks."""
    with alone("kaggle-port", tmp_path_factory):
        yield


@pytest.fixture
def person(port: None, tmp_path: Path) -> Person:
    """Give somebody with a valid token in the environment."""
    return Person(tmp_path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give the two training archives, with three images of 400 kB each."""
    folder = tmp_path_factory.mktemp("kaggle")
    generator = np.random.default_rng(1)
    write_zip(
        folder / IMAGES_ZIP, [(f"images_training_rev1/10000{i}.jpg", generator.bytes(400_000)) for i in (8, 23, 53)]
    )
    write_zip(folder / SOLUTIONS_ZIP, [(SOLUTIONS_CSV, b"GalaxyID,Class1.1\n100008,0.38\n")])
    return {name: (folder / name).read_bytes() for name in (IMAGES_ZIP, SOLUTIONS_ZIP)}


@pytest.fixture
def kaggle(port: None, files: dict[str, bytes]) -> Iterator[Kaggle]:
    """Give a Kaggle that knows the person's token and key."""
    key = base64.b64encode(b"edwin:0123456789abcdef").decode()
    with serve(Kaggle(dict(files), {f"Bearer {TOKEN}", f"Basic {key}"})) as server:
        yield server
