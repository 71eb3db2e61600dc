"""How commands end: a table that a person reads, as wide as it needs to be, and plain where no terminal is."""

from pathlib import Path

import pandas as pd
import pytest

from tests.data.surveys import TASKS
from tuning_fork.reporting.terminal import digits_of, scores_table, show_tables

BINARY = {"majority_accuracy": 0.681159, "test_galaxies": 621, "brier": 0.06, "brier_low": 0.05, "brier_high": 0.07}
BINARY |= {"accuracy": 0.916264, "accuracy_low": 0.89372, "accuracy_high": 0.937198}
BINARY |= {"roc_auc": 0.962832, "roc_auc_low": 0.96233, "roc_auc_high": 0.96334}


def test_a_score_stands_beside_its_interval_and_what_is_had_without_looking() -> None:
    table = scores_table(BINARY, TASKS["binary"])
    assert table.loc["accuracy"].tolist() == ["0.916", "0.894 to 0.937", "0.681", "higher"]
    assert table.loc["ROC AUC"].tolist() == ["0.9628", "0.9623 to 0.9633", "0.5000", "higher"]
    assert len(table) == 2


def test_all_answers_have_the_scores_of_the_study_s_questions_too() -> None:
    of_two_classes = {f"binary_80_{name}": value for name, value in BINARY.items()}
    scores = {"rmse": 0.11, "rmse_low": 0.10, "rmse_high": 0.12, "rmse_of_the_mean": 0.16, **of_two_classes}
    table = scores_table(scores | {"smooth_r2": 0.5, "smooth_r2_low": 0.4, "smooth_r2_high": 0.6}, TASKS["votes"])
    assert table.index.tolist() == ["RMSE", "binary 80 accuracy", "binary 80 ROC AUC"]
    assert table.loc["RMSE"].tolist() == ["0.110", "0.100 to 0.120", "0.160", "lower"]
    assert table.loc["binary 80 accuracy", "floor"] == "0.681"


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
