"""Scores of all answers and of each question, and the study's questions as they follow."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from tests.data.surveys import KEYS, QUESTIONS, SURVEY, TASKS
from tests.data.tree_votes import counted_votes, some_votes, unknown
from tests.helpers.parameters import params_with
from tuning_fork.calibration.calibration import Beta
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.calibration.tree_calibration import TreeCalibration
from tuning_fork.evaluation.answers import Answers
from tuning_fork.evaluation.metrics import METRICS
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.reliability import noise_of_votes, reliability_scores
from tuning_fork.evaluation.scores import scores_with_intervals
from tuning_fork.evaluation.whole_tree.questions import (
    accuracy_where_clear,
    question_metrics,
    r2,
    r2_of_the_truth,
    rmse,
    rmse_resampled,
)
from tuning_fork.evaluation.whole_tree.study_questions import study_predictions
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.params.labels import Labels
from tuning_fork.tasks.labelling import label
from tuning_fork.tasks.votes import study_questions

GALAXIES = 400
RNG = np.random.default_rng(1)
TRUE = some_votes(GALAXIES, RNG)
VOTED = counted_votes(TRUE, 40, RNG) / 40
SAID = 0.8 * TRUE + 0.2 * some_votes(GALAXIES, RNG)
PARTLY = unknown(VOTED, slice(0, GALAXIES, 3), 2, 9)


def predictions(targets: np.ndarray = VOTED, outputs: np.ndarray = SAID) -> Predictions:
    return Predictions(np.arange(1, len(targets) + 1), targets, outputs, TASKS["votes"])


def test_rmse_is_kaggles_and_of_what_is_known() -> None:
    assert rmse(VOTED, SAID) == pytest.approx(np.sqrt(np.mean((VOTED - SAID) ** 2)))
    known = np.isfinite(PARTLY)
    assert known.sum() < known.size
    assert rmse(PARTLY, SAID) == pytest.approx(np.sqrt(np.mean((VOTED - SAID)[known] ** 2)))


@pytest.mark.parametrize("targets", [VOTED, PARTLY])
def test_rmse_of_many_resamples_is_that_of_each(targets: np.ndarray) -> None:
    drawn = np.random.default_rng(2).integers(GALAXIES, size=(5, GALAXIES))
    counts = np.stack([np.bincount(rows, minlength=GALAXIES) for rows in drawn])
    expected = [rmse(targets[rows], SAID[rows]) for rows in drawn]
    np.testing.assert_allclose(rmse_resampled(targets, SAID, counts), expected)


@pytest.mark.parametrize("question", QUESTIONS)
def test_r2_of_a_question_is_scikit_learns(question: object) -> None:
    rows = SURVEY.rows_of(question)
    for targets in (VOTED, PARTLY):
        known = np.isfinite(targets[:, rows]).all(axis=1)
        expected = r2_score(VOTED[known][:, rows], SAID[known][:, rows], multioutput="variance_weighted")
        assert r2(SURVEY, question, targets, SAID) == pytest.approx(expected)


def test_a_question_of_which_nothing_is_known_or_all_is_equal_has_no_r2() -> None:
    nothing = unknown(VOTED, slice(None), 2)
    assert np.isnan(r2(SURVEY, QUESTIONS[1], nothing, SAID))
    assert np.isnan(
        r2_of_the_truth(*(values[:, SURVEY.rows_of(QUESTIONS[1])] for values in (nothing, noise_of_votes(nothing, 40))))
    )
    assert np.isnan(r2(SURVEY, QUESTIONS[0], VOTED[:1].repeat(5, axis=0), SAID[:5]))


def test_the_r2_of_the_truth_is_what_the_truth_has() -> None:
    rng = np.random.default_rng(1)
    true = some_votes(20_000, rng)
    voted = counted_votes(true, 40, rng) / 40
    noise = noise_of_votes(voted, 40)
    for question in QUESTIONS:
        rows = SURVEY.rows_of(question)
        found = r2_of_the_truth(voted[:, rows], noise[:, rows])
        assert found == pytest.approx(r2(SURVEY, question, voted, true), abs=0.01)


def test_the_accuracy_is_of_galaxies_about_which_many_were_asked_and_agreed() -> None:
    edge_on = QUESTIONS[1]  # asked of those who see features: Class1.2
    rows = [
        # Features, edge-on and face-on voted; predicted edge-on and face-on
        (0.50, 0.41, 0.09, 0.4, 0.1),  # clear, right
        (0.50, 0.40, 0.10, 0.1, 0.4),  # 0.8 are not clear
        (0.49, 0.49, 0.00, 0.1, 0.4),  # too few were asked
        (0.90, 0.00, 0.90, 0.4, 0.1),  # clear, wrong
        (0.90, 0.05, 0.85, 0.1, 0.4),  # clear, right
    ]
    targets, outputs = np.zeros((2, len(rows), 37))
    targets[:, [1, 3, 4]] = np.array(rows)[:, :3]
    outputs[:, [3, 4]] = np.array(rows)[:, 3:]
    assert accuracy_where_clear(SURVEY, edge_on, targets, outputs) == pytest.approx(2 / 3)
    targets[3, [3, 4]] = np.nan
    assert accuracy_where_clear(SURVEY, edge_on, targets, outputs) == 1
    assert np.isnan(accuracy_where_clear(SURVEY, edge_on, targets[1:3], outputs[1:3]))
    (metric,) = (one for one in question_metrics(SURVEY) if one.name == f"{edge_on.key}_accuracy_where_clear")
    assert metric.share_of and metric.share_of(targets) == 2


def test_scores_have_intervals_and_those_without_a_value_are_left_out() -> None:
    scores = scores_with_intervals(predictions(unknown(VOTED, slice(None), 11)), 100, 1)
    assert np.isfinite(list(scores.values())).all()
    names = {metric.name for metric in METRICS["votes"](TASKS["votes"])}
    assert names - scores.keys() == {"arms_r2", "arms_accuracy_where_clear"}
    for name in names & scores.keys():
        assert scores[f"{name}_low"] <= scores[name] <= scores[f"{name}_high"]


@pytest.mark.parametrize("question", study_questions(SURVEY), ids=lambda question: question.name)
@pytest.mark.parametrize("targets", [VOTED, PARTLY])
def test_the_study_would_keep_the_same_galaxies_with_the_same_targets(targets: np.ndarray, question: object) -> None:
    votes = pd.DataFrame(targets, pd.RangeIndex(1, GALAXIES + 1, name="GalaxyID"), list(KEYS))
    votes = votes.dropna(subset=[*question.task.candidates])
    labels = Labels(
        survey="galaxy-zoo-2", task=question.task.name, confidence=question.confidence, split=(0.6, 0.2, 0.2), seed=1
    )
    table, _ = label(votes, list(votes.index), [], labels, question.task)
    found = study_predictions(predictions(targets), {})[question.name]
    assert found.ids.tolist() == table.index.tolist()
    np.testing.assert_allclose(found.targets, table[list(question.task.targets)])
    assert found.task == question.task


def test_the_studys_outputs_follow_from_the_answers_and_calibration_is_of_probabilities() -> None:
    beta = Beta(a=2.0, b=2.0, c=0.5)
    plain, calibrated = study_predictions(predictions(), {}), study_predictions(predictions(), {"binary_80": beta})
    rows = plain["binary_80"].ids - 1
    second = SAID[rows, 1] / (SAID[rows, 0] + SAID[rows, 1])
    np.testing.assert_allclose(plain["binary_80"].outputs[:, 0], second)
    np.testing.assert_allclose(calibrated["binary_80"].outputs, beta.predictions(second[:, None]))
    np.testing.assert_array_equal(calibrated["binary_50"].outputs, plain["binary_50"].outputs)
    rows = plain["regression_0"].ids - 1
    four = SAID[rows][:, [KEYS.index(column) for column in ("edge_on", "face_on", "round", "in_between")]]
    np.testing.assert_allclose(plain["regression_0"].outputs, four / four.sum(axis=1, keepdims=True))
    assert study_predictions(predictions(VOTED, VOTED), {})["regression_50"].is_right.all()


def answers(targets: np.ndarray, outputs: np.ndarray) -> Answers:
    """Return what a model answers that says these outputs of galaxies with these targets."""
    calibration = TreeCalibration.fit(VOTED, SAID, TASKS["votes"])
    says = SimpleNamespace(
        task=TASKS["votes"],
        calibration={1: calibration},
        outputs_of=lambda *_: outputs,
        predictions=lambda outputs, _: outputs,
        uncertainty=lambda shares, _: calibration.uncertainty(shares),
    )
    part = Part(np.arange(len(targets)), targets, np.zeros((len(targets), 1, 1, 1), np.uint8))
    return Answers(cast("TrainedModel", says), LabelledGalaxies((part,)), 1, VOTED.mean(axis=0))


@pytest.mark.slow
def test_what_a_network_says_is_believed_as_far_as_it_holds() -> None:
    evaluation = params_with(evaluation={"bootstrap": 100, "volunteers": 40}).evaluation
    scores = reliability_scores(answers(PARTLY, SAID), evaluation)
    assert np.isfinite(list(scores.values())).all()
    assert scores["noise_rmse"] == pytest.approx(rmse(VOTED, TRUE), rel=0.03)
    assert scores["noise_rmse"] < rmse(VOTED, SAID) < scores["rmse_of_the_mean"]
    assert scores["rmse_of_the_mean"] == pytest.approx(np.sqrt(VOTED.var(axis=0).mean()), rel=0.03)
    for question in QUESTIONS:
        low, high = (scores[f"{question.key}_coverage_68_{end}"] for end in ("low", "high"))
        assert low < 0.75
        assert high > 0.62
        assert 0 <= scores[f"{question.key}_ece_low"] <= scores[f"{question.key}_ece"] < 0.1
        assert scores[f"{question.key}_ece"] <= scores[f"{question.key}_ece_high"]
        assert scores[f"{question.key}_r2_of_the_truth"] <= 1
    for name, of_study in study_predictions(predictions(PARTLY), {}).items():
        assert scores[f"{name}_test_galaxies"] == len(of_study.ids)
    assert scores["binary_80_brier"] != scores["binary_80_brier_uncalibrated"]
    assert 0.5 < scores["binary_80_roc_auc_low"] <= scores["binary_80_roc_auc"]
    assert scores["regression_0_r2"] < 1


@pytest.mark.slow
def test_answers_that_are_wrong_in_opposite_ways_are_not_calibrated() -> None:
    """Of volunteers 0.2 say that a galaxy is odd; this network says 0.5 of all."""
    targets, outputs = VOTED.copy(), SAID.copy()
    odd = SURVEY.rows_of(QUESTIONS[5])
    targets[:, odd], outputs[:, odd] = [0.2, 0.8], 0.5
    scores = reliability_scores(answers(targets, outputs), params_with(evaluation={"bootstrap": 100}).evaluation)
    assert scores["odd_ece"] == pytest.approx(0.3)
    assert (scores["odd_ece_low"], scores["odd_ece_high"]) == pytest.approx((0.3, 0.3))


@pytest.mark.slow
def test_questions_that_the_study_would_ask_of_no_galaxy_are_left_out() -> None:
    evaluation = params_with(evaluation={"bootstrap": 100}).evaluation
    scores = reliability_scores(answers(unknown(VOTED, slice(None), 2, 7), SAID), evaluation)
    assert np.isfinite(list(scores.values())).all()
    assert not [name for name in scores if name.startswith(("regression", "edge_on_coverage", "roundness"))]
    assert scores["binary_50_test_galaxies"] > 0


@pytest.mark.slow
def test_a_network_that_sees_nothing_but_artifacts_has_scores_too() -> None:
    outputs = np.zeros_like(SAID)
    outputs[:, 2] = 1
    evaluation = params_with(evaluation={"bootstrap": 100}).evaluation
    assert np.isfinite(list(reliability_scores(answers(VOTED, outputs), evaluation).values())).all()
