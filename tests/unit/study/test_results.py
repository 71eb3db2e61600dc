"""What a study keeps of runs: answers to the whole tree stand beside runs that were asked the study's questions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.kept_runs import write_run
from tests.data.surveys import KEYS, TASKS
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.study.cells import Score
from tuning_fork.study.results import read_result
from tuning_fork.study.study_yaml import Claim, Run, Study
from tuning_fork.study.tables import scores
from tuning_fork.study.verdicts import compare, verdict

STUDY = Study(
    title="",
    introduction="",
    runs={name: Run(params={}, published={}) for name in ("all", "worse", "binary", "shares")},
    claims=(
        Claim(claim="tree", expected="better", pairs=(("all", "worse"),)),
        Claim(claim="same", expected="same", margin=0.2, pairs=(("all", "worse"),)),
        Claim(claim="binary", expected="better", pairs=(("all", "binary"),)),
        Claim(claim="shares", expected="better", pairs=(("all", "shares"),)),
    ),
)


def votes(count: int) -> np.ndarray:
    """Return fractions of all answers, (count, 37), of which the study's tasks need some to be sensible."""
    rng = np.random.default_rng(1)
    fractions = rng.uniform(0, 1, (count, 37))
    smooth = rng.beta(0.3, 0.3, count)
    fractions[:, :3] = np.stack([smooth, 0.98 - 0.98 * smooth, 0.02 * (1 - smooth)], axis=1)
    return fractions


def write(folder: Path, task: str, confidence: float, outputs: np.ndarray, voted: np.ndarray) -> None:
    """Write what a run leaves: `outputs` and `voted` fractions (n, 37) as far as its task asks for them."""
    table, said = (pd.DataFrame(values, columns=list(KEYS)) for values in (voted, outputs))
    rows = TASKS[task].keeps(table, confidence)
    targets = TASKS[task].targets_of(table[rows]).to_numpy(float)
    run = Predictions(np.flatnonzero(rows), targets, TASKS[task].ideal_of(said[rows]), TASKS[task])
    scores = {"majority_accuracy": 0.5, "test_galaxies": len(targets), "rmse": 0.1, "rmse_low": 0.1, "rmse_high": 0.1}
    scores |= {f"{name}{end}": 0.9 for name in ("accuracy", "roc_auc", "r2") for end in ("", "_low", "_high")}
    scores |= {f"{name}{end}": 0.9 for name in ("f1", "mse", "balanced_accuracy") for end in ("", "_low", "_high")}
    write_run(folder, run, confidence, scores, views=8)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    voted, rng = votes(400), np.random.default_rng(2)
    good, bad = (np.clip(voted + rng.normal(0, error, voted.shape), 0.01, 1) for error in (0.02, 0.8))
    write(tmp_path / "all", "votes", 0.0, good, voted)
    write(tmp_path / "worse", "votes", 0.0, bad, voted)
    write(tmp_path / "binary", "binary", 0.8, bad, voted)
    write(tmp_path / "shares", "regression", 0.5, bad, voted)
    return tmp_path


@pytest.mark.slow
def test_all_answers_are_compared_with_a_run_by_what_that_was_asked(results: Path) -> None:
    comparisons = compare(STUDY, {name: read_result(results, name) for name in STUDY.runs}, seed=1)
    decisive = {one.claim.claim: one.difference for one in comparisons if one.is_decisive}
    assert {claim: one.score for claim, one in decisive.items()} == {
        "tree": "rmse",
        "same": "rmse",
        "binary": "roc_auc",
        "shares": "r2",
    }
    assert all(one.is_better for one in decisive.values())
    said = {
        claim.claim: verdict(claim, [one for one in comparisons if one.claim == claim and one.is_decisive])
        for claim in STUDY.claims
    }
    assert said["tree"] == said["binary"] == said["shares"] == "supported: 1 of 1 differences are real"
    assert said["same"] == "contradicted: a difference is real"


def test_all_answers_stand_beside_the_scores_of_each_other_run(results: Path) -> None:
    runs = {name: read_result(results, name) for name in STUDY.runs}
    rows = scores(STUDY, runs, runs["all"])
    assert "accuracy by all answers" in rows["binary"]
    assert not any("by all answers" in column for name in ("all", "worse") for column in rows[name])
    beside = rows["shares"]["R² by all answers"]
    assert isinstance(beside, Score) and beside.low > 0.9


def test_of_several_seeds_a_score_is_the_mean_and_their_luck_is_in_the_interval(results: Path) -> None:
    (accuracy,) = (one for one in metrics_of(TASKS["binary"]) if one.name == "accuracy")
    once = read_result(results, "binary")
    targets, outputs = once.predictions.targets, once.predictions.outputs
    low, high = once.scores["accuracy_low"], once.scores["accuracy_high"]
    assert once.score(accuracy) == Score(once.scores["accuracy"], low, high)
    always_right = replace(once.predictions, outputs=targets)
    several = replace(once, all_predictions=(always_right,) * 5 + (replace(always_right, outputs=1 - targets),) * 5)
    found = several.score(accuracy)
    assert found is not None
    assert found.value == pytest.approx(0.5)
    assert sorted(found.of_seeds) == [0.0] * 5 + [1.0] * 5
    assert (
        found.low < 0.3 and found.high > 0.65
    )  # by ten seeds drawn of ten, as the galaxies are all right or all wrong
    same = replace(several, all_predictions=(replace(always_right, outputs=outputs),) * 3).score(accuracy)
    assert same is not None
    assert same.value == pytest.approx(accuracy.score(targets, outputs))
    assert same.spread == "3 seeds ± 0.0000"


def test_a_run_whose_question_the_study_did_not_ask_of_all_answers_stands_alone(results: Path) -> None:
    runs = {name: read_result(results, name) for name in ("all", "shares")}
    other = replace(runs["shares"], confidence=0.6)
    row = scores(STUDY, {"shares": other}, runs["all"])["shares"]
    assert "R²" in row
    assert not any("by all answers" in column for column in row)


def test_a_run_of_one_question_does_not_answer_others(results: Path) -> None:
    binary, shares = (read_result(results, name) for name in ("binary", "shares"))
    assert binary.answering(shares) == binary.all_predictions
    assert binary.study_answers(0) == {}
