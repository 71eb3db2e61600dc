"""A trained network made ready for use: calibrated on the validation galaxies, and with a memory of the survey's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import keras
import numpy as np

from tuning_fork.calibration.calibration import CALIBRATIONS, Calibration
from tuning_fork.calibration.familiarity import Familiarity
from tuning_fork.calibration.last_layer import without_calibration
from tuning_fork.calibration.views import Viewer, batches, views_of
from tuning_fork.galaxies.examples import Examples, count
from tuning_fork.params.images import Preparation
from tuning_fork.tasks.task import Task

DESCRIBED = 20_000
"""Galaxies that are enough to describe what the survey's are like."""


@dataclass(frozen=True)
class TrainedModel:
    """A trained network, the task that it answers, how an image becomes its input, and what its outputs are worth."""

    network: keras.Model
    task: Task
    images: Preparation
    calibration: Mapping[int, Calibration]
    """By the number of views. That of one view may be in the network itself."""
    familiarity: Familiarity

    @classmethod
    def finish(
        cls,
        network: keras.Model,
        task: Task,
        images: Preparation,
        validation: Sequence[Examples],
        survey: Sequence[Examples],
    ) -> Self:
        """Calibrate a trained network on the validation galaxies, and describe the galaxies of the survey.

        A calibration of probabilities from one view becomes the network's last layer: its own outputs are calibrated.
        """
        step = -(-count(survey) // DESCRIBED)
        familiarity = Familiarity.fit(batches(survey, step), -(-count(survey) // step))
        targets = np.concatenate([part.targets for part in validation])
        fit = CALIBRATIONS[task.kind].fit
        single = fit(targets, Viewer(network).outputs(validation))
        calibrated = single.put_into(network)
        eight = fit(targets, Viewer(calibrated).outputs(validation, views=8))
        return cls(calibrated, task, images, {1: single, 8: eight}, familiarity)

    def outputs(self, examples: Sequence[Examples], views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of each galaxy, (n, targets)."""
        return self._viewer.outputs(examples, views)

    def look(self, images: np.ndarray, views: int = 1) -> np.ndarray:
        """Return the mean outputs over the views of uint8 images (n, *shape): (n, targets).

        May be called from several threads.
        """
        return self._viewer.look(images, views)

    def shares(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return calibrated probabilities, or shares of the votes, of the task's classes: (n, classes), 1 in sum."""
        return self._left(views).shares(outputs)

    def predictions(self, outputs: np.ndarray, views: int = 1) -> np.ndarray:
        """Return what is predicted of each target, (n, targets): a calibrated probability, or the output as it is."""
        return self._left(views).predictions(outputs)

    def uncalibrated(self, examples: Sequence[Examples], views: int = 1) -> np.ndarray:
        """Return the mean over the views of what probabilities were before the calibration in the network, (n, 1)."""
        before = without_calibration(self.network)
        return np.concatenate(
            [
                np.mean([np.exp(before(view, training=False)[:, :1]) for view in views_of(images, views)], axis=0)
                for images in batches(examples)
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
