"""The report on how many labelled galaxies are needed: what was trained, and what more would bring."""

from pathlib import Path

import numpy as np
import pytest

from tests.data.kept_runs import write_run
from tests.data.surveys import TASKS
from tuning_fork.budget.report import write_report
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.study.command import Folders

STEPS = [125, 250, 500, 1000, 2000]
TESTED = 300
RESAMPLES = 50
"""Where the interval is not looked at; the command takes more."""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Return the folders of two recipes with two seeds each, of which the second has half the noise of the first."""
    known = np.random.default_rng(1).integers(0, 2, (TESTED, 1)).astype(float)
    for recipe, noise in (("plain", 1.0), ("better", 0.5)):
        for number, size in zip(STEPS, [*STEPS[:-1], "all"], strict=True):
            for seed in (1, 2):
                error = np.random.default_rng((seed, number)).normal(0, noise * (0.3 + 20 / number), known.shape)
                run = Predictions(np.arange(TESTED), known, np.clip(known + error, 0, 1), TASKS["binary"])
                name = f"{recipe}-{size}{'' if seed == 1 else f'-seed{seed}'}"
                write_run(tmp_path / "results" / name, run, 0.8, {})
    return Folders(tmp_path / "results", tmp_path / "copy", tmp_path / "report")


def test_each_recipe_has_its_scores_by_the_number_of_galaxies_and_what_more_would_bring(folders: Folders) -> None:
    tables = {one.index.name: one for one in write_report(folders, {"plain": STEPS, "better": STEPS}, 8000, RESAMPLES)}
    assert list(tables) == ["accuracy", "ROC AUC"]
    for table in tables.values():
        assert list(table.columns) == ["plain", "better"]
        assert list(table.index) == ["125", "250", "500", "1,000", "2,000", "8,000 (by the law)"]
        values = table.map(lambda cell: float(cell.split()[0]))
        assert (values["better"] > values["plain"]).all()
        assert values["plain"].loc["125"] < values["plain"].loc["2,000"]
    assert sorted(path.name for path in folders.report.iterdir()) == ["curve.svg", "report.html", "report.md"]
    drawn = (folders.report / "curve.svg").read_text(encoding="utf-8")
    assert "ROC AUC" in drawn and "8,000" in drawn
    text = (folders.report / "report.md").read_text(encoding="utf-8")
    assert all(str(cell) in text for table in tables.values() for cell in table.to_numpy().ravel())


def test_without_a_number_the_law_goes_to_twice_as_many_and_the_bytes_are_the_same(folders: Folders) -> None:
    first = write_report(folders, {"plain": STEPS}, None, RESAMPLES)[0]
    assert first.index[-1] == "4,000 (by the law)"
    before = {path.name: path.read_bytes() for path in folders.report.iterdir()}
    write_report(folders, {"plain": STEPS}, None, RESAMPLES)
    assert {path.name: path.read_bytes() for path in folders.report.iterdir()} == before
