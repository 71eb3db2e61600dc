"""`tuning-fork classify`: a catalogue of anyone's images, whatever is among them and whatever happens meanwhile."""

import io
import itertools
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table
from PIL import Image

from tests.imports import ROOT
from tests.parameters import params_with
from tests.processes import wait_until
from tuning_fork.calibration.model_folder import load_model, save_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue import classify, making
from tuning_fork.catalogue import command as predict
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import threads
from tuning_fork.galaxies.archives import IMAGES_ZIP, jpeg_members
from tuning_fork.galaxies.examples import Examples
from tuning_fork.images.cutouts import cut_out
from tuning_fork.images.fits_images import UNNAMED
from tuning_fork.images.preparing import Options
from tuning_fork.networks.architecture import build_network
from tuning_fork.tasks.tasks import TASKS

PARAMS = params_with(images={"size": 24}, model={"filters": [4, 8], "dense": [8]})
IMAGES_A_PART = 16


def make_model(folder: Path, archive: Path, task: str) -> None:
    """Save an untrained network that knows the galaxies of the archive."""
    with zipfile.ZipFile(archive) as images:
        cutouts = [cut_out(images.read(member.name), PARAMS.images) for _, member in jpeg_members(archive)]
    targets = np.random.default_rng(1).dirichlet([1] * (len(TASKS[task].targets) + 1), len(cutouts))[:, 1:]
    galaxies = [Examples(np.arange(len(cutouts)), targets.round() if task == "binary" else targets, np.stack(cutouts))]
    keras.utils.set_random_seed(1)
    network = build_network(PARAMS.images.shape, TASKS[task], PARAMS.model)
    save_model(folder, TrainedModel.finish(network, TASKS[task], PARAMS.images, galaxies, galaxies))


@pytest.fixture(scope="module")
def project(kaggle_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with params.yaml, models of two tasks and Kaggle's archive of 60 galaxies; leave it as it is."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "data.csv").mkdir()
    make_model(folder / "data/model", kaggle_files / IMAGES_ZIP, "binary")
    make_model(folder / "regression", kaggle_files / IMAGES_ZIP, "regression")
    (folder / IMAGES_ZIP).symlink_to(kaggle_files / IMAGES_ZIP)
    return folder


@pytest.fixture(autouse=True)
def _in_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: Path | str, images_a_part: int = IMAGES_A_PART) -> None:
    monkeypatch.setattr(sys, "argv", ["predict", *map(str, arguments)])
    predict.main(images_a_part)


def test_kaggles_archive_becomes_a_catalogue_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, IMAGES_ZIP, "--output", tmp_path / "c.csv")
    table = pd.read_csv(tmp_path / "c.csv", keep_default_na=False)
    columns = ["GalaxyID", "name", "file", "ra", "dec", "smooth", "featured", "predicted_class", "uncertainty"]
    assert table.columns.tolist() == [*columns, "frame", "frame_filled", "flags", "note"]
    with zipfile.ZipFile(IMAGES_ZIP) as archive:
        names = archive.namelist()
        cutouts = np.stack([cut_out(archive.read(name), PARAMS.images) for name in names])
    assert table["GalaxyID"].tolist() == [int(Path(name).stem) for name in names]
    assert table["name"].tolist() == table["GalaxyID"].tolist()
    assert table["file"].tolist() == [f"{IMAGES_ZIP}/{name}" for name in names]
    own = load_model(Path("data/model")).network.predict(cutouts, verbose=0)[:, 0]
    np.testing.assert_allclose(table["featured"], own, atol=2e-6)
    np.testing.assert_allclose(table["smooth"] + table["featured"], 1, atol=2e-6)
    np.testing.assert_allclose(table["uncertainty"], np.minimum(own, 1 - own), atol=2e-6)
    assert table["predicted_class"].tolist() == ["featured" if one > 0.5 else "smooth" for one in own]
    assert (table["flags"] == "").mean() > 0.95
    assert f"{tmp_path / 'c.csv'}: 60 galaxies: " in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


def test_the_model_folder_alone_decides_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, IMAGES_ZIP, "--model", "regression", "--output", tmp_path / "c.parquet")
    table = pd.read_parquet(tmp_path / "c.parquet")
    classes = ["edge_on", "face_on", "round", "in_between"]
    np.testing.assert_allclose(table[classes].sum(axis=1), 1, atol=1e-5)
    assert table["predicted_class"].tolist() == table[classes].idxmax(axis=1).tolist()
    assert (table["uncertainty"] > 0).all()


def test_views_are_an_option_and_no_params_yaml_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Path.cwd()
    monkeypatch.chdir(tmp_path)
    for views in (1, 8):
        images, model = project / IMAGES_ZIP, project / "data/model"
        run(monkeypatch, images, "--model", model, "--output", f"{views}.csv", "--views", views, "--threads", 1)
    one, eight = (pd.read_csv(f"{views}.csv")["featured"] for views in (1, 8))
    assert (one - eight).abs().max() > 0


