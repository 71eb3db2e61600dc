"""Predicting: images a second of either network, each from one side."""

import time

import numpy as np
import pandas as pd

from tests.helpers.parameters import params_with
from tuning_fork.calibration.eight_views import BATCH, Viewer
from tuning_fork.networks.building import build_network
from tuning_fork.surveys.survey import read_survey, survey_page
from tuning_fork.tasks.tasks import task_of

NETWORKS = {
    "study": ("study", "binary"),
    "residual": ("residual", "binary"),
    "residual, all answers": ("residual", "votes"),
}
"""Network and task."""
ROUNDS, BATCHES = 7, 40


def report() -> pd.DataFrame:
    """Measure in turn how many images a second each network looks at, untrained, whose time is that of a trained one.

    Figures are medians of `ROUNDS` rounds; the ratio is to the study's network in the same round.
    """
    shape, survey = params_with().images.shape, read_survey(survey_page("galaxy-zoo-2"))
    images = np.random.default_rng(1).integers(0, 256, (BATCH, *shape), np.uint8)
    viewers = {
        name: Viewer(build_network(shape, task_of(task, survey), params_with(model={"network": network}).model))
        for name, (network, task) in NETWORKS.items()
    }
    for viewer in viewers.values():
        viewer.outputs(images)
    rounds = pd.DataFrame([{name: _speed(viewer, images) for name, viewer in viewers.items()} for _ in range(ROUNDS)])
    ratios = rounds.rdiv(rounds["study"], axis=0)
    return pd.DataFrame(
        {
            "images a second": rounds.median(),
            "time, study's network 1": ratios.median(),
            "lowest": ratios.min(),
            "highest": ratios.max(),
        }
    )


def _speed(viewer: Viewer, images: np.ndarray) -> float:
    began = time.perf_counter()
    for _ in range(BATCHES):
        viewer.outputs(images)
    return BATCHES * len(images) / (time.perf_counter() - began)
