"""What docs/extending.md shows works as it stands there: all its examples at once, in a copy of the project."""

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits

from tests.data.surveys import SURVEY
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_text
from tests.helpers.project import FEW, PLAIN, SMALL, STAGES, Project, copy_project
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP
from tuning_fork.surveys.survey import LABELLED, load_survey
from tuning_fork.surveys.votes import read_votes

PAGE = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```(?:python|yaml)\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
"""The path and the content of each file that the page shows."""
ADDITIONS = re.findall(r"^--- (\S+)\n(.*?)\n(?=--- |```$)", PAGE, re.MULTILINE | re.DOTALL)
"""The path of each file that the page adds lines to, and those lines with their neighbours."""
CHOSEN = {
    "download": {"source": "own_names", "archive": "survey"},
    "labels": {"survey": "bars", "task": "bars", "confidence": 0.1},
    "model": PLAIN | {"network": "strided"},
    "training": FEW,
}
CLASSIFY = "tuning_fork classify survey --output catalogue.jsonl"
CLASSIFY_FITS = "tuning_fork classify frames --output frames.jsonl"
RUN = """
import runpy, sys
for command in sys.argv[1:]:
    sys.argv = command.split()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs modules with arguments in a process that loads TensorFlow once."""


def add(file: Path, additions: str) -> None:
    """Add the lines marked + to a file between their neighbours, each group of which must be there exactly once."""
    text = "\n" + file.read_text(encoding="utf-8")
    for group in additions.split("\n@@\n"):
        lines = group.split("\n")
        neighbours = "".join(f"\n{line[1:]}" for line in lines if not line.startswith("+")) + "\n"
        assert text.count(neighbours) == 1, f"{file}:{neighbours}"
        text = text.replace(neighbours, "".join(f"\n{line[1:]}" for line in lines) + "\n")
    file.write_text(text[1:], encoding="utf-8")


def bring_survey(kaggle: Path, folder: Path) -> None:
    """Write Kaggle's galaxies as those of a survey that publishes fractions of the volunteers who were asked.

    Nobody there calls them artifacts, or edge-on.
    """
    with zipfile.ZipFile(kaggle / IMAGES_ZIP) as images:
        for name in images.namelist():
            (folder / Path(name).name).write_bytes(images.read(name))
    votes = read_votes(kaggle / SOLUTIONS_ZIP, SURVEY, ())
    columns = {"smooth": "t01_smooth", "featured": "t01_featured", "bar": "t02_yes", "no_bar": "t02_no"}
    table = votes[list(columns)].rename(columns=columns)
    for question in (["t01_smooth", "t01_featured"], ["t02_yes", "t02_no"]):
        table[question] = table[question].div(table[question].sum(axis=1), axis=0).fillna(0)
    table.rename_axis("object").to_csv(folder / "votes.csv")


@pytest.fixture(scope="module")
def project(kaggle_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a small project with all that the page adds, run with the new source, task and network."""
    project = copy_project(tmp_path_factory.mktemp("extended") / "project", {})
    (project.folder / "params.yaml").write_text(params_text(), encoding="utf-8")
    for name, content in FILES:
        (project.folder / name).write_text(content, encoding="utf-8")
    for name, additions in ADDITIONS:
        add(project.folder / name, additions)
    project.set(SMALL)
    project.set(CHOSEN)
    (project.folder / "survey").mkdir()
    bring_survey(kaggle_files, project.folder / "survey")
    (project.folder / "frames").mkdir()
    for name, told in {"1": {"EXPTIME": 90.5}, "2": {}}.items():
        light = (
            np.random.default_rng(1).normal(0, 1, (64, 64)) + 200 * np.hanning(64)[:, None] ** 8 * np.hanning(64) ** 8
        )
        fits.PrimaryHDU(light, fits.Header(told)).writeto(project.folder / f"frames/{name}.fits")
    stages = [f"stages.{stage}" for stage in STAGES]
    project.run("python", "-c", RUN, *stages, CLASSIFY, CLASSIFY, CLASSIFY_FITS)
    return project


def test_the_page_is_in_the_style_of_the_house(project: Project) -> None:
    names = {name for name, _ in FILES + ADDITIONS if name.endswith(".py")}
    assert len(FILES) == 5
    project.run("ruff", "check", *names)
    project.run("ruff", "format", "--check", *names)


def test_the_folders_have_room_for_what_is_added() -> None:
    added = {Path(name).parent for name, _ in FILES if name.endswith(".py")}
    full = [str(folder) for folder in added if len([*(ROOT / folder).glob("[!_]*.py")]) >= 10]
    assert full == []


def test_the_source_brings_the_survey_and_its_page_reads_the_table(project: Project, kaggle_files: Path) -> None:
    survey = load_survey(project.folder / LABELLED)
    assert survey.keys == ("smooth", "featured", "bar", "no_bar")
    before = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, ())
    votes = read_votes(project.folder / "data/raw" / SOLUTIONS_ZIP, survey, survey.keys)
    featured = before["featured"] / (before["smooth"] + before["featured"])
    bar = before["bar"] / (before["bar"] + before["no_bar"])  # of nobody: not known where some were led there
    np.testing.assert_allclose(votes["bar"], (featured * bar).where(featured > 0, 0), atol=1e-6)
    shards = [np.load(path)["ids"] for path in sorted(project.folder.glob("data/shards/*.npz"))]
    assert sorted(np.concatenate(shards)) == list(before.index)


def test_the_task_is_learnt_and_scored_and_the_metric_has_its_interval(project: Project) -> None:
    scores = json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    assert 0 <= scores["mae_low"] <= scores["mae"] <= scores["mae_high"] <= 1
    assert scores["r2_low"] <= scores["r2"]
    predictions = pd.read_csv(project.folder / "data/predictions.csv")
    assert set(predictions["predicted_class"]) <= {"bar", "no_bar"}
    assert ">mae<" in (project.folder / "plots/report.html").read_text(encoding="utf-8").lower()


def test_the_network_is_the_one_that_was_trained(project: Project) -> None:
    with zipfile.ZipFile(project.folder / "data/network/network.keras") as stored:
        config = json.loads(stored.read("config.json"))
    kinds = [layer["class_name"] for layer in config["config"]["layers"]]
    assert kinds.count("Conv2D") == 3
    assert "GlobalAveragePooling2D" in kinds
    assert "MaxPooling2D" not in kinds


def test_the_catalogue_is_in_the_new_format(project: Project) -> None:
    rows = [json.loads(line) for line in (project.folder / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(list((project.folder / "survey").glob("*.jpg")))
    assert {"GalaxyID", "bar", "no_bar", "predicted_class", "uncertainty", "flags"} <= rows[0].keys()


def test_a_column_is_what_the_fits_header_tells(project: Project) -> None:
    rows = [json.loads(line) for line in (project.folder / "frames.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["note"], row["exposure"]) for row in rows] == [("", 90.5), ("", None)]
