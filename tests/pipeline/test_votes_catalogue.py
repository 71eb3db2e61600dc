"""`tuning-fork classify` with a network of task votes: a catalogue of all answers, and Kaggle's submission."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table

from tests.data.catalogue import IMAGES_A_PART, bad_files, make_model, run
from tests.data.surveys import COLUMNS, KEYS, QUESTIONS, SURVEY, TASKS
from tuning_fork.calibration.model_folder import load_model
from tuning_fork.catalogue import classify
from tuning_fork.catalogue import make_catalogue as making
from tuning_fork.catalogue.answers import description
from tuning_fork.catalogue.formats.columns import MEANINGS
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import threads
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.images.image_search import FoundImage
from tuning_fork.images.preparing import Options
from tuning_fork.surveys.tree_sums import violated_sums

pytestmark = pytest.mark.usefixtures("in_the_catalogue_folder")
UNCERTAINTIES = [f"{key}_uncertainty" for key in KEYS]


@pytest.fixture(scope="module")
def model(kaggle_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a model of task votes. Leave it as it is."""
    folder = tmp_path_factory.mktemp("votes") / "model"
    make_model(folder, kaggle_files / IMAGES_ZIP, "votes")
    return folder


@pytest.fixture
def table(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Give the catalogue of Kaggle's archive, and leave it in c.fits too."""
    for name in ("c.csv", "c.fits"):
        run(monkeypatch, IMAGES_ZIP, "--model", model, "--output", tmp_path / name)
    return pd.read_csv(tmp_path / "c.csv", keep_default_na=False)


def test_a_catalogue_has_the_votes_for_all_answers_and_how_unsure_they_are(table: pd.DataFrame, model: Path) -> None:
    pairs = [name for pair in zip(KEYS, UNCERTAINTIES, strict=True) for name in pair]
    known = ["GalaxyID", "name", "file", "ra", "dec", "description", "predicted_class", "uncertainty", *pairs]
    assert table.columns.tolist() == [*known, "frame", "frame_filled", "flags", "note"]
    votes = table[list(KEYS)].to_numpy()
    assert list(violated_sums(table[list(KEYS)], SURVEY, 1e-5)) == []
    assert votes.std(axis=0).max() > 0
    np.testing.assert_allclose(table[UNCERTAINTIES], load_model(model).uncertainty(votes), atol=1e-5)
    first = [answer.key for answer in QUESTIONS[0].answers]
    assert table["predicted_class"].tolist() == table[first].idxmax(axis=1).tolist()
    of_class = [row[f"{row['predicted_class']}_uncertainty"] for _, row in table.iterrows()]
    np.testing.assert_array_equal(table["uncertainty"], of_class)


def test_the_description_follows_from_the_votes_beside_it(table: pd.DataFrame) -> None:
    assert table["description"].tolist() == [description(votes, SURVEY) for votes in table[list(KEYS)].to_numpy()]


def test_the_fits_table_holds_the_same_and_says_what_its_columns_mean(table: pd.DataFrame, tmp_path: Path) -> None:
    with fits.open(tmp_path / "c.fits") as units:
        units.verify("exception")
        assert units[1].header["OUTPUTS"].split() == list(KEYS)
    found = Table.read(tmp_path / "c.fits")
    assert found.colnames == table.columns.tolist()
    np.testing.assert_array_equal(found["two_arms"], table["two_arms"])
    assert found["description"].tolist() == table["description"].tolist()
    for name, column in MEANINGS["votes"](TASKS["votes"]).items():
        assert (found[name].description, found[name].meta["ucd"]) == (column.description, column.ucd)


def test_one_image_is_shown_by_description_and_question(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_files(tmp_path / "in", Path(IMAGES_ZIP))
    run(monkeypatch, tmp_path / "in/other size.png", "--model", model, "--output", tmp_path / "c.parquet")
    capsys.readouterr()
    run(monkeypatch, tmp_path / "in/other size.png", "--model", model)
    lines = capsys.readouterr().out.splitlines()
    row = pd.read_parquet(tmp_path / "c.parquet").iloc[0]
    assert [line.strip() for line in lines[:2]] == [row["file"], row["description"]]
    assert max(len(line) for line in lines[1:]) < 100
    shown = iter(lines[2:])
    for question in QUESTIONS:
        of_question = [next(shown) for _ in question.answers]
        assert of_question[0].split("  ")[1] == question.name
        for line, answer in zip(of_question, question.answers, strict=True):
            assert f"{answer.name} " in line
            assert f"{row[answer.key]:.3f} ± {row[f'{answer.key}_uncertainty']:.3f}" in line
            assert line.endswith("<") == (row[answer.key] == row[[one.key for one in question.answers]].max())
    assert [line.split()[0] for line in shown] == ["frame", "frame_filled", "flags"]
    run(monkeypatch, tmp_path / "in/empty.jpg", "--model", model)
    assert capsys.readouterr().out.split("\n", 1)[1].split() == ["flags", "unreadable", "note", "zero", "bytes"]


def test_the_submission_has_the_votes_of_the_catalogue_and_is_written_over_by_the_same_command(
    table: pd.DataFrame, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "submission.CSV"
    for _ in range(2):
        run(monkeypatch, IMAGES_ZIP, "--model", model, "--output", output, "--format", "kaggle")
        found = pd.read_csv(output)
        assert found.columns.tolist() == ["GalaxyID", *COLUMNS]
        assert found["GalaxyID"].tolist() == table["GalaxyID"].tolist()
        np.testing.assert_array_equal(found[list(COLUMNS)], table[list(KEYS)])
        assert list(violated_sums(found[list(COLUMNS)].set_axis(list(KEYS), axis=1), SURVEY, 1e-5)) == []


def test_unreadable_images_are_submitted_and_counted(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(IMAGES_ZIP) as archive:
        jpegs = [archive.read(name) for name in archive.namelist()[:2]]
    for name, content in {"9": b"", "10": jpegs[0], "11": jpegs[1]}.items():
        (tmp_path / f"{name}.jpg").write_bytes(content)
    images = [tmp_path / f"{name}.jpg" for name in (9, 10, 11)]
    run(monkeypatch, *images, "--model", model, "--output", tmp_path / "s.csv", "--format", "kaggle")
    assert "1 of 3 images" in capsys.readouterr().out.splitlines()[-1]
    found = pd.read_csv(tmp_path / "s.csv", index_col="GalaxyID")
    assert found.index.tolist() == [9, 10, 11]
    np.testing.assert_allclose(found.loc[9], found.loc[[10, 11]].mean(), atol=1e-6)


def test_a_catalogue_that_was_interrupted_goes_on_as_a_submission(
    table: pd.DataFrame, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classified = []

    def interrupted(folder: Path, views: int, options: Options, images: list[FoundImage]) -> classify.Columns:
        if len(classified) == 2:
            raise KeyboardInterrupt
        classified.append(len(images))
        return classify.classify(folder, views, options, images)

    arguments = [IMAGES_ZIP, "--model", model, "--output", tmp_path / "s.csv"]
    monkeypatch.setattr(making, "threads", lambda _: threads(1))
    monkeypatch.setattr(making, "classify", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(monkeypatch, *arguments)
    classified[:] = [0, 0, 0]
    run(monkeypatch, *arguments, "--format", "kaggle")
    assert sum(classified) == len(table) - 2 * IMAGES_A_PART
    np.testing.assert_array_equal(pd.read_csv(tmp_path / "s.csv")[list(COLUMNS)], table[list(KEYS)])


MISTAKES = {
    "another task": (
        [],
        ["--model", "data/model"],
        "task binary, does not give: name a model of task votes by --model",
    ),
    "another name": (
        ["in/no number.jpg"],
        [],
        "called by plain numbers, not in/no number.jpg: rename it, or leave it out",
    ),
    "another suffix": ([], ["--output", "s.fits"], "--output s.fits: --format kaggle has another suffix: one of .csv"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(
    name: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for copied in ("data/model", IMAGES_ZIP):
        copy = shutil.copytree if Path(copied).is_dir() else shutil.copy2
        (tmp_path / copied).parent.mkdir(exist_ok=True)
        copy(copied, tmp_path / copied)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/no number.jpg").touch()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    images, options, said = MISTAKES[name]
    usual = ["--model", model, "--output", "s.csv", "--format", "kaggle"]
    with pytest.raises(UserError) as error:
        run(monkeypatch, IMAGES_ZIP, *images, *usual, *options)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_format_needs_an_output(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match=r"^--format kaggle: name the file to write by --output FILE"):
        run(monkeypatch, IMAGES_ZIP, "--model", model, "--format", "kaggle")
