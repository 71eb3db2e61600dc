"""What the trained network says of the test galaxies, how far that can be believed, and galleries of it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from tqdm import tqdm

from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.evaluation.comparisons import differences
from tuning_fork.evaluation.measurements import measurements
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.reliability import calibration_scores, coverage_scores, noise_of_votes, noise_scores
from tuning_fork.evaluation.scores import Scores
from tuning_fork.galaxies.examples import Examples, images_of
from tuning_fork.networks.saliency import grad_cam
from tuning_fork.params.evaluation import Evaluation
from tuning_fork.reporting.galleries import Verdicts, gallery
from tuning_fork.reporting.reliability_figures import conditions_figure, reliability_figure, uncertainty_figure


def outputs_of(model: TrainedModel, test: Sequence[Examples], views: int) -> np.ndarray:
    """Return the mean outputs over the views of each galaxy, (n, targets), and show how far they have come."""
    bar = tqdm(test, desc="Looking at the test galaxies", unit="shard", leave=False, disable=None)
    return np.concatenate([model.outputs([part], views) for part in bar])


def predict(model: TrainedModel, test: Sequence[Examples], outputs: np.ndarray, views: int) -> Predictions:
    """Return what the network says of the test galaxies: calibrated probabilities, or the outputs as they are."""
    ids, targets = (np.concatenate([getattr(part, name) for part in test]) for name in ("ids", "targets"))
    return Predictions(ids, targets, model.predictions(outputs, views), model.task)


def reliability(
    model: TrainedModel, test: Sequence[Examples], predictions: Predictions, shares: np.ndarray, evaluation: Evaluation
) -> tuple[Scores, dict[str, Figure]]:
    """Return how far probabilities, or shares and their uncertainty, can be believed, and the figure of it."""
    return RELIABILITY[model.task.kind](model, test, predictions, shares, evaluation)


def _of_probability(
    model: TrainedModel, test: Sequence[Examples], predictions: Predictions, _: np.ndarray, evaluation: Evaluation
) -> tuple[Scores, dict[str, Figure]]:
    targets, before = predictions.targets, model.uncalibrated(test, evaluation.views)
    scores = calibration_scores(targets, predictions.outputs, before, evaluation.bootstrap, evaluation.seed)
    return scores, {"reliability": reliability_figure(targets, predictions.outputs, before)}


def _of_shares(
    model: TrainedModel, _: Sequence[Examples], predictions: Predictions, shares: np.ndarray, evaluation: Evaluation
) -> tuple[Scores, dict[str, Figure]]:
    targets, resampling = predictions.targets, (evaluation.bootstrap, evaluation.seed)
    uncertainty = model.uncertainty(shares, evaluation.views)
    wide = uncertainty * model.calibration[evaluation.views].widening  # pyright: ignore[reportAttributeAccessIssue]
    scores = coverage_scores(np.abs(targets - shares), {68: uncertainty, 95: wide}, *resampling)
    scores |= noise_scores(targets, shares, evaluation.volunteers)
    noise = noise_of_votes(targets, evaluation.volunteers).mean(axis=0)
    return scores, {"uncertainty": uncertainty_figure(targets, shares, uncertainty, noise, model.task)}


RELIABILITY = {"probability": _of_probability, "shares": _of_shares}
"""By the kind of a task's outputs."""


def galleries(model: TrainedModel, test: Sequence[Examples], verdicts: Verdicts) -> dict[str, Figure]:
    """Return the galleries: mistakes, uncertain, typical, and what speaks for the class in the typical ones."""
    failures = {
        "mistakes": ("The most confident mistakes", verdicts.most_confident_mistakes()),
        "uncertain": ("The most uncertain", verdicts.most_uncertain()),
    }
    figures = {
        name: gallery(images_of(test, rows), verdicts.captions(rows), title) for name, (title, rows) in failures.items()
    }
    rows = verdicts.typical()
    images, captions, classes = images_of(test, rows), verdicts.captions(rows), verdicts.shares[rows].argmax(axis=1)
    heat = grad_cam(model.network, model.task, images, classes) if len(rows) > 0 else None
    figures["typical"] = gallery(images, captions, "Typical of each class")
    figures["saliency"] = gallery(images, captions, "What speaks for the class (Grad-CAM)", heat)
    return figures


def conditions(test: Sequence[Examples], predictions: Predictions, fraction: np.ndarray) -> Figure:
    """Return the figure of the accuracy by the volunteers' vote for the class, (n,), by brightness and by size."""
    measured = pd.concat([measurements(np.asarray(part.images)) for part in test])
    shown = {"Volunteers' vote for the class": fraction}
    shown |= {"Brightness, grey levels": measured["brightness"], "Half-light radius, pixels": measured["size"]}
    return conditions_figure(predictions.classes == predictions.predicted_classes, shown)


def gain_of_views(
    model: TrainedModel, test: Sequence[Examples], predictions: Predictions, evaluation: Evaluation
) -> Scores:
    """Return by how much the views' mean is better than a single view, with interval and p-value, score by score."""
    single = predict(model, test, outputs_of(model, test, 1), 1)
    scores = {}
    for gain in differences([predictions], [single], True, evaluation.bootstrap, evaluation.seed):
        name = f"views_gain_{gain.score}"
        scores |= {name: gain.value, f"{name}_low": gain.low, f"{name}_high": gain.high, f"{name}_p": gain.p}
    return scores
