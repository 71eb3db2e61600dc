"""Which stages an edit or a parameter runs again: those that use it, and no others. CONTRIBUTING.md has the table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dvc.repo import Repo

from tests.helpers.project import Project

ALL = {"download", "crop", "label", "train", "calibrate", "evaluate", "report"}
NETWORK = {"train", "calibrate", "evaluate"}
NOTHING: set[str] = set()
EDITS = {
    "stages/download.py": {"download"},
    "stages/crop.py": {"crop"},
    "stages/label.py": {"label"},
    "stages/train.py": {"train"},
    "stages/calibrate.py": {"calibrate"},
    "stages/evaluate.py": {"evaluate"},
    "stages/report.py": {"report"},
    "tuning_fork/core": ALL,
    "tuning_fork/params_yaml.py": NOTHING,
    "tuning_fork/params/machine.py": NOTHING,
    "tuning_fork/params/download.py": NOTHING,
    "tuning_fork/params/simulation.py": {"download"},
    "tuning_fork/params/images.py": {"crop", "train", "calibrate", "report"},
    "tuning_fork/params/labels.py": {"label"},
    "tuning_fork/params/augmentation.py": {"train"},
    "tuning_fork/params/training.py": {"train"},
    "tuning_fork/params/evaluation.py": {"evaluate"},
    "tuning_fork/galaxies/raw_files.py": {"download", "crop", "label", "evaluate"},
    "tuning_fork/galaxies/ids.py": {"download", "crop", "label", "report"} | NETWORK,
    "tuning_fork/galaxies/tables.py": {"download", "label", "report"} | NETWORK,
    "tuning_fork/surveys/survey.py": {"download", "crop", "label", "report"} | NETWORK,
    "tuning_fork/surveys/survey_checks.py": {"download", "crop", "label", "report"} | NETWORK,
    "tuning_fork/surveys/votes.py": {"label", "evaluate"},
    "surveys/galaxy-zoo-2.yaml": {"download", "label"},
    "surveys/classes.yaml": NOTHING,
    "tuning_fork/galaxies/shards.py": {"crop", "label", "report"} | NETWORK,
    "tuning_fork/galaxies/labelled.py": {"label", "report"} | NETWORK,
    "tuning_fork/images/archive_cropping.py": {"crop"},
    "tuning_fork/images/preparing.py": {"crop", "label"},
    "tuning_fork/images/image_search.py": {"download", "crop"},
    "tuning_fork/images/photometry.py": {"crop", "calibrate", "evaluate"},
    "tuning_fork/sources": {"download"},
    "tuning_fork/tasks": {"label", "report"} | NETWORK,
    "tuning_fork/networks": NETWORK,
    "tuning_fork/training": {"train"},
    "tuning_fork/calibration": {"calibrate", "evaluate"},
    "tuning_fork/evaluation": {"evaluate", "report"},
    "tuning_fork/figures/contact_sheet.py": {"label", "evaluate"},
    "tuning_fork/figures/galleries.py": {"evaluate"},
    "tuning_fork/figures/palette.py": {"evaluate", "report"},
    "tuning_fork/pages": {"report"},
    "tuning_fork/reporting": {"report"},
    "tuning_fork/explorer": {"report"},
    "tuning_fork/catalogue": NOTHING,
    "tuning_fork/comparing": NOTHING,
    "tuning_fork/study": NOTHING,
    "tuning_fork/budget": NOTHING,
    "tuning_fork/adapting": NOTHING,
    "tuning_fork/labelling_next": NOTHING,
    "adapt.yaml": NOTHING,
    "tuning_fork/scores.py": NOTHING,
    "tuning_fork/verify.py": NOTHING,
    "tuning_fork/keep.py": NOTHING,
    "tuning_fork/command.py": NOTHING,
    "benchmarks": NOTHING,
    "tests": NOTHING,
    "docs": NOTHING,
    "CITATION.cff": {"report"},
    "README.md": NOTHING,
    "study.yaml": {"report"},
    "best.yaml": NOTHING,
    "start.yaml": NOTHING,
    "Makefile": NOTHING,
}
"""The stages whose dependencies have changed when a comment is added to a file, or to any one file of a folder.

