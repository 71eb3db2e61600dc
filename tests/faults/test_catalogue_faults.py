"""A catalogue of bad files, interrupted, killed, or of images that change meanwhile."""

import itertools
import json
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.catalogue import IMAGES_A_PART, bad_files, run
from tests.helpers.imports import ROOT
from tests.helpers.processes import wait_until
from tuning_fork.catalogue import classify
from tuning_fork.catalogue import make_catalogue as making
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import threads
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.images.preparing import Options

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_the_catalogue_folder")]


def test_every_bad_file_is_listed_with_its_flag_and_the_rest_is_classified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_files(tmp_path / "in", Path(IMAGES_ZIP))
    run(monkeypatch, tmp_path / "in", "--output", tmp_path / "c.csv")
    table = pd.read_csv(tmp_path / "c.csv", keep_default_na=False, index_col="file").drop(columns="name")
    table.index = [name.removeprefix(f"{tmp_path}/in/") for name in table.index]
    unreadable = {
        "dangling.jpg": "[Errno 2] No such file or directory",
        "empty.jpg": "zero bytes",
        "text.jpg": "not an image of a known format",
        "truncated.jpg": "unreadable: ",
        "one.png": "too small: 1x1 pixels",
        "pipe.jpg": "a named pipe, not a file",
        "cut.zip": "a damaged zip archive",
        "encrypted.zip/../../outside.jpg": "File '../../outside.jpg' is encrypted",
    }
    for name, note in unreadable.items():
        row = table.loc[name]
        assert (row["flags"], row["featured"], row["predicted_class"]) == ("unreadable", "", ""), name
        assert row["note"].startswith(note), name
    usual = table.loc["good.jpg"]
    assert 0 < float(usual["featured"]) < 1
    for name in (r"un\nusual näme\udcff.jpg", "dots.zip/../../outside.jpg"):
        assert table.loc[name].tolist() == usual.tolist()
    assert table.loc["other size.png", "flags"] == "off_size"
    assert "unlike_training" in table.loc["noise.png", "flags"].split(";")
    assert len(table) == len(unreadable) + 5
    assert "8 unreadable" in capsys.readouterr().out


def test_a_network_of_images_of_any_size_misses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree("data/model", tmp_path / "own")
    description = json.loads((tmp_path / "own/model.json").read_text(encoding="utf-8"))
    description["trained_on"] = [{"task": "binary", "source": "folder", "galaxies": 9, "frozen": 0}]
    (tmp_path / "own/model.json").write_text(json.dumps(description), encoding="utf-8")
    bad_files(tmp_path / "in", Path(IMAGES_ZIP))
    for model, flags in (("data/model", "off_size"), (tmp_path / "own", "")):
        run(monkeypatch, tmp_path / "in/other size.png", "--model", model, "--output", tmp_path / "one.csv")
        assert pd.read_csv(tmp_path / "one.csv", keep_default_na=False)["flags"].tolist() == [flags]


def test_nothing_but_unreadable_files_is_a_catalogue_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    for suffix in ("csv", "parquet", "fits", "vot"):
        run(monkeypatch, tmp_path / "a.jpg", tmp_path / "b.jpg", "--output", tmp_path / f"c.{suffix}")
        assert (tmp_path / f"c.{suffix}").stat().st_size > 0


