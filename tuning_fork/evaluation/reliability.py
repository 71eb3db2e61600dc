"""Whether probabilities come true as often as they say, and whether shares are as near to the votes as they say."""

from collections.abc import Callable, Mapping
from typing import cast

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, mean_squared_error

from tuning_fork.calibration.calibration import Scatter
from tuning_fork.calibration.tree_calibration import TreeCalibration
from tuning_fork.evaluation.answers import Answers
from tuning_fork.evaluation.scores import LEVEL, Scores, bootstrap_intervals, scores_with_intervals
from tuning_fork.evaluation.whole_tree.questions import r2_of_the_truth, rmse
from tuning_fork.evaluation.whole_tree.study_questions import study_predictions
from tuning_fork.params.evaluation import Evaluation

BINS = 15
"""Bins of equal width from 0 to 1, as in Guo et al. 2017 (arXiv:1706.04599)."""
FIGURE_BINS = 10
"""Those of the figure, in which fewer galaxies would scatter too much."""


def expected_calibration_error(targets: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the mean difference, over galaxies, of their bin's mean target and mean probability.

    `targets` 0 or 1 and `probabilities`, both (n,) or (n, 1); Naeini et al. 2015 (AAAI), of the second class.
    """
    y_true, y_score = targets.ravel(), probabilities.ravel()
    bins = np.minimum((y_score * BINS).astype(int), BINS - 1)
    return float(np.abs(np.bincount(bins, y_true - y_score)).sum() / len(y_true))


def calibration_scores(
    targets: np.ndarray, probabilities: np.ndarray, uncalibrated: np.ndarray, resamples: int, seed: int
) -> Scores:
    """Return `brier` and `ece` with their 95 % intervals, `ece_noise`, and both and the accuracy before calibration.

    Arrays: (n, 1). `ece` is an expected calibration error, which noise makes larger, never smaller. So beside it stands
    `ece_noise`, what a perfectly calibrated network would stay below in 95 % of test splits of this size (Broecker &
    Smith 2007, consistency resampling). The interval is of the error that endless test galaxies would show: noise adds
    at most its own error to that (triangle inequality), so it begins `ece_noise` below `ece`; it ends where the basic
    bootstrap's does, which takes off what noise adds (Davison & Hinkley 1997, section 5.2), or at `ece`.
    """

    def scores(y_true: np.ndarray, y_score: np.ndarray) -> Scores:
        brier = np.square(y_score - y_true).mean()  # scikit-learn's checks take longer than all the rest
        return {"brier": float(brier), "ece": expected_calibration_error(y_true, y_score)}

    found, before = scores(targets, probabilities), scores(targets, uncalibrated)
    intervals = bootstrap_intervals(scores, targets, probabilities, resamples, seed)
    rng = np.random.default_rng(seed)
    drawn = (rng.random(probabilities.shape) < probabilities for _ in range(resamples))
    noise = float(np.percentile([expected_calibration_error(one, probabilities) for one in drawn], LEVEL))
    before["accuracy"] = accuracy_score(targets[:, 0], uncalibrated[:, 0] > 0.5)
    result = {"brier": found["brier"], "brier_low": intervals["brier"][0], "brier_high": intervals["brier"][1]}
    ece, high = found["ece"], 2 * found["ece"] - intervals["ece"][0]
    result |= {"ece": ece, "ece_low": max(ece - noise, 0.0), "ece_high": max(high, ece), "ece_noise": noise}
    return result | {f"{name}_uncalibrated": value for name, value in before.items()}


def coverage_scores(errors: np.ndarray, uncertainties: Mapping[int, np.ndarray], resamples: int, seed: int) -> Scores:
    """Return which share of the absolute `errors` are within each of the stated uncertainties, all (n, classes).

    Those that are to hold 68 % of the errors give `coverage_68`, with its 95 % interval, and so on.
    """
    result = {}
    for level, uncertainty in uncertainties.items():
        name = f"coverage_{level}"

        def coverage(errors: np.ndarray, uncertainty: np.ndarray, name: str = name) -> Scores:
            return {name: float(np.mean(errors <= uncertainty))}

        low, high = bootstrap_intervals(coverage, errors, uncertainty, resamples, seed)[name]
        result |= coverage(errors, uncertainty) | {f"{name}_low": low, f"{name}_high": high}
    return result


def noise_scores(targets: np.ndarray, shares: np.ndarray, volunteers: int) -> Scores:
    """Return how far the error is from the noise of the votes themselves; arrays (n, classes).

    `noise_mse`: the mean squared error that remains if the true shares are known, as the votes of so many `volunteers`
    scatter about them. `mse_over_noise`: the mean squared error of `shares` over that, if there is such noise.
    """
    noise = float(noise_of_votes(targets, volunteers).mean())
    error = mean_squared_error(targets, shares)
    return {"noise_mse": noise} | ({"mse_over_noise": error / noise} if noise > 0 else {})


def noise_of_votes(shares: np.ndarray, volunteers: int) -> np.ndarray:
    """Return the variance of voted shares (n, classes) of so many volunteers, from the shares themselves."""
    return shares * (1 - shares) / max(volunteers - 1, 1)


def reliability_table(targets: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    """Return a row a bin of probability that has galaxies: mean `probability`, how many of `galaxies` are `true`."""
    table = pd.DataFrame({"probability": probabilities.ravel(), "true": targets.ravel()})
    table["bin"] = np.minimum((table["probability"] * FIGURE_BINS).astype(int), FIGURE_BINS - 1)
    grouped = table.groupby("bin")
    counted = {"true": grouped["true"].sum(), "galaxies": grouped.size()}
    return pd.DataFrame({"probability": grouped["probability"].mean()} | counted)


def reliability_scores(answers: Answers, evaluation: Evaluation) -> Scores:
    """Return how far probabilities, or shares and their uncertainties, can be believed."""
    return RELIABILITY[answers.model.task.kind](answers, evaluation)


def _of_probability(answers: Answers, evaluation: Evaluation) -> Scores:
    predictions, resampling = answers.predictions, (evaluation.bootstrap, evaluation.seed)
    return calibration_scores(predictions.targets, predictions.outputs, answers.uncalibrated, *resampling)


def _of_classes(answers: Answers, evaluation: Evaluation) -> Scores:
    """Return the squared error of all probabilities, and the calibration error of the predicted class's.

    That is how often it is right by its probability (Guo et al. 2017); the squared error is summed over the classes
    (Brier 1950), and so is up to 2.
    """
    resampling = (evaluation.bootstrap, evaluation.seed)
    scores = calibration_scores(*of_predicted_class(answers), *resampling)
    targets, outputs = answers.predictions.targets, answers.predictions.outputs
    low, high = bootstrap_intervals(_brier, targets, outputs, *resampling)["brier"]
    scores |= {**_brier(targets, outputs), "brier_low": low, "brier_high": high}
    scores["brier_uncalibrated"] = _brier(targets, answers.uncalibrated)["brier"]
    return {name: value for name, value in scores.items() if name != "accuracy_uncalibrated"}  # the same as calibrated


def _brier(targets: np.ndarray, probabilities: np.ndarray) -> Scores:
    return {"brier": float(np.square(probabilities - targets).sum(axis=1).mean())}


def of_predicted_class(answers: Answers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return whether the predicted class is right, 1 or 0, its probability, and that before calibration, all (n, 1)."""
    targets, outputs = answers.predictions.targets, answers.predictions.outputs
    predicted = outputs.argmax(axis=1)[:, None]
    is_right = predicted[:, 0] == targets.argmax(axis=1)
    before = np.take_along_axis(answers.uncalibrated, predicted, axis=1)
    return is_right.astype(float)[:, None], np.take_along_axis(outputs, predicted, axis=1), before


def _of_shares(answers: Answers, evaluation: Evaluation) -> Scores:
    targets, shares, uncertainty = answers.predictions.targets, answers.shares, answers.uncertainty
    calibration = cast("Scatter", answers.model.calibration[answers.views])  # that of shares
    within = {68: uncertainty, 95: uncertainty * calibration.widening}
    scores = coverage_scores(np.abs(targets - shares), within, evaluation.bootstrap, evaluation.seed)
    return scores | noise_scores(targets, shares, evaluation.volunteers)


def _of_votes(answers: Answers, evaluation: Evaluation) -> Scores:
    targets, outputs = answers.predictions.targets, answers.outputs
    uncertainty = answers.model.uncertainty(outputs, answers.views)
    calibration = cast("TreeCalibration", answers.model.calibration[answers.views])  # that of votes
    noise, resampling = noise_of_votes(targets, evaluation.volunteers), (evaluation.bootstrap, evaluation.seed)
    scores: Scores = {"rmse_of_the_mean": rmse(targets, answers.usual), "noise_rmse": float(np.sqrt(np.nanmean(noise)))}
    survey = answers.model.task.survey
    for question in survey.questions:
        rows = survey.rows_of(question)
        known = np.isfinite(targets[:, rows[0]])
        if not known.any():
            continue
        voted, predicted = targets[known][:, rows], outputs[known][:, rows]
        within = {68: uncertainty[known][:, rows]}
        coverage = coverage_scores(np.abs(voted - predicted), within, *resampling)
        found = {"r2_of_the_truth": r2_of_the_truth(targets[:, rows], noise[:, rows])}
        found |= _ece_of_answers(voted, predicted, *resampling) | coverage
        scores |= {f"{question.key}_{name}": value for name, value in found.items() if np.isfinite(value)}
    uncalibrated = study_predictions(answers.predictions, {})
    for name, predictions in study_predictions(answers.predictions, calibration.probabilities).items():
        found: Scores = dict(scores_with_intervals(predictions, *resampling))
        if name in calibration.probabilities:
            before = uncalibrated[name].outputs
            found |= calibration_scores(predictions.targets, predictions.outputs, before, *resampling)
        scores |= {f"{name}_{score}": value for score, value in found.items()}
    return scores


def _ece_of_answers(voted: np.ndarray, predicted: np.ndarray, resamples: int, seed: int) -> Scores:
    """Return the mean of the answers' calibration errors: pooled, the error of one would make good another's.

    The interval is the basic bootstrap's, which takes off what noise adds (Davison & Hinkley 1997, section 5.2).
    """

    def score(voted: np.ndarray, predicted: np.ndarray) -> Scores:
        answers = zip(voted.T, predicted.T, strict=True)
        return {"ece": float(np.mean([expected_calibration_error(*answer) for answer in answers]))}

    ece = score(voted, predicted)["ece"]
    low, high = bootstrap_intervals(score, voted, predicted, resamples, seed)["ece"]
    return {"ece": ece, "ece_low": min(max(2 * ece - high, 0.0), ece), "ece_high": max(2 * ece - low, ece)}


RELIABILITY: dict[str, Callable[[Answers, Evaluation], Scores]] = {
    "probability": _of_probability,
    "shares": _of_shares,
    "votes": _of_votes,
    "classes": _of_classes,
}
"""The scores by the kind of a task's outputs."""
