"""The study's report, of made-up results of all sixteen runs: verdicts that follow, and a page that a browser shows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from tests.data.kept_runs import write_run
from tests.data.surveys import TASKS
from tests.helpers.browser import CHROMIUM, look
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_with
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import scores_with_intervals
from tuning_fork.study.page.scale import MINUS
from tuning_fork.study.report import write_report
from tuning_fork.study.results import read_result
from tuning_fork.study.study_yaml import Claim, Study, read_study
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
        scores = scores_with_intervals(predictions, 10, 1) | {"accuracy_uncalibrated": 0.75}
        write_run(folder / name, predictions, confidence, scores)


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
    assert found["Dropout alone adds nothing"] == "supported: no more than 0.02, and in 3 of 3 it is worse"
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


@contextmanager
def opened(chromium: Browser, path: Path) -> Iterator[Page]:
    page = chromium.new_page()
    page.goto(path.as_uri())
    yield page
    page.close()


@NEEDS_A_BROWSER
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1600, "light")])
def test_a_browser_shows_all_of_the_page_to_everybody_and_asks_nobody_else(
    report: Path, chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    seen = look(chromium, report / "report.html", width, scheme)
    assert seen.overflow <= 0
    assert seen.requests == seen.console == seen.serious == []
    assert seen.content.count("<article") == len(STUDY.claims)
    for name, run in STUDY.runs.items():
        assert seen.content.count(name) >= 4
        assert all(f"{value:.4f}" in seen.content for value in run.published.values())


@NEEDS_A_BROWSER
def test_the_first_picture_and_the_claims_say_in_words_what_they_show(report: Path, chromium: Browser) -> None:
    with opened(chromium, report / "report.html") as page:
        row = page.locator(".forest tbody tr").first
        assert row.locator("svg circle.ours, svg path.published").count() == 2
        shown = row.inner_text().split()
        assert shown[0] == "binary-grey-plain"
        assert shown[-1] == f"{STUDY.runs['binary-grey-plain'].published['accuracy']:.3f}"
        claim = page.locator("article", has_text="Augmentation beats none")
        assert "Supported: 3 of 3 differences are real" in claim.inner_text()
        assert claim.locator("circle.real").count() == 3


@NEEDS_A_BROWSER
def test_the_tables_are_sorted_by_a_click_and_by_the_keyboard(report: Path, chromium: Browser) -> None:
    with opened(chromium, report / "report.html") as page:
        differences = page.locator("details", has_text="Differences")
        differences.locator("summary").click()
        heads = differences.locator("thead th")
        column = heads.all_inner_texts().index("first better by")

        def values() -> list[float]:
            cells = differences.locator(f"tbody td:nth-child({column + 1})").all_inner_texts()
            return [float(text.split()[0].replace(MINUS, "-")) for text in cells]

        before = values()
        assert before != sorted(before)
        heads.nth(column).locator("button").click()
        assert values() == sorted(before)
        page.keyboard.press("Enter")
        assert values() == sorted(before, reverse=True)
        assert heads.nth(column).get_attribute("aria-sort") == "descending"


@NEEDS_A_BROWSER
def test_a_table_is_downloaded_with_all_of_its_numbers(report: Path, chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, report / "report.html") as page:
        table = page.locator("details", has_text="Smooth or featured").first
        table.locator("summary").click()
        with page.expect_download() as download:
            table.get_by_role("link", name="CSV").click()
        download.value.save_as(tmp_path / "scores.csv")
        shown = table.locator("tbody tr").first.inner_text()
        assert download.value.suggested_filename == "smooth-or-featured.csv"
    scores = pd.read_csv(tmp_path / "scores.csv", index_col="run")
    assert list(scores.index) == [name for name in STUDY.runs if name.startswith("binary-")]
    first = scores.iloc[0]
    assert all(f"{first[f'ROC AUC{end}']:.4f}" in shown for end in ("", " low", " high"))
    assert first["published accuracy"] == STUDY.runs[scores.index[0]].published["accuracy"]


@NEEDS_A_BROWSER
def test_what_looks_like_a_script_is_only_a_name(report: Path, chromium: Browser, tmp_path: Path) -> None:
    name, script = "<img src=x onerror=alert(1)>", "<script>alert(1)</script>"
    first, second = list(STUDY.runs)[:2]
    for run, to in ((first, name), (second, second)):
        shutil.copytree(report.parent / "results" / run, tmp_path / "results" / to)
    claim = Claim(claim=script, expected="better", pairs=((name, second),))
    runs = {name: STUDY.runs[first], second: STUDY.runs[second]}
    study = Study(title=script, introduction=script, runs=runs, claims=(claim,))
    write_report(study, tmp_path / "results", params_with(), tmp_path, 10)
    seen = look(chromium, tmp_path / "report.html", 1000)
    assert seen.requests == seen.console == []
    assert "<img" not in seen.content
    with opened(chromium, tmp_path / "report.html") as page:
        assert page.locator("h1").inner_text() == page.locator("h3").inner_text() == script
        assert page.locator(".forest tbody th").first.inner_text() == name
        assert page.locator("script").count() == 1


@NEEDS_A_BROWSER
def test_the_browser_would_tell_of_a_request_and_of_an_error(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('so')</script>", encoding="utf-8")
    seen = look(chromium, page, 1000)
    assert seen.requests == ["http://127.0.0.1:9/x.png"]
    assert "so" in seen.console
    assert any(one.startswith("image-alt") for one in seen.serious)
