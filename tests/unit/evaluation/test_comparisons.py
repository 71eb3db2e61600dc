"""Comparisons of two runs: the right differences, honest intervals, and noise called noise."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, log_loss, r2_score, roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar

from tests.data.surveys import FIVE, TASKS
from tuning_fork.evaluation.comparisons import Difference, differences, holm
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions

RNG = np.random.default_rng(1)
N = 400
FEATURED = RNG.integers(0, 2, (N, 1)).astype(float)
SHARES = RNG.dirichlet([1] * 4, N)


def binary(noise: float, seed: int) -> Predictions:
    """Return a binary run that is the noisier the worse."""
    outputs = 1 / (1 + np.exp(-(2 * FEATURED - 1 + np.random.default_rng(seed).normal(0, noise, (N, 1)))))
    return Predictions(np.arange(N), FEATURED, outputs.round(2), TASKS["binary"])


def regression(noise: float, seed: int) -> Predictions:
    outputs = SHARES + np.random.default_rng(seed).normal(0, noise, SHARES.shape)
    return Predictions(np.arange(N), SHARES, outputs, TASKS["regression"])


def classes(noise: float, seed: int) -> Predictions:
    targets = np.eye(5)[np.random.default_rng(1).integers(0, 5, N)]
    outputs = np.exp(2 * targets + np.random.default_rng(seed).normal(0, noise, targets.shape))
    return Predictions(np.arange(N), targets, outputs / outputs.sum(axis=1, keepdims=True), FIVE)


def by_score(first: Predictions, second: Predictions, paired: bool = True) -> dict[str, Difference]:
    return {one.score: one for one in differences([first], [second], paired, 2000, 1)}


def test_differences_are_those_of_scikit_learns_scores() -> None:
    first, second = binary(0.5, 1), binary(1.5, 2)
    found = by_score(first, second)
    aucs = [roc_auc_score(run.targets, run.outputs) for run in (first, second)]
    assert found["roc_auc"].value == pytest.approx(aucs[0] - aucs[1])
    rights = [(run.predicted_classes == run.classes).mean() for run in (first, second)]
    assert found["accuracy"].value == pytest.approx(rights[0] - rights[1])

    first, second = regression(0.1, 1), regression(0.2, 2)
    found = by_score(first, second)
    r2s = [r2_score(run.targets, run.outputs) for run in (first, second)]
    assert found["r2"].value == pytest.approx(r2s[0] - r2s[1])
    errors = [((run.targets - run.outputs) ** 2).mean() for run in (first, second)]
    assert found["mse"].value == pytest.approx(errors[0] - errors[1])


def test_a_resample_scores_as_scikit_learn_scores_it() -> None:
    rows = np.random.default_rng(3).integers(N, size=N)
    counts = np.bincount(rows, minlength=N)[None].astype(float)
    judges = {"roc_auc": (roc_auc_score, binary), "log_loss": (log_loss, classes), "r2": (r2_score, regression)}
    judges |= {"f1": (lambda known, found: f1_score(known, found > 0.5), binary)}  # one resample after the other
    for name, (judge, runs) in judges.items():
        run = runs(0.5, 1)
        (metric,) = (one for one in metrics_of(run.task) if one.name == name)
        found = metric.of_resamples(run.targets, run.outputs, counts)
        assert found.tolist() == pytest.approx([judge(run.targets[rows], run.outputs[rows])]), name


def test_accuracy_is_tested_by_mcnemars_exact_test() -> None:
    first, second = binary(0.8, 1), binary(1.2, 2)
    right = [run.predicted_classes == run.classes for run in (first, second)]
    table = [[(right[0] == a)[right[1] == b].sum() for b in (True, False)] for a in (True, False)]
    assert by_score(first, second)["accuracy"].p == pytest.approx(mcnemar(table, exact=True).pvalue)


@pytest.mark.parametrize("paired", [True, False])
def test_a_clear_difference_is_real_and_goes_the_right_way(paired: bool) -> None:
    pairs = [
        (binary(0.3, 1), binary(2, 2)),
        (regression(0.1, 1), regression(0.4, 2)),
        (classes(0.5, 1), classes(2, 2)),
    ]
    for score, one in (item for pair in pairs for item in by_score(*pair, paired).items()):
        assert one.p < 0.01, score
        assert one.is_better, score
        assert one.low * one.high > 0, score


def test_equal_runs_differ_by_nothing() -> None:
    for one in by_score(binary(1, 1), binary(1, 1)).values():
        assert (one.value, one.low, one.high, one.p) == (0, 0, 0, 1)


@pytest.mark.slow
def test_noise_is_called_real_no_oftener_than_promised() -> None:
    p_values = [by_score(binary(1, 2 * seed), binary(1, 2 * seed + 1))["roc_auc"].p for seed in range(60)]
    assert np.mean(np.array(p_values) < 0.05) <= 0.15
    assert np.mean(np.array(p_values) < 0.5) >= 0.25


def test_pairing_makes_intervals_of_alike_runs_narrower() -> None:
    first = binary(1, 1)
    second = Predictions(first.ids, first.targets, np.clip(first.outputs + 0.01, 0, 1), first.task)
    paired, apart = (by_score(first, second, paired)["roc_auc"] for paired in (True, False))
    assert paired.high - paired.low < 0.5 * (apart.high - apart.low)


def test_paired_runs_need_the_same_galaxies() -> None:
    first = binary(1, 1)
    rest = first.targets, first.outputs, first.task
    with pytest.raises(ValueError, match="the same test galaxies"):
        differences([first], [Predictions(first.ids[::-1], *rest)], True, 100, 1)


def test_holm_corrects_for_the_number_of_comparisons() -> None:
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]).tolist() == []


def test_of_several_seeds_the_mean_is_compared_and_their_luck_is_in_the_interval() -> None:
    lucky, unlucky, other = binary(0.3, 1), binary(2, 2), binary(1, 3)
    one, several = (
        {d.score: d for d in differences(first, [other], True, 2000, 1)} for first in ([lucky], [lucky, unlucky])
    )
    aucs = [roc_auc_score(run.targets, run.outputs) for run in (lucky, unlucky, other)]
    assert several["roc_auc"].value == pytest.approx((aucs[0] + aucs[1]) / 2 - aucs[2])
    assert one["roc_auc"].low > 0, "one lucky seed alone would look like a real difference"
    assert several["roc_auc"].low < 0 < several["roc_auc"].high
    assert several["accuracy"].low < 0 < several["accuracy"].high