def bad_files(folder: Path, archive: Path) -> None:
    """Fill a folder with files that are no galaxies, and two that are."""
    with zipfile.ZipFile(archive) as images:
        jpeg = images.read(images.namelist()[0])
    galaxy = Image.open(io.BytesIO(jpeg))
    folder.mkdir()
    for name, content in {
        "empty.jpg": b"",
        "text.jpg": b"not a galaxy",
        "truncated.jpg": jpeg[:-3000],
        "good.jpg": jpeg,
        os.fsdecode("un\nusual näme".encode() + b"\xff.jpg"): jpeg,
    }.items():
        (folder / name).write_bytes(content)
    (folder / "dangling.jpg").symlink_to(folder / "nothing")
    os.mkfifo(folder / "pipe.jpg")
    Image.new("RGB", (1, 1)).save(folder / "one.png")
    galaxy.resize((300, 200)).save(folder / "other size.png")
    noise = np.random.default_rng(1).integers(0, 256, (424, 424, 3)).astype(np.uint8)
    Image.fromarray(np.kron(noise[::8, ::8], np.ones((8, 8, 1), np.uint8))).save(folder / "noise.png")
    with zipfile.ZipFile(folder / "dots.zip", "w") as dots:
        dots.writestr("../../outside.jpg", jpeg)
    encrypted = bytearray((folder / "dots.zip").read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.find(signature) + flags] |= 1
    (folder / "encrypted.zip").write_bytes(encrypted)
    (folder / "cut.zip").write_bytes((folder / "dots.zip").read_bytes()[:-50])


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


def test_nothing_but_unreadable_files_is_a_catalogue_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    for suffix in ("csv", "parquet", "fits", "vot"):
        run(monkeypatch, tmp_path / "a.jpg", tmp_path / "b.jpg", "--output", tmp_path / f"c.{suffix}")
        assert (tmp_path / f"c.{suffix}").stat().st_size > 0


def test_of_one_image_a_table_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_files(tmp_path / "in", Path(IMAGES_ZIP))
    run(monkeypatch, tmp_path / "in/other size.png")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path}/in/other size.png"
    values = dict(line.split()[:2] for line in lines[1:])
    assert values.keys() == {"smooth", "featured", "uncertainty", "frame", "frame_filled", "flags"}
    assert float(values["smooth"]) + float(values["featured"]) == pytest.approx(1, abs=0.001)
    run(monkeypatch, tmp_path / "in/empty.jpg")
    assert capsys.readouterr().out.split("\n", 1)[1].split() == ["flags", "unreadable", "note", "zero", "bytes"]


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


def test_no_image_model_or_other_file_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image, archive, model = tmp_path / "in/1.fits", tmp_path / "in/z.csv", tmp_path / "model"
    shutil.copytree("data/model", model)
    (tmp_path / "in").mkdir()
    fits.PrimaryHDU(np.random.default_rng(1).normal(5, 1, (60, 60))).writeto(image)
    shutil.copy(IMAGES_ZIP, archive)
    (tmp_path / "folder").symlink_to("in")
    (tmp_path / "soft.csv").symlink_to(image)
    (tmp_path / "hard.vot").hardlink_to(image)
    (tmp_path / "model.fits").hardlink_to(model / "model.json")
    (tmp_path / "model.csv").symlink_to(model / "model.json")
    (tmp_path / "own.csv").write_text("name,redshift\nNGC 1,0.015\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.csv")
    monkeypatch.chdir(tmp_path / "in")
    is_image, is_there = (
        r"is one of the images \(.*\): name another file",
        "is there already, and no catalogue: remove it",
    )
    in_model = "is in the model's folder, which holds the model alone: name another"
    mistakes = {
        image: is_image,
        Path("1.fits"): is_image,
        Path("../in/1.fits"): is_image,
        tmp_path / "folder/1.fits": is_image,
        tmp_path / "soft.csv": is_image,
        tmp_path / "hard.vot": is_image,
        archive: is_image,
        tmp_path / "model.fits": is_there,
        tmp_path / "own.csv": is_there,
        tmp_path / "pipe.csv": is_there,
        tmp_path / "model.csv": in_model,
        model / "new.csv": in_model,
    }
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for spelling, said in mistakes.items():
        with pytest.raises(UserError, match=f"^--output {spelling}: {said}"):
            run(monkeypatch, tmp_path / "in", archive, "--model", model, "--output", spelling)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_catalogue_in_the_folder_of_its_images_is_not_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad_files(tmp_path / "in", Path(IMAGES_ZIP))
    tables = []
    (tmp_path / "link").symlink_to("in")
    for folder, output in (("in", "in/c.fits"), ("in", "link/c.fits"), ("link", "in/c.fits")):
        run(monkeypatch, tmp_path / folder, "--output", tmp_path / output)
        tables.append((tmp_path / "in/c.fits").read_bytes())
    assert tables[0] == tables[1]


