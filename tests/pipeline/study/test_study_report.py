"""The study's report, of made-up results of all sixteen runs: verdicts that follow, and a page that a browser shows."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import SURVEY, TASKS
from tests.helpers.browser import CHROMIUM, visit
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_with
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import scores_with_intervals
from tuning_fork.study.report import write_report
from tuning_fork.study.results import read_result
from tuning_fork.study.study_yaml import read_study
from tuning_fork.study.tables import claims_table
from tuning_fork.study.verdicts import compare

pytestmark = pytest.mark.slow
STUDY = read_study(ROOT / "study.yaml").model_copy(update={"all_answers": None})
del STUDY.runs["best"]  # which has a report of its own kind
RESAMPLES = 2000
"""Enough for p-values that are real among so many comparisons; the study takes more."""
NEEDS_A_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page is not looked at")


def make_results(folder: Path, noise: dict[str, float]) -> None:
    """Write results of all runs; `noise` says how bad those are whose name holds a word."""
    for number, (name, run) in enumerate(STUDY.runs.items()):
        task = TASKS[run.params.get("labels.task", "binary")]
        confidence = run.params.get("labels.confidence", 0.8)
        rng = np.random.default_rng(1)
        count = len(task.targets)
        targets = (
            rng.integers(0, 2, (500, 1)).astype(float)
            if task.kind == "probability"
            else rng.dirichlet([1] * count, 500)
        )
        how_bad = next(value for word, value in noise.items() if word in name)
        error = np.random.default_rng(number).normal(0, how_bad, targets.shape)
        outputs = np.clip(targets + error, 0, 1) if task.kind == "probability" else targets + 0.2 * error
        predictions = Predictions(np.arange(500), targets, outputs, task)
        path = folder / name
        path.mkdir(parents=True)
        for table in ("predictions.csv", "baseline.csv"):
            predictions.table().to_csv(path / table, index=False)
        curve = pd.DataFrame({"epoch": [1, 2, 3], "loss": [0.5, 0.3, 0.1], "val_loss": [0.5, 0.4, 0.45]})
        curve.to_csv(path / "training.csv", index=False)
        for file, content in {
            "run.json": {},
            "params.yaml": {"labels": {"confidence": confidence}, "evaluation": {"views": 1}},
            "model.json": {
                "task": task.name,
                "survey": SURVEY.model_dump(mode="json"),
                "calibration": {"1": {}},
            },
            "training.json": {"seconds": 61.0},
            "metrics.json": scores_with_intervals(predictions, 10, 1) | {"accuracy_uncalibrated": 0.75},
        }.items():
            (path / file).write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a report in which augmentation helps and nothing else matters."""
    folder = tmp_path_factory.mktemp("study")
    make_results(folder / "results", {"0.5": 1.2, "augmented": 0.4, "both": 0.4, "": 0.8})
    write_report(STUDY, folder / "results", params_with(), folder / "report", RESAMPLES)
    return folder / "report"


def verdicts(markdown: str) -> dict[str, str]:
    """Return what a report says of each claim."""
    rows = [line.split("|")[1:3] for line in markdown.split("## ")[1].splitlines() if line.startswith("| ")][1:]
    return {claim.strip(): verdict.strip() for claim, verdict in rows}


def verdicts_of(folder: Path, noise: dict[str, float]) -> dict[str, str]:
    """Return what the report's first table would say of each claim, of results made to `noise`."""
    make_results(folder, noise)
    results = {name: read_result(folder, name) for name in STUDY.runs}
    comparisons = compare(STUDY, results, params_with().evaluation.seed, RESAMPLES)
    return claims_table(STUDY, comparisons)["verdict"].to_dict()


def test_verdicts_follow_from_the_predictions(report: Path) -> None:
    found = verdicts((report / "report.md").read_text(encoding="utf-8"))
    assert found["Augmentation beats none"] == "supported: 3 of 3 differences are real"
    assert found["Colour beats grey"] == "open: within noise"
    assert found["Confidence 0.5 is harder"] == "supported: 2 of 2 differences are real"
    assert found["Both together add nothing over augmentation alone"].startswith(("supported", "open"))


def test_a_claim_that_the_data_are_against_is_contradicted(tmp_path: Path) -> None:
    found = verdicts_of(tmp_path, {"one-layer": 0.3, "augmented": 1.2, "dropout": 0.3, "": 0.6})
    assert found["Augmentation beats none"] == "contradicted: the difference is the other way"
    assert found["Dropout alone adds nothing"] == "contradicted: a difference is real"
    assert found["A second dense layer does not matter"] == "contradicted: a difference is real"


def test_what_harms_adds_nothing_and_what_cannot_be_told_is_open(tmp_path: Path) -> None:
    found = verdicts_of(tmp_path, {"dropout": 1.5, "": 0.5})
    assert found["Dropout alone adds nothing"] == "supported: no more than 0.02"
    assert found["Both together add nothing over augmentation alone"].startswith(("open: none shown", "supported"))


SOME = [
    *("binary-colour-plain", "binary-colour-augmented"),
    *("regression-plain", "regression-augmented"),
]
"""Two runs of each kind, the pairs of a claim."""


@pytest.fixture(scope="module")
def report_of_some(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a report for which only some runs are there."""
    folder = tmp_path_factory.mktemp("some")
    for name in SOME:
        shutil.copytree(report.parent / "results" / name, folder / "results" / name)
    write_report(STUDY, folder / "results", params_with(), folder / "report", RESAMPLES)
    return folder / "report"


def test_runs_that_are_not_there_leave_their_claims_open(report_of_some: Path) -> None:
    text = (report_of_some / "report.md").read_text(encoding="utf-8")
    assert "4 of 16 runs" in text
    assert verdicts(text)["A second dense layer does not matter"] == "open: not run"


def test_the_same_results_are_the_same_bytes(report_of_some: Path, tmp_path: Path) -> None:
    write_report(STUDY, report_of_some.parent / "results", params_with(), tmp_path, RESAMPLES)
    for name in ("report.html", "report.md", "effects.svg"):
        assert (tmp_path / name).read_bytes() == (report_of_some / name).read_bytes()


@NEEDS_A_BROWSER
def test_a_browser_finds_the_tables_and_figures_and_asks_nobody_else(report: Path, tmp_path: Path) -> None:
    seen = visit(report / "report.html", tmp_path)
    assert seen.requests == []
    assert seen.console == []
    assert seen.content.count("<table") == 5
    assert seen.content.count("<img") == 4
    assert "Augmentation beats none" in seen.content
    for name, run in STUDY.runs.items():
        assert seen.content.count(name) >= 2
        assert all(f"{value:.4f}" in seen.content for key, value in run.published.items() if key != "minutes")


@NEEDS_A_BROWSER
def test_the_browser_would_tell_of_a_request_and_of_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('so')</script>", encoding="utf-8")
    seen = visit(page, tmp_path)
    assert seen.requests == ["http://127.0.0.1:9/x.png"]
    assert seen.console
