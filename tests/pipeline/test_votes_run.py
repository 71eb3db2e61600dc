"""A run of the task votes that starts from a binary network, of a real small pipeline.

Its scores, its figures, what it was trained on, and what dvc.lock promises of them.
"""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import KEYS, QUESTIONS, SURVEY, TASKS
from tests.helpers.project import EACH_STAGE, FEW, PLAIN, TRAIN_ON, Project, stages_run
from tuning_fork.calibration.model_folder import load_model
from tuning_fork.evaluation.metrics import METRICS
from tuning_fork.evaluation.whole_tree.questions import rmse
from tuning_fork.surveys.tree_sums import violated_sums
from tuning_fork.tasks.votes import study_questions

NAMES = TASKS["votes"].targets


@pytest.fixture(scope="module")
def project(reproduced: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a small project in which the task votes has been run, from the model that was there before."""
    project = reproduced.copied(tmp_path_factory.mktemp("votes") / "project")
    shutil.copytree(project.folder / "data/model", project.folder / "models/first")
    training = FEW | {"likelihood": True, "start": "first", "frozen": 2}
    project.set({"labels": {"task": "votes", "confidence": 0.0}, "model": PLAIN, "training": training})
    would_run = stages_run(project.dvc("repro", "--dry"))
    assert would_run == ["label", "train", "calibrate", "report"]  # and evaluate, when what it reads has changed
    for folder in ("plots/figures", "plots/galleries"):
        shutil.rmtree(project.folder / folder)  # as DVC does
    done = project.run("python", "-c", EACH_STAGE, "label", *TRAIN_ON)
    assert "error" not in done.stdout
    project.dvc("commit", "--force")  # so that dvc.lock promises it
    return project


@pytest.fixture(scope="module")
def scores(project: Project) -> dict[str, float]:
    """Give its scores."""
    return json.loads((project.folder / "metrics/metrics.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def predictions(project: Project) -> pd.DataFrame:
    """Give what it predicts of the test galaxies."""
    return pd.read_csv(project.folder / "data/predictions.csv")


def test_every_score_is_a_number_and_those_of_the_network_have_intervals(scores: dict[str, float]) -> None:
    assert np.isfinite(list(scores.values())).all()
    names = {metric.name for metric in METRICS["votes"](TASKS["votes"])} & scores.keys()
    assert {"rmse", "accuracy", *(f"{question.key}_r2" for question in QUESTIONS)} <= names
    names |= {f"{question.key}_coverage_68" for question in QUESTIONS}
    for question in study_questions(SURVEY):
        of_study = {f"{question.name}_{metric.name}" for metric in METRICS[question.task.kind](question.task)}
        assert of_study & scores.keys() or f"{question.name}_test_galaxies" not in scores
        names |= of_study & scores.keys()
        assert isinstance(scores.get(f"{question.name}_test_galaxies", 0), int)
    assert "regression_0_r2" in names
    for name in names:
        assert scores[f"{name}_low"] <= scores[name] <= scores[f"{name}_high"], name


def test_the_errors_are_those_of_the_predictions(scores: dict[str, float], predictions: pd.DataFrame) -> None:
    voted, predicted = (predictions[[f"{name}{end}" for name in NAMES]].to_numpy() for end in ("", "_predicted"))
    assert scores["test_galaxies"] == len(predictions)
    assert scores["rmse"] == pytest.approx(rmse(voted, predicted), abs=1e-6)
    assert 0 < scores["noise_rmse"] < scores["rmse_of_the_mean"] < scores["rmse"] + 0.1 < 0.4
    assert scores["accuracy"] == pytest.approx(
        (predictions["class"] == predictions["predicted_class"]).mean(), abs=1e-6
    )


def test_the_predictions_keep_every_sum_of_the_tree(predictions: pd.DataFrame) -> None:
    table = predictions[[f"{name}_predicted" for name in NAMES]].set_axis(list(KEYS), axis=1)
    assert list(violated_sums(table, SURVEY, 1e-5)) == []


def test_all_galaxies_with_a_usable_image_are_labelled(project: Project) -> None:
    counts = json.loads((project.folder / "metrics/labels.json").read_text(encoding="utf-8"))
    assert counts["kept"] == counts["galaxies"] - counts["dropped"]["no_image"] - counts["dropped"]["unusable_image"]
    assert counts["dropped"]["below_confidence"] == 0


def test_the_figures_and_the_page_show_the_questions(project: Project, scores: dict[str, float]) -> None:
    figures = {path.stem for path in (project.folder / "plots/figures").iterdir()}
    of_questions = {f"question_{question.key}" for question in QUESTIONS}
    any_run = {"loss", "accuracy", "roc", "confusion", "by_vote", "by_brightness", "by_size"}
    assert figures == any_run | {"uncertainty", "errors"} | of_questions
    page = (project.folder / "plots/report.html").read_text(encoding="utf-8")
    assert '<svg class="tree"' in page
    assert all(question.text in page for question in QUESTIONS)
    assert f"{scores['rmse']:.4f}" in page


def test_the_model_says_what_it_was_trained_on_and_has_the_frozen_stages_of_its_start(project: Project) -> None:
    first, last = project.folder / "models/first", project.folder / "data/model"
    before, after = (
        json.loads((folder / "model.json").read_text(encoding="utf-8"))["trained_on"] for folder in (first, last)
    )
    assert [(one["task"], one["source"], one["frozen"]) for one in after] == [
        ("binary", "simulated", 0),
        ("votes", "simulated", 2),
    ]
    assert after[:1] == before
    one, two = (load_model(folder).network.get_weights()[:4] for folder in (first, last))
    for weights, same in zip(one, two, strict=True):
        np.testing.assert_array_equal(weights, same)


def test_what_was_reproduced_is_as_promised(project: Project) -> None:
    done = project.run("python", "-m", "tuning_fork", "verify", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all as dvc.lock promises" in done.stdout
    assert stages_run(project.dvc("repro", "--dry")) == []


def test_another_content_of_the_start_is_another_training(project: Project) -> None:
    description = project.folder / "models/first/model.json"
    description.write_text(description.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert stages_run(project.dvc("repro", "--dry"))[:1] == ["train"]