def test_an_interrupted_catalogue_goes_on_and_ends_in_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, IMAGES_ZIP, "--output", tmp_path / "whole.fits")
    classified = []

    def interrupted(folder: Path, views: int, options: Options, sources: list) -> classify.Columns:
        if len(classified) == 2:
            raise KeyboardInterrupt
        classified.append(len(sources))
        return classify.classify(folder, views, options, sources)

    monkeypatch.setattr(making, "threads", lambda _: threads(1))
    monkeypatch.setattr(making, "classify", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(monkeypatch, IMAGES_ZIP, "--output", tmp_path / "c.fits")
    assert not (tmp_path / "c.fits").exists()
    classified[:] = [0, 0, 0]
    run(monkeypatch, IMAGES_ZIP, "--output", tmp_path / "c.fits")
    assert sum(classified) == 60 - 2 * IMAGES_A_PART
    assert (tmp_path / "c.fits").read_bytes() == (tmp_path / "whole.fits").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.fits", "whole.fits"]


def test_one_process_at_a_time_writes_a_catalogue_and_after_a_killed_one_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real process; the archive is repeated, so that it is killed well before its end."""
    with zipfile.ZipFile(IMAGES_ZIP) as archive, zipfile.ZipFile(tmp_path / "many.zip", "w") as many:
        jpegs = [archive.read(name) for name in archive.namelist()]
        for number in range(6_000):
            many.writestr(f"{number}.jpg", jpegs[number % 60])
    command = [
        sys.executable,
        "-m",
        "tuning_fork",
        "classify",
        str(tmp_path / "many.zip"),
        "--output",
        str(tmp_path / "c.csv"),
    ]
    begun = tmp_path / "c.csv.unfinished"
    process = subprocess.Popen(command, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    wait_until(lambda: begun.exists() and begun.read_bytes().count(b"\n") >= 3, process)
    (tmp_path / "folder").symlink_to(tmp_path)
    (tmp_path / "link.csv").symlink_to("c.csv")
    for spelling in ("c.csv", "folder/c.csv", "link.csv"):
        with pytest.raises(UserError, match=f"{begun}: process {process.pid} is writing it: wait until that"):
            run(monkeypatch, tmp_path / "many.zip", "--output", tmp_path / spelling)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "c.csv").exists()
    subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, check=True, stdout=subprocess.DEVNULL, timeout=120)
    table = pd.read_csv(tmp_path / "c.csv")
    assert table["GalaxyID"].tolist() == list(range(6_000))
    np.testing.assert_allclose(table["featured"][:60], table["featured"][-60:], atol=2e-6)
    assert not begun.exists()


def test_no_catalogue_is_written_whose_rows_are_not_those_of_the_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "c.csv"
    run(monkeypatch, IMAGES_ZIP, "--output", output)
    before = output.read_bytes()

    calls = itertools.count()

    def interrupted(folder: Path, views: int, options: Options, sources: list) -> classify.Columns:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return classify.classify(folder, views, options, sources)

    begun = tmp_path / "c.csv.unfinished"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(making, "threads", lambda _: threads(1))
        patch.setattr(making, "classify", interrupted)
        run(patch, IMAGES_ZIP, "--output", output)
    head, first, second = begun.read_text().splitlines()
    for lines in ([head, first, second, second], [head, *5 * [first]], [head, second, first]):
        begun.write_text("\n".join([*lines, ""]))  # as two processes would leave it
        with pytest.raises(UserError, match=r"c.csv.unfinished: had other rows than the images: run the same command"):
            run(monkeypatch, IMAGES_ZIP, "--output", output)
    assert output.read_bytes() == before
    run(monkeypatch, IMAGES_ZIP, "--output", output)
    assert output.read_bytes() == before


CHANGES = {
    "changes": (lambda folder: (folder / "1.jpg").write_bytes(b"another"), "2 at the beginning, 2 at the end"),
    "vanishes": (lambda folder: (folder / "1.jpg").unlink(), "2 at the beginning, 1 at the end"),
    "appears": (lambda folder: (folder / "2.jpg").touch(), "2 at the beginning, 3 at the end"),
    "vanish": (shutil.rmtree, "images changed meanwhile: .*/in: no such file or folder"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_images_that_change_meanwhile_are_said(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happen, said = CHANGES[change]
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(IMAGES_ZIP) as archive:
        for number in range(2):
            (tmp_path / f"in/{number}.jpg").write_bytes(archive.read(archive.namelist()[number]))

    def meanwhile(folder: Path, views: int, options: Options, sources: list) -> classify.Columns:
        happen(tmp_path / "in")
        return classify.classify(folder, views, options, sources)

    monkeypatch.setattr(making, "classify", meanwhile)
    with pytest.raises(UserError, match=said):
        run(monkeypatch, tmp_path / "in", "--output", tmp_path / "c.csv")
    assert not (tmp_path / "c.csv").exists()


def test_a_model_that_changes_meanwhile_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree("data/model", tmp_path / "model")

    def meanwhile(folder: Path, views: int, options: Options, sources: list) -> classify.Columns:
        columns = classify.classify(folder, views, options, sources)
        shutil.copytree("regression", tmp_path / "model", dirs_exist_ok=True)
        return columns

    monkeypatch.setattr(making, "classify", meanwhile)
    with pytest.raises(UserError, match=r"c.csv: not written, as .*/model changed meanwhile: run the same"):
        arguments = IMAGES_ZIP, "--model", tmp_path / "model", "--output", tmp_path / "c.csv"
        run(monkeypatch, *arguments, images_a_part=60)
    assert not (tmp_path / "c.csv").exists()
