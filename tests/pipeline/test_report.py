"""The page about a run, of a real small pipeline, as a browser shows it."""

import json
import shutil

import numpy as np
import pytest

from tests.data.surveys import TASKS
from tests.helpers.browser import CHROMIUM, Browser, look
from tests.helpers.processes import on_a_terminal
from tests.helpers.project import EACH_STAGE, FEW, PLAIN, TRAIN_ON, Project, stages_run

NEEDS_A_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page is not looked at")


VIEWS = {"evaluation": {"views": 8}}
REGRESSION = {
    "labels": {"task": "regression", "confidence": 0.4},
    "model": PLAIN | {"dropout": 0.3},
    "training": FEW,
    "images": {"grayscale": True},
}
CLASSES = {"labels": {"task": "classes"}, "model": PLAIN, "training": FEW | {"class_weights": True}}
EXPERIMENTS = {
    "binary": (VIEWS, ["evaluate", "report"]),
    "classes": (VIEWS | CLASSES, ["label", *TRAIN_ON]),
    "regression": (VIEWS | REGRESSION, ["crop", "label", *TRAIN_ON]),
}
"""The parameters that differ from the project's, and the stages that run with them."""


@pytest.fixture(scope="module", params=EXPERIMENTS)
def project(request: pytest.FixtureRequest, reproduced: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project in which an experiment of a small pipeline has run, with eight views."""
    project = reproduced.copied(tmp_path_factory.mktemp("report") / "project")
    changes, stages = EXPERIMENTS[request.param]
    project.set(changes)
    assert stages_run(project.dvc("repro", "--dry")) == stages
    shutil.rmtree(project.folder / "plots/figures")  # as DVC does
    printed, shown = on_a_terminal(["python", "-c", EACH_STAGE, *stages], project.folder, project.environment)
    assert "error" not in printed
    (project.folder.parent / "shown.txt").write_text(shown, encoding="utf-8")
    return project


def test_evaluate_shows_how_far_it_has_come_on_a_terminal_and_nowhere_else(
    project: Project, reproduced: Project
) -> None:
    shown, printed = (
        (one.folder.parent / name).read_text(encoding="utf-8")
        for one, name in ((project, "shown.txt"), (reproduced, "printed.txt"))
    )
    for words in ("Looking at galaxies", "Resampling the test galaxies", "Drawing plots/figures"):
        assert f"{words}:   0%|" in shown
    assert "> python -m stages.evaluate\nUpdating lock file" in printed
    assert "%|" not in printed


def task_of(project: Project) -> str:
    return json.loads((project.folder / "data/model/model.json").read_text(encoding="utf-8"))["task"]


def test_the_scores_say_how_far_the_network_can_be_believed(project: Project) -> None:
    scores = json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    if task_of(project) == "binary":
        expected = {"brier", "brier_uncalibrated", "ece", "ece_uncalibrated", "ece_noise", "accuracy_uncalibrated"}
        assert scores["ece_low"] <= scores["ece"] <= scores["ece_high"]
        gained = ("accuracy", "roc_auc")
    elif task_of(project) == "classes":
        expected = {"brier", "brier_low", "brier_uncalibrated", "ece", "ece_uncalibrated", "ece_noise", "f1"}
        expected |= {"balanced_accuracy", "majority_accuracy", "test_galaxies"}
        gained = ("accuracy", "log_loss")
    else:
        assert scores["mse_low"] <= scores["mse"] <= scores["mse_high"]
        expected = {"r2", "f1", "majority_accuracy", "test_galaxies"}
        expected |= {"coverage_68", "coverage_95", "noise_mse", "mse_over_noise"}
        gained = ("accuracy", "mse", "r2")
    assert expected <= scores.keys()
    for score in gained:
        low, value, high = (scores[f"views_gain_{score}{end}"] for end in ("_low", "", "_high"))
        assert low <= value <= high
        assert 0 <= scores[f"views_gain_{score}_p"] <= 1


def test_figures_with_galaxies_are_dvcs_and_not_committed(project: Project) -> None:
    names = {"mistakes", "uncertain", "typical", "saliency"}
    assert {path.stem for path in (project.folder / "plots/galleries").iterdir()} == names
    ignored = project.run("git", "check-ignore", "plots/galleries", "plots/report.html", "plots/galaxies.png")
    assert len(ignored.stdout.splitlines()) == 3
    figures = {path.stem for path in (project.folder / "plots/figures").iterdir()}
    shares = {f"share_{name}" for name in TASKS["regression"].targets}
    trust = {"binary": {"reliability"}, "classes": {"reliability"}, "regression": {"uncertainty", "errors"} | shares}
    any_run = {"loss", "accuracy", "roc", "confusion", "by_vote", "by_brightness", "by_size"}
    assert figures == any_run | trust[task_of(project)]
    project.dvc("plots", "show", "--out", "shown")


@NEEDS_A_BROWSER
def test_a_browser_shows_the_page_and_asks_for_nothing_else(project: Project, chromium: Browser) -> None:
    seen = look(chromium, project.folder / "plots/report.html", width=360)
    assert seen.console == []
    assert seen.requests == []
    assert seen.overflow == 0
    assert seen.serious == []
    for heading in ("How good is it?", "Where does it fail?", "Can I believe it?", "How was it made?", "Glossary"):
        assert f">{heading}</h2>" in seen.content
    scores = json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    assert f"<td>{scores['accuracy']:.4f}</td>" in seen.content
    assert f"{scores['accuracy_low']:.4f} to {scores['accuracy_high']:.4f}" in seen.content
    assert "evaluation.views" in seen.content and "machine.scheduler" not in seen.content


def test_every_score_is_explained_where_it_stands(project: Project) -> None:
    scores = json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    page = (project.folder / "plots/report.html").read_text(encoding="utf-8")
    for name in (name for name in scores if not name.endswith(("_low", "_high"))):
        assert f'href="#term-{name}"' in page, name
        assert f'id="term-{name}"' in page, name


def test_the_page_shows_the_figures_and_the_galaxies(project: Project) -> None:
    page = (project.folder / "plots/report.html").read_text(encoding="utf-8")
    figures = {path.stem for path in (project.folder / "plots/figures").iterdir()} - {"confusion"}  # that is a table
    assert page.count('<img src="data:image/svg+xml;base64,') == len(figures)
    with np.load(project.folder / "data/test_galaxies.npz") as shown:
        pictures = len(shown["mistakes"]) + len(shown["uncertain"]) + 2 * len(shown["typical"])
        assert (
            len(shown["ids"])
            == len(shown["share"])
            == json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))["test_galaxies"]
        )
    assert page.count('<img src="data:image/jpeg;base64,') == pictures


def test_the_page_is_the_same_every_time(project: Project) -> None:
    page = project.folder / "plots/report.html"
    before = page.read_bytes()
    page.unlink()
    project.run("python", "-m", "stages.report")
    assert page.read_bytes() == before
