"""The page about a run, of a real small pipeline, as a browser shows it."""

import json
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, visit
from tests.project import Project

NEEDS_A_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page is not looked at")


@pytest.fixture(scope="module", params=["binary", "regression"])
def project(request: pytest.FixtureRequest, reproduced: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project in which a small pipeline has run, with eight views."""
    project = reproduced.copied(tmp_path_factory.mktemp("report") / "project")
    confidence = {"binary": 0.6, "regression": 0.4}[request.param]
    project.set({"labels": {"task": request.param, "confidence": confidence}, "evaluation": {"views": 8}})
    project.dvc("repro")
    return project


def task_of(project: Project) -> str:
    return json.loads((project.folder / "data/model/model.json").read_text(encoding="utf-8"))["task"]


def test_the_scores_say_how_far_the_network_can_be_believed(project: Project) -> None:
    scores = json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    if task_of(project) == "binary":
        expected = {"brier", "brier_uncalibrated", "ece", "ece_uncalibrated", "ece_noise", "accuracy_uncalibrated"}
        assert scores["ece_low"] <= scores["ece"] <= scores["ece_high"]
        gained = ("accuracy", "roc_auc")
    else:
        expected = {"coverage_68", "coverage_95", "noise_mse", "mse_over_noise"}
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
    trust = {"binary": {"reliability"}, "regression": {"uncertainty", "votes"}}[task_of(project)]
    assert figures == {"training", "roc", "confusion", "conditions"} | trust


@NEEDS_A_BROWSER
def test_a_browser_shows_the_page_and_asks_for_nothing_else(project: Project, tmp_path: Path) -> None:
    seen = visit(project.folder / "plots/report.html", tmp_path)
    assert seen.console == []
    assert seen.requests == []
    headings = ["Scores", "Learning curves", "ROC curve", "Confusion matrix", "Where it is right", "Typical galaxies"]
    headings += ["The most confident mistakes", "The most uncertain", "Why", "Galaxies", "Training", "Parameters"]
    headings.append({"binary": "Calibration", "regression": "Uncertainty"}[task_of(project)])
    for heading in headings:
        assert f"<h2>{heading}</h2>" in seen.content
    scores = json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    assert f"{scores['accuracy']:.4g}" in seen.content
    assert f"{scores['accuracy_low']:.4f} to {scores['accuracy_high']:.4f}" in seen.content
    figures = [*(project.folder / "plots/figures").iterdir(), *(project.folder / "plots/galleries").iterdir()]
    assert seen.content.count('<img src="data:image/png;base64,') == len(figures)
    assert "evaluation.views" in seen.content and "machine.scheduler" not in seen.content


def test_the_page_is_the_same_every_time(project: Project) -> None:
    page = project.folder / "plots/report.html"
    before = page.read_bytes()
    project.dvc("repro", "--force", "--single-item", "report")
    assert page.read_bytes() == before
