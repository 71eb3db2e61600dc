"""Predictions as a table, a curve and figures."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import QUESTIONS, TASKS
from tests.data.tree_votes import some_votes, unknown
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.figures.panels import name_corner, panel
from tuning_fork.figures.run_figures import run_figures
from tuning_fork.figures.style import house_style, save_vectors

ANY = {"loss", "accuracy", "roc", "confusion"}
FIGURES = {
    "binary": ANY,
    "regression": ANY | {f"share_{name}" for name in TASKS["regression"].targets},
    "regression-all": ANY | {f"share_{name}" for name in TASKS["regression-all"].targets},
    "votes": ANY | {f"question_{question.key}" for question in QUESTIONS},
    "classes": ANY,
}


def predictions(task: str, galaxies: int = 80) -> Predictions:
    rng = np.random.default_rng(1)
    names = TASKS[task].targets
    if task == "binary":
        targets = rng.integers(0, 2, (galaxies, 1)).astype(float)
    elif task == "votes":
        targets = unknown(some_votes(galaxies, rng), slice(0, galaxies, 3), 2, 9)
    else:
        targets = rng.dirichlet([0.3] * len(names), galaxies)
    outputs = np.clip(np.nan_to_num(targets) + rng.normal(0, 0.3, targets.shape), 0, 1)
    return Predictions(np.arange(100, 100 + galaxies), targets, outputs, TASKS[task])


def curves(task: str) -> pd.DataFrame:
    epochs = np.arange(1, 6)
    columns = ["accuracy", "loss", *{"binary": ["auc"], "votes": ["mse"]}.get(task, [])]
    scores = {f"{prefix}{column}": 1 / (epochs + len(prefix)) for prefix in ("", "val_") for column in columns}
    return pd.DataFrame({"epoch": epochs} | scores)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_the_figures_of_a_task_are_drawings_and_the_same_every_time(task: str, tmp_path: Path) -> None:
    for name in ("first", "second"):
        with house_style():
            save_vectors(tmp_path / name, run_figures(predictions(task), curves(task)))
    assert {path.stem for path in (tmp_path / "first").iterdir()} == FIGURES[task]
    for path in (tmp_path / "first").iterdir():
        drawing = path.read_text(encoding="utf-8")
        assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
        assert drawing.count("var(--") > 10 and len(drawing) < 100_000
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_a_name_with_dollars_is_no_formula(tmp_path: Path) -> None:
    figure, axes = panel("a $\\frac title", "x", "y")
    name_corner(axes, [("$b$ $", "black")])
    save_vectors(tmp_path, {"named": figure})
    assert "<!-- $b$ $ -->" in (tmp_path / "named.svg").read_text(encoding="utf-8")


def test_the_table_has_what_was_voted_beside_what_was_predicted() -> None:
    targets, outputs = np.array([[0.0], [1.0]]), np.array([[0.7], [0.6]])
    table = Predictions(np.array([7, 5]), targets, outputs, TASKS["binary"]).table()
    assert table.to_dict("list") == {
        "GalaxyID": [7, 5],
        "class": ["smooth", "featured"],
        "predicted_class": ["featured", "featured"],
        "featured": [0.0, 1.0],
        "featured_predicted": [0.7, 0.6],
    }


def test_the_table_of_a_regression_has_a_column_a_class() -> None:
    table = predictions("regression").table()
    names = list(TASKS["regression"].targets)
    assert table.columns.tolist() == [
        "GalaxyID",
        "class",
        "predicted_class",
        *names,
        *(f"{n}_predicted" for n in names),
    ]
    assert table["class"].tolist() == table[names].idxmax(axis=1).tolist()
    assert len(table) == 80


def test_the_roc_curve_is_that_worked_out_by_hand() -> None:
    targets = np.array([[0.0], [1.0], [0.0], [1.0]])
    outputs = np.array([[0.1], [0.4], [0.6], [0.9]])
    curve = Predictions(np.arange(4), targets, outputs, TASKS["binary"]).roc_curves()
    assert set(curve["class"]) == {"featured"}
    assert curve["false_positive_rate"].tolist() == [0, 0, 0.5, 0.5, 1]
    assert curve["true_positive_rate"].tolist() == [0, 0.5, 0.5, 1, 1]


def test_each_class_of_a_regression_has_its_roc_curve() -> None:
    curve = predictions("regression-all").roc_curves()
    assert list(dict.fromkeys(curve["class"])) == list(TASKS["regression-all"].targets)


def test_galaxies_of_one_class_alone_have_figures_without_a_curve(tmp_path: Path) -> None:
    targets = np.array([[0.1, 0.7, 0.1, 0.1], [0.0, 0.9, 0.1, 0.0]])
    one_class = Predictions(np.arange(2), targets, targets[::-1], TASKS["regression"])
    assert one_class.roc_curves().columns.tolist() == ["class", "false_positive_rate", "true_positive_rate"]
    assert one_class.roc_curves().empty
    save_vectors(tmp_path, run_figures(one_class, curves("regression")))
    assert {path.stem for path in tmp_path.iterdir()} == FIGURES["regression"]
