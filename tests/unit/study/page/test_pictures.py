"""What the pictures of the study's page show: every value on a scale of round numbers, and sentences that are true."""

import io
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import TASKS
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.pages.glossary import TERMS
from tuning_fork.study.cells import Score
from tuning_fork.study.page.beside_published import Group, Row
from tuning_fork.study.page.names import KEYS, Names
from tuning_fork.study.page.scale import MINUS, Scale
from tuning_fork.study.page.tables import Table

METRICS = {task: {one.label: one for one in metrics_of(TASKS[task])} for task in ("binary", "regression")}


@pytest.mark.parametrize("values", [[0.7, 0.934, 0.9], [-0.0012, 0.0004], [0.5], [0.0], [-3.0, 2000.0]])
def test_all_values_are_on_their_scale_which_is_marked_at_round_numbers(values: list[float]) -> None:
    scale = Scale.over(values)
    assert all(0 < float(scale.at(value).removesuffix("%")) < 100 for value in values)
    assert len(scale.ticks) >= 2
    for (place, text), tick in zip(scale.labels, scale.ticks, strict=True):
        assert scale.at(tick) == place
        assert float(text.replace(MINUS, "-")) == pytest.approx(tick)


def test_what_is_better_than_an_interval_depends_on_the_metric() -> None:
    ours = Score(0.5, 0.4, 0.6)
    rows = [Row(str(published), "", ours, published, None) for published in (0.3, 0.45, 0.7, 0.8)]
    rows.append(Row("not published", "", ours, None, None))

    def said(label: str) -> str:
        return Group("", METRICS["regression"][label], rows, Scale.over([0, 1])).found

    within = "The published score is within the interval of ours in 1"
    assert said("R²") == f"{within}, better than ours in 2, worse than ours in 1 of 4 runs."
    assert said("MSE") == f"{within}, better than ours in 1, worse than ours in 2 of 4 runs."


def test_a_table_is_downloaded_with_a_column_for_each_number() -> None:
    table = Table("All: of 2", "", "run", [("a", {"R²": Score(0.6, 0.4, 0.7, [0.5, 0.7])}), ("b, c", {"p": "0.1"})])
    assert table.file_name == "all-of-2.csv"
    content = pd.read_csv(io.BytesIO(b64decode(table.csv.partition(",")[2])), index_col="run")
    assert list(content.index) == ["a", "b, c"]
    assert content.loc["a"].dropna().to_dict() == {
        "R²": 0.6,
        "R² low": 0.4,
        "R² high": 0.7,
        "R² deviation of seeds": pytest.approx(np.std([0.5, 0.7], ddof=1)),
    }
    assert content.loc["b, c"].dropna().to_dict() == {"p": 0.1}


def test_a_column_is_explained_by_its_metric_and_the_page_ends_with_all_that_it_explained() -> None:
    names = Names({one.label: one.name for one in metrics_of(TASKS["binary"])})
    of_area = {names.meaning(name) for name in ("ROC AUC", "published ROC AUC", "ROC AUC by all answers")}
    assert of_area == {names.meaning("binary_80 ROC AUC"), TERMS["roc_auc"].text}
    assert all(names.meaning(name) for name in (*KEYS, "p", "baseline"))
    assert names.meaning("first") == ""
    assert {"roc_auc", "p", "published_auc"} <= {key for key, _ in names.glossary.entries()}
