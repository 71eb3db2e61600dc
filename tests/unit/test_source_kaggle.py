"""download.source: kaggle, with Kaggle's own client against a server on this computer."""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.kaggle_server import Kaggle, serve
from tests.processes import wait_until
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.archives import IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP

REPOSITORY = Path(__file__).parents[2]
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
            cwd=REPOSITORY,
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
def person(tmp_path: Path) -> Person:
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
def kaggle(files: dict[str, bytes]) -> Iterator[Kaggle]:
    """Give a Kaggle that knows the person's token and key."""
    key = base64.b64encode(b"edwin:0123456789abcdef").decode()
    with serve(Kaggle(dict(files), {f"Bearer {TOKEN}", f"Basic {key}"})) as server:
        yield server


def test_the_two_files_arrive(person: Person, kaggle: Kaggle) -> None:
    assert person.download() == (0, "")
    assert person.has(kaggle)
    assert not person.partial.exists()


def test_a_second_download_gives_the_same_files(person: Person, kaggle: Kaggle) -> None:
    assert person.download() == (0, "")
    assert person.download() == (0, "")
    assert person.has(kaggle)


LOG_INS = {
    "access_token": TOKEN,
    "kaggle.json": json.dumps({"username": "edwin", "key": "0123456789abcdef"}),
    "credentials.json": json.dumps(  # of `kaggle auth login`
        {"refresh_token": "r", "access_token": TOKEN, "access_token_expiration": "2999-01-01T00:00:00+00:00"}
    ),
}


@pytest.mark.parametrize("name", LOG_INS)
def test_a_log_in_in_the_home_folder_is_found(person: Person, kaggle: Kaggle, name: str) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    (person.home / ".kaggle").mkdir()
    (person.home / ".kaggle" / name).write_text(LOG_INS[name])
    assert person.download() == (0, "")
    assert person.has(kaggle)


def test_user_name_and_key_in_the_environment_are_found(person: Person, kaggle: Kaggle) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    person.environment.update(KAGGLE_USERNAME="edwin", KAGGLE_KEY="0123456789abcdef")
    assert person.download() == (0, "")
    assert person.has(kaggle)


def test_a_token_too_long_for_a_file_name_works(person: Person, kaggle: Kaggle) -> None:
    person.environment["KAGGLE_API_TOKEN"] = "x" * 400
    kaggle.authorizations.add("Bearer " + "x" * 400)
    assert person.download() == (0, "")


def test_without_a_log_in(person: Person, kaggle: Kaggle) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    assert person.refused() == (
        "download.source: kaggle: no Kaggle log-in found: create a token at https://www.kaggle.com/settings and put "
        "it into ~/.kaggle/access_token or the environment variable KAGGLE_API_TOKEN"
    )
    assert kaggle.asked == []


