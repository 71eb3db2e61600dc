"""`tuning-fork classify`: a catalogue of anyone's images, whatever is among them and whatever happens meanwhile."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table
from PIL import Image

from tests.data.catalogue import PARAMS, bad_files, make_model, run
from tests.helpers.imports import ROOT
from tuning_fork.calibration.model_folder import load_model
from tuning_fork.catalogue import classify
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.images.fits_images import UNNAMED
from tuning_fork.images.jpeg_cutout import cut_out

pytestmark = pytest.mark.usefixtures("in_the_catalogue_folder")


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


def test_a_page_to_explore_has_all_that_is_readable_and_is_written_over_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page, catalogue = tmp_path / "all.html", tmp_path / "c.csv"
    page.write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(SystemExit):
        run(monkeypatch, IMAGES_ZIP, "--output", catalogue, "--explore", page)
    assert f"{page}: is there already, and not by this command: name another" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "<p>mine</p>"
    page.unlink()
    for _ in range(2):  # its own page is
        run(monkeypatch, IMAGES_ZIP, "--output", catalogue, "--explore", page)
    shown = page.read_text(encoding="utf-8").partition('id="galaxies">')[2].partition("</script>")[0]
    assert json.loads(shown)["names"] == pd.read_csv(catalogue, dtype=str)["name"].tolist()


def test_a_page_that_cannot_be_written_is_told_of_before_the_work_and_one_stopped_costs_no_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = (IMAGES_ZIP, "--output", tmp_path / "c.csv", "--explore")
    with pytest.raises(UserError, match=r"/proc/all.html: cannot be written \(No such file or directory\): name"):
        run(monkeypatch, *call, "/proc/all.html")
    assert not (tmp_path / "c.csv").exists()
    with monkeypatch.context() as stopping, pytest.raises(KeyboardInterrupt):
        stopping.setattr(
            "tuning_fork.catalogue.explore.write_explorer", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        run(monkeypatch, *call, tmp_path / "all.html")
    monkeypatch.setattr("tuning_fork.catalogue.make_catalogue.classify", lambda *_: pytest.fail("classified again"))
    run(monkeypatch, *call, tmp_path / "all.html")
    assert (tmp_path / "all.html").exists()
    monkeypatch.undo()
    (tmp_path / "none.jpg").write_bytes(b"")
    with pytest.raises(UserError, match="not written, as none of 1 images is readable"):
        run(monkeypatch, tmp_path / "none.jpg", *call[1:], tmp_path / "all.html")
    assert sorted(path.name for path in tmp_path.glob("c.csv*")) == ["c.csv"]


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
    sys.argv = ["tuning-fork", *arguments]
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
    commands = [["classify", *arguments] for arguments in commands] + [["next", "--help"]]
    code = WITHOUT_A_NETWORK.format(commands=commands)
    shown = subprocess.run(
        [sys.executable, "-c", code], check=False, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (shown.returncode, shown.stderr.count("Traceback")) == (0, 0), shown.stderr
    ends = [line for line in shown.stdout.splitlines() if line.isdigit() or line.startswith("error: ")]
    assert ends[:2] == ["0", "2"]
    assert [end.startswith("error: ") for end in ends[2:-1]] == [True] * 5
    assert ends[-1] == "0"


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
