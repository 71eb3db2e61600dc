"""`tuning-fork verify`: whether what lies there is what dvc.lock promises, and the first thing that is not."""

import json
import re
import shutil
import sys
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.helpers.project import Project
from tuning_fork import command


@pytest.fixture
def project(reproduced: Project, tmp_path: Path) -> Project:
    """Return a project that has been reproduced, to damage. A copy takes less time than DVC to undo the damage."""
    return reproduced.copied(tmp_path / "project")


def verify(project: Project) -> tuple[int, str]:
    """Return the exit status of the command and what it says; it runs in this process, as DVC loads slowly."""
    arguments = patch.object(sys, "argv", ["tuning-fork", "verify"])
    with chdir(project.folder), arguments, redirect_stdout(StringIO()) as out:
        try:
            command.main()
        except SystemExit as end:
            assert isinstance(end.code, str), end.code
            return 1, f"{out.getvalue()}{end.code}\n"
    return 0, out.getvalue()


def change_score(project: Project, name: str, by: float) -> None:
    path = project.folder / "metrics/metrics.json"
    scores = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(scores | {name: scores[name] + by}, indent=2) + "\n", encoding="utf-8")


def test_what_was_reproduced_is_as_promised_whatever_is_tried_out_meanwhile(project: Project) -> None:
    project.set({"labels": {"task": "regression"}, "evaluation": {"bootstrap": 50}})
    with (project.folder / "stages/train.py").open("a") as code:
        code.write("# tried out\n")
    done = project.run("python", "-m", "tuning_fork", "verify")
    assert re.fullmatch(
        r"all as dvc.lock promises: \d+ outputs, every byte; \d+ scores, computed again from data/predictions.csv\n",
        done.stdout + done.stderr,
    )
    assert verify(project) == (0, done.stdout)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("data/raw/images_training_rev1.zip", "data/raw/images_training_rev1.zip: modified, so data/raw is not what"),
        ("data/labels/labels.csv", "data/labels/labels.csv: modified, so data/labels is not what dvc.lock promises: "),
        ("data/predictions.csv", "data/predictions.csv: not what dvc.lock promises: "),
        ("metrics/metrics.json", "metrics/metrics.json: not what dvc.lock promises: "),
        ("plots/figures/roc.svg", "plots/figures: not what dvc.lock promises: "),
    ],
)
def test_a_damaged_byte_is_found_and_the_cure_cures(project: Project, file: str, said: str) -> None:
    path = project.folder / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    status, found = verify(project)
    assert status == 1
    assert found.startswith(f"error: {said}")
    assert found.endswith(": `dvc repro` makes it anew\n")
    project.dvc("repro")
    assert verify(project)[0] == 0


@pytest.mark.parametrize("name", ["data/shards", "plots/report.html"])
def test_missing_data_are_said_as_such(project: Project, name: str) -> None:
    path = project.folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    said = f"error: {name}: missing: `dvc repro` makes it, or `dvc pull` fetches it from a remote\n"
    assert verify(project) == (1, said)


def test_a_clone_without_data_says_what_is_missing(project: Project, tmp_path: Path) -> None:
    project.run("git", "clone", "--quiet", str(project.folder), str(tmp_path / "clone"))
    status, said = verify(Project(tmp_path / "clone"))
    assert status == 1
    assert said.startswith("error: data/raw: missing: ")


@pytest.mark.parametrize("name", ["accuracy", "roc_auc_low", "test_galaxies"])
def test_a_score_that_does_not_follow_from_the_predictions_is_named(project: Project, name: str) -> None:
    change_score(project, name, 0.001)
    project.dvc("commit", "--force", "evaluate")  # so that dvc.lock promises it
    status, said = verify(project)
    assert status == 1
    assert said.startswith(f"error: metrics/metrics.json: {name} is ")
    assert said.endswith("by data/predictions.csv: run `dvc repro --force --single-item evaluate`\n")


def test_before_anything_was_reproduced_it_says_what_to_do(project: Project) -> None:
    (project.folder / "dvc.lock").unlink()
    said = "error: dvc.lock: not here: run `tuning-fork verify` in the project's folder, after `dvc repro`\n"
    assert verify(project) == (1, said)