def test_a_model_trained_anew_is_loaded_anew(tmp_path: Path) -> None:
    make_model(tmp_path / "model", Path(IMAGES_ZIP), "binary")
    first = classify.trained_model(tmp_path / "model")
    assert classify.trained_model(tmp_path / "model") is first
    make_model(tmp_path / "model", Path(IMAGES_ZIP), "regression")
    assert classify.trained_model(tmp_path / "model").task.name == "regression"


def test_another_model_or_other_images_begin_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "c.csv"
    run(monkeypatch, IMAGES_ZIP, "--output", output)
    before = output.read_bytes()
    begun = tmp_path / "c.csv.unfinished"
    begun.write_text('"another catalogue"\n{"name": ["not this one"]}\n', encoding="utf-8")
    run(monkeypatch, IMAGES_ZIP, "--output", output)
    assert output.read_bytes() == before


def test_a_galaxy_in_another_frame_is_flagged_and_framed_by_option_or_by_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a field 2.5 times as wide, continued by its mirror image."""
    with zipfile.ZipFile(IMAGES_ZIP) as archive:
        pictures = [np.asarray(Image.open(io.BytesIO(archive.read(name)))) for name in archive.namelist()[:20]]
    (tmp_path / "wide").mkdir()
    for number, picture in enumerate(pictures):
        wide = np.pad(picture, [(318, 318), (318, 318), (0, 0)], mode="reflect")
        Image.fromarray(wide).save(tmp_path / f"wide/{number}.png", compress_level=1)
        Image.fromarray(picture).save(tmp_path / f"{number}.png", compress_level=1)
    tables = {}
    for name, images, options in (
        ("as usual", f"{tmp_path}/*.png", []),
        ("wide", f"{tmp_path}/wide", []),
        ("share", f"{tmp_path}/wide", ["--frame", "0.4"]),
        ("auto", f"{tmp_path}/wide", ["--frame", "auto"]),
    ):
        run(monkeypatch, images, "--output", tmp_path / f"{name}.csv", *options)
        tables[name] = pd.read_csv(tmp_path / f"{name}.csv", keep_default_na=False).set_index("name").sort_index()
    is_flagged = {name: table["flags"].str.contains("other_framing").mean() for name, table in tables.items()}
    assert is_flagged["wide"] == 1
    assert max(is_flagged["as usual"], is_flagged["share"], is_flagged["auto"]) < 0.15
    np.testing.assert_allclose(tables["share"]["featured"], tables["as usual"]["featured"], atol=0.02)
    assert tables["share"]["frame"].eq(0.4).all()
    assert tables["auto"]["frame"].median() == pytest.approx(0.4, rel=0.15)
    filled = tables["auto"]["frame_filled"].median(), tables["as usual"]["frame_filled"].median()
    assert filled[0] == pytest.approx(filled[1], rel=0.15)


def test_bands_and_positions_of_fits_are_in_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(IMAGES_ZIP) as archive:
        picture = np.asarray(Image.open(io.BytesIO(archive.read(archive.namelist()[0]))), float)
    red, green, blue = picture.transpose(2, 0, 1)
    position = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 212.5}
    position |= {"CRPIX2": 212.5, "CDELT1": -1e-4, "CDELT2": 1e-4}
    for name, header in {"grz": {"BANDS": "grz"}, "silent": {}, "placed": position}.items():
        planes = np.stack([blue, green, red] if name == "grz" else [red, green, blue])
        fits.PrimaryHDU(planes, fits.Header(header)).writeto(tmp_path / f"{name}.fits")
    run(monkeypatch, tmp_path, "--output", tmp_path / "c.csv")
    table = pd.read_csv(tmp_path / "c.csv", keep_default_na=False, index_col="name")
    assert table.loc["grz", "featured"] == table.loc["silent", "featured"]
    assert table["note"].tolist() == ["", UNNAMED, UNNAMED]
    assert (float(table.loc["placed", "ra"]), float(table.loc["placed", "dec"])) == pytest.approx((150, 2), abs=1e-6)
    assert table.loc["silent", "ra"] == ""
    run(monkeypatch, tmp_path / "silent.fits", "--bands", "grz", "--output", tmp_path / "c.vot")
    named = Table.read(tmp_path / "c.vot")
    assert named["note"][0] == "" and named["featured"][0] != table.loc["silent", "featured"]


MISTAKES = {
    "no output": ([IMAGES_ZIP], "60 images: name the catalogue's file by --output FILE"),
    "a folder": ([IMAGES_ZIP, "--output", "data.csv"], "--output data.csv: is a folder: name a file"),
    "a suffix": (
        [IMAGES_ZIP, "--output", "c.doc"],
        "--output c.doc: the suffix says the format: one of .csv, .parquet",
    ),
    "an unwritable output": ([IMAGES_ZIP, "--output", "/proc/c.csv"], "--output /proc/c.csv: cannot be written"),
    "a large frame": (
        [IMAGES_ZIP, "--output", "c.csv", "--frame", "1.7"],
        "--frame 1.7: at most 1.656, when the whole picture becomes the cut-out",
    ),
    "a spelling": (["nowhere.zip"], "nowhere.zip: no such file or folder, and no image matches it"),
    "no model": ([IMAGES_ZIP, "--output", "c.csv", "--model", "nowhere"], "nowhere: no whole model there"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, said = MISTAKES[name]
    before = sorted(Path.cwd().iterdir())
    with pytest.raises(UserError) as error:
        run(monkeypatch, *arguments)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert sorted(Path.cwd().iterdir()) == before


def test_help_teaches(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as end:
        run(monkeypatch, "--help")
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("unreadable", "off_size", "unlike_training", "--output", "--views"))


WITHOUT_A_NETWORK = """
import runpy, sys
for arguments in {commands}:
    sys.argv = ["tuning-fork", "classify", *arguments]
    try:
        runpy.run_module("tuning_fork", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        print(end.code)
    slow = {{"tensorflow", "keras", "pandas", "astropy", "pyarrow", "dask", "matplotlib"}} & set(sys.modules)
    assert not slow, (arguments, slow)
"""


def test_help_and_mistakes_do_not_wait_for_the_network(tmp_path: Path) -> None:
    (tmp_path / "1.fits").write_bytes(b"SIMPLE")
    commands = [
        ["--help"],
        [],
        ["1.jpg", "--output", "c.doc"],
        ["nowhere.jpg"],
        [IMAGES_ZIP],
        [IMAGES_ZIP, "--output", "c.csv", "--model", "nowhere"],
        [str(tmp_path), "--output", str(tmp_path / "1.fits")],
    ]
    code = WITHOUT_A_NETWORK.format(commands=commands)
    shown = subprocess.run(
        [sys.executable, "-c", code], check=False, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (shown.returncode, shown.stderr.count("Traceback")) == (0, 0), shown.stderr
    ends = [line for line in shown.stdout.splitlines() if line.isdigit() or line.startswith("error: ")]
    assert ends[:2] == ["0", "2"]
    assert [end.startswith("error: ") for end in ends[2:]] == [True] * 5


def test_a_catalogue_says_what_made_it_and_is_the_same_whenever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime("data/model/model.keras", (1e9, 1e9))
    for name in ("c.fits", "again.fits"):
        run(monkeypatch, IMAGES_ZIP, "--output", tmp_path / name)
    header = fits.getheader(tmp_path / "c.fits", "CATALOGUE")
    said = [header[key] for key in ("CREATOR", "MDL_DATE", "TASK", "OUTPUTS", "VIEWS")]
    assert said == ["Tuning Fork", "2001-09-09T01:46:40", "binary", "featured", "1"]
    assert (tmp_path / "c.fits").read_bytes() == (tmp_path / "again.fits").read_bytes()
    run(monkeypatch, IMAGES_ZIP, "--model", "regression", "--output", tmp_path / "other.fits")
    assert fits.getheader(tmp_path / "other.fits", 1)["MODEL"] != header["MODEL"]


def test_what_is_passed_over_is_said_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_files(tmp_path / "in", Path(IMAGES_ZIP))
    for name in ("notes.txt", "more.txt", "log"):
        (tmp_path / "in" / name).touch()
    run(monkeypatch, tmp_path / "in", "--output", tmp_path / os.fsdecode(b"\xff.csv"))
    assert capsys.readouterr().out.splitlines()[-1] == "3 files passed over: 2 .txt, 1 without a suffix"


def test_names_that_are_no_plain_numbers_make_no_galaxy_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(IMAGES_ZIP) as archive:
        jpeg = archive.read(archive.namelist()[0])
    for suffix in (".csv", ".parquet", ".fits", ".vot"):
        for names, are_numbers in ((["007", "7"], False), ([f"{2**63}", "1"], False), ([f"{2**63 - 1}", "1"], True)):
            images = [tmp_path / f"{name}.jpg" for name in names]
            for image in images:
                image.write_bytes(jpeg)
            output = tmp_path / f"c{suffix}"
            run(monkeypatch, *images, "--output", output)
            read = {".csv": pd.read_csv, ".parquet": pd.read_parquet}.get(suffix, Table.read)
            table = read(output)
            assert ("GalaxyID" in list(table.columns)) == are_numbers
            if are_numbers:
                assert [int(one) for one in table["GalaxyID"]] == [int(name) for name in names]
