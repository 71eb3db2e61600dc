"""`tuning-fork next`: which galaxies to label next, as a table and a page of pictures."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table

from tests.data.catalogue import bad_files
from tuning_fork.catalogue.inputs import Inputs
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.images.image_search import find_images
from tuning_fork.images.preparing import Options
from tuning_fork.labelling_next import command
from tuning_fork.labelling_next.choosing import choose, novelty
from tuning_fork.labelling_next.labelled_names import labelled_names
from tuning_fork.labelling_next.looking import Looked
from tuning_fork.labelling_next.making import options_of
from tuning_fork.labelling_next.writing import picture


def run(monkeypatch: pytest.MonkeyPatch, *arguments: Path | str) -> None:
    monkeypatch.setattr(sys, "argv", ["tuning-fork next", *map(str, arguments)])
    command.main()


def groups(galaxies: int) -> np.ndarray:
    """Return features of galaxies in ten groups that are far apart, (n, 10), the group by the number."""
    rng = np.random.default_rng(1)
    return 100 * np.eye(10)[np.arange(galaxies) % 10] + rng.normal(0, 1, (galaxies, 10))


def test_those_chosen_are_unlike_one_another() -> None:
    for seed in range(5):
        chosen = choose(groups(200), np.ones(200), 10, seed)
        assert sorted(chosen % 10) == list(range(10))


def test_those_chosen_are_those_that_the_network_is_unsure_of() -> None:
    unsure = np.arange(200) < 100
    chosen = choose(np.random.default_rng(2).normal(size=(200, 5)), np.where(unsure, 0.4, 0.001), 50, seed=1)
    assert unsure[chosen].mean() > 0.9


def test_a_choice_begins_with_the_same_galaxies_and_the_seed_draws_others() -> None:
    features, uncertainty = groups(100), np.linspace(0, 0.5, 100)
    chosen = [choose(features, uncertainty, 20, seed).tolist() for seed in (1, 1, 2)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_each_galaxy_is_chosen_once_whatever_is_equal_or_certain() -> None:
    for features, uncertainty in ((np.zeros((30, 4)), np.linspace(0, 1, 30)), (groups(30), np.zeros(30))):
        assert sorted(choose(features, uncertainty, 99, 1)) == list(range(30))
        assert len(set(choose(features, uncertainty, 12, 1))) == 12


def test_novelty_is_the_distance_to_the_nearest_before() -> None:
    features = np.array([[0.0], [4.0], [5.0]])
    np.testing.assert_allclose(novelty(features), [1, *(np.array([4, 1]) / np.sqrt(2 * features.var()))])
    np.testing.assert_array_equal(novelty(np.zeros((3, 2))), [1, 0, 0])


def test_names_are_matched_as_people_write_them(tmp_path: Path) -> None:
    as_people_write_them = [" 0017 ", "17.0", "a/17.jpg", "587722984435351614", "PGC0000212.fits.gz", ""]
    (tmp_path / "labels.csv").write_text("\n".join(["GalaxyID,class", *(f"{name},a" for name in as_people_write_them)]))
    assert labelled_names(tmp_path / "labels.csv", "GalaxyID", None) == {
        "17",
        "587722984435351614",
        "PGC0000212",
    }


def test_names_that_lost_their_last_digits_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("object,class\n12,a\n5.877229817465407e+17,\n5.877229817465407e+17,a\n")
    told = "row 4, column object: '5.877229817465407e\\+17' has a decimal point: so large a number lost its last digits"
    with pytest.raises(UserError, match=told):
        labelled_names(tmp_path / "labels.csv", "object", "class")


def test_what_is_wrong_with_a_file_is_not_mended_by_naming_columns(tmp_path: Path) -> None:
    for content, told in (
        ("object,für\n".encode("latin-1"), "save it as UTF-8"),
        (b"object;z\n", "save it with commas"),
    ):
        (tmp_path / "labels.csv").write_bytes(content)
        with pytest.raises(UserError, match=f"{told}: correct the table, or name another$"):
            labelled_names(tmp_path / "labels.csv", "object", None)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".fits", ".vot"])
def test_a_table_of_any_format_says_which_galaxies_have_a_label(suffix: str, tmp_path: Path) -> None:
    table = Table({"object": ["J1", "J2", "0003"], "type": ["E", "", "NA"]})
    table.write(tmp_path / f"table{suffix}", format={".csv": "csv", ".vot": "votable"}.get(suffix))
    assert labelled_names(tmp_path / f"table{suffix}", "object", None) == {"J1", "J2", "3"}
    assert labelled_names(tmp_path / f"table{suffix}", "object", "type") == {"J1", "3"}


def test_a_table_without_the_column_says_which_it_has(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("name,class\na,1\n")
    with pytest.raises(UserError, match=r"no column GalaxyID, but 'name', 'class': name its column of IDs by --id"):
        labelled_names(tmp_path / "labels.csv", "GalaxyID", None)
    (tmp_path / "empty.csv").touch()
    with pytest.raises(UserError, match=r"empty\.csv: not a CSV file"):
        labelled_names(tmp_path / "empty.csv", "GalaxyID", None)
    with pytest.raises(UserError, match="does not exist: name a table"):
        labelled_names(tmp_path / "none.csv", "GalaxyID", None)


@pytest.mark.usefixtures("in_the_catalogue_folder")
@pytest.mark.parametrize("model", ["data/model", "regression"])
def test_a_table_and_a_page_of_the_galaxies_without_labels(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (IMAGES_ZIP, "--model", model, "--number", 8)
    run(monkeypatch, *arguments, "--output", tmp_path / "first.csv")
    first = pd.read_csv(tmp_path / "first.csv", dtype={"name": str})
    assert list(first["rank"]) == list(range(1, 9))
    assert first["name"].is_unique
    np.testing.assert_allclose(first["score"], first["uncertainty"] * first["novelty"] ** 2, atol=1e-5)
    page = (tmp_path / "first.html").read_text()
    assert page.count("data:image/jpeg;base64,") == 8
    assert "http" not in page.replace("http-equiv", "")
    assert all(name in page for name in first["name"])

    written = [(tmp_path / f"first.{suffix}").read_bytes() for suffix in ("csv", "html")]
    run(monkeypatch, *arguments, "--output", tmp_path / "first.csv")  # over its own files, and the same
    assert [(tmp_path / f"first.{suffix}").read_bytes() for suffix in ("csv", "html")] == written

    first[["name"]].assign(label="smooth").to_csv(tmp_path / "labels.csv", index=False)
    labelled = ("--labelled", tmp_path / "labels.csv", "--id", "name", "--number", 60)
    run(monkeypatch, *arguments[:3], *labelled, "--output", tmp_path / "second.csv")
    second = pd.read_csv(tmp_path / "second.csv", dtype={"name": str})
    assert not set(first["name"]) & set(second["name"])
    assert "8 galaxies have labels already" in capsys.readouterr().out
    (tmp_path / "labels.csv").write_text("name\nX1\nX2\n")
    run(monkeypatch, *arguments[:3], *labelled, "--output", tmp_path / "second.csv")
    assert "none of the 2 IDs in its column name is an image's name\n" in capsys.readouterr().out


@pytest.mark.usefixtures("in_the_catalogue_folder")
def test_what_is_no_galaxy_is_left_out_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_files(tmp_path / "bad", Path(IMAGES_ZIP))
    run(monkeypatch, tmp_path / "bad", "--output", tmp_path / "next.csv")
    names = set(pd.read_csv(tmp_path / "next.csv")["name"])
    assert "good" in names
    assert not names & {"empty", "text", "truncated", "one", "noise", "pipe", "encrypted"}
    assert "unreadable" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"no galaxy to choose from \(1 unreadable\)"):
        run(monkeypatch, tmp_path / "bad/empty.jpg", "--output", tmp_path / "next.csv")


@pytest.mark.usefixtures("in_the_catalogue_folder")
def test_the_page_shows_fits_files_as_the_network_was_shown_them(tmp_path: Path) -> None:
    planes = np.random.default_rng(1).normal(0, 1, (5, 60, 60)) + np.linspace(0, 9, 60)
    fits.writeto(tmp_path / "cube.fits", planes.astype("float32"))  # which bands they are the header does not say
    (image,) = find_images([str(tmp_path / "cube.fits")], ())
    inputs = Inputs(("cube.fits",), Path("data/model"), 1, Options(bands=("g", "r", "i", "z", "y")), 16)
    looked = Looked([image, image], [0.5, 1.7], np.zeros((2, 1)), ["smooth"] * 2, [0.1] * 2, {})
    whole, half = options_of(inputs, looked, np.array([1, 0]))
    assert (whole.frame, half.frame) == (1.0, 0.5)
    assert whole.bands == half.bands == ("g", "r", "i", "z", "y")
    assert picture(image, half).startswith("data:image/")


@pytest.mark.usefixtures("in_the_catalogue_folder")
def test_no_other_file_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mine.csv", "page.html"):
        (tmp_path / name).write_text("something else\n")
    for name, said in {
        "mine.csv": "is there already, and not by this command",
        "page.csv": r"page\.html is there already",
        "table.txt": r"the table is a \.csv",
        "mine.csv/table.csv": r"cannot be written \(.*mine\.csv is no folder\)",
    }.items():
        with pytest.raises(UserError, match=said):
            run(monkeypatch, IMAGES_ZIP, "--output", tmp_path / name)
    with pytest.raises(UserError, match="holds the model alone"):
        run(monkeypatch, IMAGES_ZIP, "--output", "data/model/next.csv")
    assert (tmp_path / "mine.csv").read_text() == "something else\n"