REFUSALS = {
    400: "Kaggle refused it (400): try https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data in a browser",
    403: "open https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/rules, accept the rules",
    404: "Kaggle has no such file (404): download it from https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data",
    429: "Kaggle received too many requests (429): run the same command again later",
    500: "Kaggle is out of order (500): run the same command again later",
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_says_what_to_do(person: Person, kaggle: Kaggle, status: int) -> None:
    kaggle.status = status
    said = person.refused()
    assert said.startswith(SOLUTIONS_ZIP)
    assert REFUSALS[status] in said


def test_a_wrong_token(person: Person, kaggle: Kaggle) -> None:
    kaggle.authorizations.clear()
    assert person.refused() == (
        "training_solutions_rev1.zip: Kaggle refused the log-in in environment variable KAGGLE_API_TOKEN (401): "
        "put a new token from https://www.kaggle.com/settings there"
    )


@pytest.mark.parametrize("token", ["gal\naxy", "galaxy\N{SNOWFLAKE}"])
def test_something_that_is_no_token(person: Person, kaggle: Kaggle, token: str) -> None:
    person.environment["KAGGLE_API_TOKEN"] = token
    said = person.refused()
    assert "holds something that is no token" in said
    assert "axy" not in said.replace("galaxy-zoo", "")
    assert kaggle.asked == []


def test_without_a_network(person: Person) -> None:
    assert person.refused() == (
        "training_solutions_rev1.zip: no connection to Kaggle, or it broke off: check the network and run the same "
        "command again; what has arrived is kept"
    )


def test_a_transfer_that_breaks_off_goes_on_where_it_was(person: Person, kaggle: Kaggle) -> None:
    kaggle.cuts = [10**6, 600_000]
    assert person.download("kaggle.PAUSES = (0,)") == (0, "")
    assert person.has(kaggle)
    ranges = [wanted for name, wanted in kaggle.asked if name == IMAGES_ZIP and wanted]
    assert ranges, "the images came from their first byte again"


def test_a_transfer_that_keeps_breaking_off_is_kept_for_the_next_run(person: Person, kaggle: Kaggle) -> None:
    kaggle.cuts = [10**6, 800_000, 0, 0, 0, 0]
    said = person.refused("kaggle.PAUSES = (0, 0)")
    assert said.startswith("images_training_rev1.zip: no connection to Kaggle, or it broke off")
    arrived = (person.partial / IMAGES_ZIP).stat().st_size
    assert 0 < arrived < len(kaggle.files[IMAGES_ZIP])
    kaggle.cuts.clear()
    assert person.download() == (0, "")
    assert person.has(kaggle)
    assert kaggle.asked[-1] == (IMAGES_ZIP, f"bytes={arrived}-")


def test_a_transfer_that_falls_silent_is_taken_up_again(person: Person, kaggle: Kaggle) -> None:
    kaggle.cuts = [10**6, 600_000]
    kaggle.stall = True
    impatient = "from tuning_fork.sources import kaggle_client; kaggle_client.TIMEOUT = (5, 0.5)"
    assert person.download(f"{impatient}; kaggle.PAUSES = (0,)") == (0, "")
    assert person.has(kaggle)


def test_a_storage_without_ranges_sends_the_whole_again(person: Person, kaggle: Kaggle) -> None:
    kaggle.ranges = False
    kaggle.cuts = [10**6, 600_000]
    assert person.download("kaggle.PAUSES = (0, 0)") == (0, "")
    assert person.has(kaggle)


def test_parts_of_two_versions_are_never_joined(person: Person, kaggle: Kaggle) -> None:
    kaggle.cuts = [10**6, 800_000, 0, 0, 0]
    person.refused("kaggle.PAUSES = (0,)")
    kaggle.cuts.clear()
    kaggle.files[IMAGES_ZIP] = rewritten(kaggle.files[IMAGES_ZIP])
    assert person.download() == (0, "")
    assert person.has(kaggle)


def rewritten(archive: bytes) -> bytes:
    """Give another zip of the same members, of another size."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name)[::-1] + b"!")
    return buffer.getvalue()


def test_killed_amid_a_transfer_the_next_run_goes_on(person: Person, kaggle: Kaggle) -> None:
    kaggle.cuts = [10**6, 900_000]
    kaggle.stall = True
    process = person.start()
    try:
        part = person.partial / IMAGES_ZIP
        wait_until(lambda: part.exists() and part.stat().st_size >= 500_000, process, 20)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)
    assert not person.folder.exists()
    kaggle.released.set()
    assert person.download() == (0, "")
    assert person.has(kaggle)
    assert kaggle.asked[-1][1] is not None
    assert not person.partial.exists()


@pytest.mark.parametrize("where", ["content", "end", "everything"])
def test_damaged_archives_are_thrown_away(person: Person, kaggle: Kaggle, where: str) -> None:
    whole = kaggle.files[IMAGES_ZIP]
    damaged = {
        "content": whole[:500_000] + bytes([whole[500_000] ^ 1]) + whole[500_001:],
        "end": whole[:-30],
        "everything": b"<!doctype html><title>Kaggle</title>",
    }
    kaggle.files[IMAGES_ZIP] = damaged[where]
    said = person.refused()
    assert said.startswith("images_training_rev1.zip: is not a whole zip archive (")
    assert said.endswith("): download it again")
    assert not (person.partial / IMAGES_ZIP).exists()
    kaggle.files[IMAGES_ZIP] = whole
    assert person.download() == (0, "")
    assert person.has(kaggle)


def test_an_archive_of_something_else(person: Person, kaggle: Kaggle) -> None:
    kaggle.files[SOLUTIONS_ZIP] = kaggle.files[IMAGES_ZIP]
    found = "training_solutions_rev1.zip: holds no training_solutions_rev1.csv among its files ("
    assert person.refused().startswith(found)


def test_a_disk_too_small_is_told_before_the_transfer(person: Person, kaggle: Kaggle) -> None:
    said = person.refused("import shutil; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10**6, 0, 10**6)")
    assert said == f"{person.partial}: the disk is too full (1.2 MB needed, 1.0 MB free): free some space and run again"


def test_a_disk_that_fills_up_amid_the_transfer(person: Person, kaggle: Kaggle) -> None:
    said = person.refused("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))")
    part = person.partial / IMAGES_ZIP
    assert said == f"{part}: cannot be written (File too large): free some space and run the same command again"
    assert person.download() == (0, "")
    assert person.has(kaggle)


@pytest.mark.parametrize("status", [200, 401, 403, 500])
def test_the_token_is_neither_printed_nor_written(person: Person, kaggle: Kaggle, status: int) -> None:
    kaggle.status = status
    kaggle.cuts = [10**6, 600_000, 0, 0]
    person.environment.update(VERBOSE="1", VERBOSE_OUTPUT="1")
    said = person.download("kaggle.PAUSES = ()")[1]
    written = [path for path in person.home.parent.rglob("*") if path.is_file()]
    assert TOKEN not in said and "Signature" not in said
    assert not any(TOKEN.encode() in path.read_bytes() for path in written)
    assert written or status != 200


@pytest.mark.parametrize("name", ["access_token", "kaggle.json"])
def test_a_log_in_that_cannot_be_read(person: Person, kaggle: Kaggle, name: str) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    (person.home / ".kaggle" / name).mkdir(parents=True)  # unreadable even for root
    said = person.refused()
    assert "~/.kaggle" in said or str(person.home) in said
    assert "Is a directory" in said


def test_a_port_that_is_taken_fails_at_once(kaggle: Kaggle) -> None:
    with pytest.raises(AssertionError, match=r"port 7777.* is taken"), serve(kaggle):
        pass


def test_importing_the_source_asks_nobody(person: Person, kaggle: Kaggle) -> None:
    check = "import tuning_fork.sources.kaggle, sys; sys.exit('kaggle' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=REPOSITORY, env=person.environment, timeout=30, check=True)
    assert kaggle.asked == []
    assert not list(person.home.iterdir())
