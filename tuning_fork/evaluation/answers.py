"""What a model answers about galaxies whose labels are known."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tuning_fork.calibration.eight_views import BATCH, features_and_outputs
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.evaluation.comparisons import differences
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import Scores
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.images.photometry import Light
from tuning_fork.params.evaluation import Evaluation


@dataclass(frozen=True)
class Answers:
    """The answers of a `model` about labelled `galaxies`, each seen in so many `views`; worked out when asked for.

    `usual` (targets,) are the mean targets of the training galaxies, which say something of a galaxy never looked at.
    """

    model: TrainedModel
    galaxies: LabelledGalaxies
    views: int
    usual: np.ndarray

    @cached_property
    def outputs(self) -> np.ndarray:
        """The mean outputs over the views of each galaxy, (n, targets)."""
        return self.model.outputs_of(self.galaxies, self.views)

    @cached_property
    def predictions(self) -> Predictions:
        """What is predicted, calibrated probabilities or the outputs as they are, beside what is known."""
        predicted = self.model.predictions(self.outputs, self.views)
        return Predictions(self.galaxies.ids, self.galaxies.targets, predicted, self.model.task)

    @cached_property
    def shares(self) -> np.ndarray:
        """Calibrated probabilities, or shares of the votes, of the classes: (n, classes), 1 in sum."""
        return self.model.shares(self.outputs, self.views)

    @cached_property
    def uncertainty(self) -> np.ndarray:
        """How unsure each of the shares is, (n, classes)."""
        return self.model.uncertainty(self.shares, self.views)

    @cached_property
    def uncalibrated(self) -> np.ndarray:
        """What probabilities were before their calibration, (n, targets)."""
        return self.model.uncalibrated(self.galaxies, self.views)


def gain_of_views(answers: Answers, evaluation: Evaluation) -> Scores:
    """Return by how much several views are better than a single one, with interval and p-value, score by score."""
    single = replace(answers, views=1)
    recipes = [answers.predictions], [single.predictions]
    scores = {}
    for one in differences(*recipes, True, evaluation.bootstrap, evaluation.seed):
        name, (low, gain, high) = f"views_gain_{one.score}", one.gain
        scores |= {name: gain, f"{name}_low": low, f"{name}_high": high, f"{name}_p": one.p}
    return scores


def described(answers: Answers) -> dict[str, np.ndarray]:
    """Return what is known of each of the n galaxies that were answered about, by its name.

    `features` (n, d); `shares` (n, classes) and `uncertainty` (n,), that of the predicted class; `outlier` (n,), how
    unlike the usual galaxies it is, above 1 as none in 1,000 of those is.
    """
    model = answers.model
    look = features_and_outputs(model.network)
    features, outlier = [], []
    for images, _ in answers.galaxies.batches(BATCH):
        features.append(look(images)[0])
        outlier.append(model.usual.unlikeness(Light(images)))
    winners = answers.shares.argmax(axis=1)
    return {
        "features": np.concatenate(features).astype(np.float16),
        "shares": answers.shares.astype(np.float32),
        "uncertainty": answers.uncertainty[np.arange(len(winners)), winners].astype(np.float32),
        "outlier": np.concatenate(outlier).astype(np.float32),
    }