Of those after them, the ones run whose inputs have other bytes then.
"""


@pytest.fixture(scope="module")
def project(reproduced: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project that has been reproduced, to edit."""
    return reproduced.copied(tmp_path_factory.mktemp("edited") / "project")


@pytest.fixture(scope="module")
def repository(project: Project) -> Iterator[Repo]:
    """Return DVC's view of the project, which each command reads anew."""
    with Repo(project.folder, config={"core": {"site_cache_dir": str(project.folder / ".dvc/tmp/site")}}) as one:
        yield one


def changed_stages(repository: Repo) -> set[str]:
    """Return what `dvc status` says of a project: its stages that have changed."""
    return {name.rpartition(":")[2] for name in repository.status()}


@contextmanager
def restored(file: Path) -> Iterator[None]:
    """Give the file its bytes back afterwards."""
    before = file.read_bytes()
    try:
        yield
    finally:
        file.write_bytes(before)


@pytest.mark.parametrize("edited", EDITS)
def test_an_edit_runs_the_stages_again_that_use_it_and_no_others(
    project: Project, repository: Repo, edited: str
) -> None:
    path = project.folder / edited
    file = min(one for one in path.iterdir() if one.is_file()) if path.is_dir() else path
    with restored(file):
        file.write_bytes(file.read_bytes() + b"\n# edited\n")
        assert changed_stages(repository) == EDITS[edited]


def test_every_folder_of_the_code_is_in_the_table(project: Project) -> None:
    edited = {"/".join(Path(path).parts[:2]) for path in EDITS}
    assert {f"tuning_fork/{path.parent.name}" for path in project.folder.glob("tuning_fork/*/*.py")} <= edited
    assert {f"stages/{path.name}" for path in project.folder.glob("stages/[a-z]*.py")} <= set(EDITS)
    assert {f"tuning_fork/params/{path.name}" for path in project.folder.glob("tuning_fork/params/[a-z]*")} <= set(
        EDITS
    )


@pytest.mark.parametrize(
    ("parameter", "value", "touched"),
    [
        ("evaluation.bootstrap", 120, {"evaluate"}),
        ("evaluation.views", 8, {"evaluate"}),
        ("evaluation.volunteers", 30, {"evaluate"}),
        ("training.epochs", 3, {"train"}),
        ("model.dropout", 0.1, {"train"}),
        ("augmentation.zoom", 0.1, {"train"}),
        ("labels.confidence", 0.55, {"label"}),
        ("labels.task", "regression", {"label", "train", "calibrate"}),
        ("images.max_rejected", 0.02, {"crop"}),
        ("images.grayscale", True, {"crop", "train", "calibrate"}),
        ("simulation.galaxies", 100, {"download"}),
        ("download.source", "kaggle", {"download", "calibrate"}),
    ],
)
def test_a_changed_parameter_touches_only_the_stages_that_use_it(
    project: Project, repository: Repo, parameter: str, value: object, touched: set[str]
) -> None:
    with restored(project.folder / "params.yaml"):
        section, _, key = parameter.partition(".")
        project.set({section: {key: value}})
        assert changed_stages(repository) == touched | {"report"}  # it shows all parameters


def test_the_page_of_the_survey_crops_again_for_another_frame_alone(project: Project, repository: Repo) -> None:
    page = project.folder / "surveys/galaxy-zoo-2.yaml"
    text = page.read_text(encoding="utf-8")
    for was, becomes, touched in (
        ("frame: 1.0", "frame: auto", {"download", "crop", "label"}),
        ("text: smooth", "text: smoother", {"download", "label"}),
    ):
        with restored(page):
            page.write_text(text.replace(was, becomes, 1), encoding="utf-8")
            assert changed_stages(repository) == touched


def test_another_model_to_start_from_trains_again_if_it_is_the_one_that_is_named(
    project: Project, repository: Repo
) -> None:
    file = project.folder / "models/first/model.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    assert changed_stages(repository) == NOTHING
    with restored(project.folder / "params.yaml"):
        project.set({"training": {"start": "first"}})
        assert changed_stages(repository) == {"train", "report"}
