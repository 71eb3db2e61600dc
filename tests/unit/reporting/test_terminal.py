"""How commands end: a table that a person reads, as wide as it needs to be, and plain where no terminal is."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import KEYS, TASKS
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.reporting.terminal import digits_of, scores_table, show_tables

BINARY = {"majority_accuracy": 0.75, "brier": 0.06, "brier_low": 0.05, "brier_high": 0.07}
BINARY |= {"accuracy": 0.916264, "accuracy_low": 0.89372, "accuracy_high": 0.937198}
BINARY |= {"roc_auc": 0.962832, "roc_auc_low": 0.96233, "roc_auc_high": 0.96334}


def run(task: str, targets: np.ndarray) -> Predictions:
    return Predictions(np.arange(len(targets)), targets, targets, TASKS[task])


def test_a_score_stands_beside_its_interval_and_what_is_had_without_looking() -> None:
    binary = run("binary", np.array([[1.0], [1], [1], [0]]))
    table = scores_table(BINARY, binary, np.array([0.7]))
    assert table.loc["accuracy"].tolist() == ["0.916", "0.894 to 0.937", "0.750", "higher"]
    assert table.loc["ROC AUC"].tolist() == ["0.9628", "0.9623 to 0.9633", "0.5000", "higher"]
    assert len(table) == 2
    table = scores_table(BINARY | {"baseline_accuracy": 0.8511}, binary, np.array([0.7]))
    assert table["baseline"].tolist() == ["0.851", ""]


def test_all_answers_have_the_scores_of_the_study_s_questions_too() -> None:
    targets = np.zeros((4, len(KEYS)))
    targets[:, :3] = [[0.9, 0.1, 0], [0.9, 0.1, 0], [0.9, 0.1, 0], [0.1, 0.9, 0]]
    scores = {"rmse": 0.11, "rmse_low": 0.10, "rmse_high": 0.12}
    scores |= {f"binary_80_{name}": value for name, value in BINARY.items()}
    scores |= {"smooth_r2": 0.5, "smooth_r2_low": 0.4, "smooth_r2_high": 0.6}
    table = scores_table(scores, run("votes", targets), targets.mean(axis=0))
    assert table.index.tolist() == ["RMSE", "binary 80 accuracy", "binary 80 ROC AUC"]
    assert table.loc["RMSE", ["value", "95 % interval", "better"]].tolist() == ["0.110", "0.100 to 0.120", "lower"]
    assert float(table.loc["RMSE", "floor"]) == pytest.approx(targets.var(axis=0).mean() ** 0.5, abs=5e-4)
    assert table.loc["binary 80 accuracy", "floor"] == "0.750"


@pytest.mark.parametrize(("low", "high", "digits"), [(0.8, 0.95, 2), (0.89, 0.94, 3), (0.0115, 0.0131, 4), (1, 1, 3)])
def test_a_number_has_two_digits_of_its_interval_s_width(low: float, high: float, digits: int) -> None:
    assert digits_of(low, high) == digits


def test_a_pipe_gets_plain_lines_and_the_pages_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    (tmp_path / "there.html").touch()
    table = pd.DataFrame({"score": ["0.9 (0.8 to 1.0), and a long word of what it is"]}, index=["[bold]run[/]"])
    show_tables("A title", [table.rename_axis("name")], [tmp_path / "missing.html", tmp_path / "there.html"])
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "A title",
        "",
        "name          score",
        "[bold]run[/]  0.9 (0.8 to 1.0), and a long word of what it is",
        "",
        f"open next: {tmp_path / 'there.html'}",
    ]
