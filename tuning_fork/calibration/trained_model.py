"""A trained network made ready for use: calibrated on the validation galaxies, and knowing what is usual."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from tuning_fork.calibration.calibrated_layer import without_calibration
from tuning_fork.calibration.calibrations import CALIBRATIONS, Calibration
from tuning_fork.calibration.eight_views import BATCH, Viewer, views_of
from tuning_fork.calibration.outliers import UsualGalaxies
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.params.images import Preparation
from tuning_fork.tasks.task import Task

MOST_DESCRIBED = 20_000
"""Galaxies that are enough to tell what is usual in the survey."""


@dataclass(frozen=True)
class TrainedModel:
    """A trained network, the task that it answers, how an image becomes its input, and what its outputs are worth."""

    network: keras.Model
    task: Task
    images: Preparation
    calibration: Mapping[int, Calibration]
    """By the number of views. That of one view may be in the network itself."""
    usual: UsualGalaxies
    is_of_one_size: bool = True
    """Whether the images that it was trained on were of 424x424 pixels, all of them: then another size is flagged."""

    @classmethod
    def calibrated(
        cls,
        network: keras.Model,
        task: Task,
        images: Preparation,
        validation: LabelledGalaxies,
        survey: LabelledGalaxies,
    ) -> Self:
        """Calibrate a trained network on the validation galaxies, and learn what is usual in the survey.

        A calibration of probabilities from one view becomes the network's last layer: its own outputs are calibrated.
        """
        every = -(-len(survey) // MOST_DESCRIBED)
        cutouts = (images for images, _ in survey.batches(BATCH, every))
        usual = UsualGalaxies.fit(cutouts, -(-len(survey) // every))
        fit = CALIBRATIONS[task.kind].fit
        single = fit(validation.targets, Viewer(network).outputs_of(validation), task)
        calibrated = single.put_into(network)
        eight = fit(validation.targets, Viewer(calibrated).outputs_of(validation, views=8), task)
        return cls(calibrated, task, images, {1: single, 8: eight}, usual)

    def outputs_of(self, galaxies: LabelledGalaxies, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of each galaxy, (n, targets), and show how far they have come."""
        return self._viewer.outputs_of(galaxies, views)

    def outputs(self, images: np.ndarray, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of uint8 images (n, *shape): (n, targets).

        May be called from several threads.
        """
        return self._viewer.outputs(images, views)

    def shares(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return calibrated probabilities, or shares of the votes, of the task's classes: (n, classes), 1 in sum."""
        return self._left(views).shares(outputs)

    def predictions(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return what is predicted of each target, (n, targets): a calibrated probability, or the output as it is."""
        return self._left(views).predictions(outputs)

    def uncalibrated(self, galaxies: LabelledGalaxies, views: int = 1) -> np.ndarray:
        """Return the mean over the views of what probabilities were before their calibration, (n, targets)."""
        before, targets = without_calibration(self.network), len(self.task.targets)
        return np.concatenate(
            [
                np.mean([np.exp(before(view, training=False)[:, :targets]) for view in views_of(images, views)], axis=0)
                for images, _ in galaxies.batches(BATCH)
            ]
        )

    def uncertainty(self, shares: np.ndarray, views: int = 1) -> np.ndarray:
        """Return how unsure each of the `shares` is, (n, classes): see `tuning_fork.calibration.calibration`."""
        return self._left(views).uncertainty(shares)

    def _left(self, views: int) -> Calibration:
        """Return the calibration that the network's outputs still need."""
        return self.calibration[views].left(views)

    @cached_property
    def _viewer(self) -> Viewer:
        return Viewer(self.network)
