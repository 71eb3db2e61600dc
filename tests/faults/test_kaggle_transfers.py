"""A transfer from Kaggle that breaks off, falls silent, is damaged, is killed or fills the disk."""

import io
import signal
import zipfile

import pytest

from tests.data.person import Person
from tests.data.raw.kaggle_server import Kaggle
from tests.helpers.processes import wait_until
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP

pytestmark = pytest.mark.slow


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
