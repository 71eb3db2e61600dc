"""Stage `evaluate`: what the trained network is worth on the test galaxies, which it has never seen.

Writes metrics/metrics.json (scores with 95 % intervals), data/predictions.csv (a row a test galaxy), plots/roc.csv,
the figures in plots/figures and, with pictures of galaxies, those in plots/galleries.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.errors import run_stage
from stages.files import whole_file, write_json
from stages.galaxies.archives import SOLUTIONS_ZIP
from stages.galaxies.examples import Examples, images_of, read_examples
from stages.galaxies.tasks import winners
from stages.galaxies.votes import read_votes
from stages.network.model_folder import load_model
from stages.network.saliency import grad_cam
from stages.network.trained_model import TrainedModel
from stages.params import Evaluation, read_params
from stages.results.comparisons import differences
from stages.results.figures import house_style, run_figures, save_figures
from stages.results.galleries import Verdicts, gallery
from stages.results.measurements import measurements
from stages.results.predictions import Predictions
from stages.results.reliability import calibration_scores, coverage_scores, noise_of_votes, noise_scores
from stages.results.reliability_figures import conditions_figure, reliability_figure, uncertainty_figure
from stages.results.scores import Scores, scores_with_intervals


def main() -> None:
    """Evaluate data/model on the test split."""
    evaluation = read_params().evaluation
    model = load_model(Path("data/model"))
    labels, shards = Path("data/labels/labels.csv"), Path("data/shards")
    test = read_examples(labels, shards, "test", model.task, model.images.shape)
    outputs = model.outputs(test, evaluation.views)
    predictions = predict(model, test, outputs, evaluation.views)
    with whole_file(Path("data/predictions.csv")) as part:
        predictions.table().to_csv(part, index=False)
    with whole_file(Path("plots/roc.csv")) as part:
        predictions.roc_curves().to_csv(part, index=False)

    votes = read_votes(Path("data/raw") / SOLUTIONS_ZIP, model.task.candidates).loc[predictions.ids]
    fraction = winners(votes, model.task)["fraction"].to_numpy()
    measured = pd.concat([measurements(np.asarray(part.images)) for part in test])
    with house_style():
        shares = model.shares(outputs, evaluation.views)
        scores, trust = reliability(model, test, predictions, shares, evaluation)
        conditions = {"Volunteers' vote for the class": fraction}
        conditions |= {"Brightness, grey levels": measured["brightness"], "Half-light radius, pixels": measured["size"]}
        right = predictions.classes == predictions.predicted_classes
        figures = run_figures(predictions, pd.read_csv("plots/training.csv")) | trust
        save_figures(Path("plots/figures"), figures | {"conditions": conditions_figure(right, conditions)})
        verdicts = Verdicts(predictions, fraction, shares, model.uncertainty(shares, evaluation.views))
        save_figures(Path("plots/galleries"), galleries(model, test, verdicts))

    if evaluation.views > 1:
        single = predict(model, test, model.outputs(test), 1)
        for gain in differences([predictions], [single], True, evaluation.bootstrap, evaluation.seed):
            name = f"views_gain_{gain.score}"
            scores |= {name: gain.value, f"{name}_low": gain.low, f"{name}_high": gain.high, f"{name}_p": gain.p}
    known = scores_with_intervals(predictions, evaluation.bootstrap, evaluation.seed)
    write_json(Path("metrics/metrics.json"), known | {name: round(float(value), 6) for name, value in scores.items()})


def predict(model: TrainedModel, test: Sequence[Examples], outputs: np.ndarray, views: int) -> Predictions:
    """Return what the network says of the test galaxies: calibrated probabilities, or the outputs as they are."""
    ids, targets = (np.concatenate([getattr(part, name) for part in test]) for name in ("ids", "targets"))
    said = model.shares(outputs, views)[:, 1:] if model.task.is_binary else outputs
    return Predictions(ids, targets, said, model.task)


def reliability(
    model: TrainedModel, test: Sequence[Examples], predictions: Predictions, shares: np.ndarray, evaluation: Evaluation
) -> tuple[Scores, dict[str, Figure]]:
    """Return how far probabilities, or shares and their uncertainty, can be believed, and the figure of it."""
    targets, resampling = predictions.targets, (evaluation.bootstrap, evaluation.seed)
    if model.task.is_binary:
        before = model.uncalibrated(test, evaluation.views)
        scores = calibration_scores(targets, predictions.outputs, before, *resampling)
        return scores, {"reliability": reliability_figure(targets, predictions.outputs, before)}
    uncertainty = model.uncertainty(shares, evaluation.views)
    wide = uncertainty * model.calibration[evaluation.views].widening
    scores = coverage_scores(np.abs(targets - shares), {68: uncertainty, 95: wide}, *resampling)
    scores |= noise_scores(targets, shares, evaluation.volunteers)
    noise = noise_of_votes(targets, evaluation.volunteers).mean(axis=0)
    return scores, {"uncertainty": uncertainty_figure(targets, shares, uncertainty, noise, model.task)}


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
    heat = grad_cam(model.network, images, classes) if len(rows) > 0 else None
    figures["typical"] = gallery(images, captions, "Typical of each class")
    figures["saliency"] = gallery(images, captions, "What speaks for the class (Grad-CAM)", heat)
    return figures


if __name__ == "__main__":
    run_stage(main, __doc__)
