"""What a network makes of galaxies that may be labelled: its features, its class, and how unsure it is of that."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tuning_fork.calibration.eight_views import features_and_outputs
from tuning_fork.catalogue.answers import VALUES
from tuning_fork.catalogue.classify import read_galaxies, trained_model
from tuning_fork.images.image_search import FoundImage
from tuning_fork.images.photometry import Light
from tuning_fork.images.preparing import Options
from tuning_fork.networks.building import FEATURES
from tuning_fork.networks.quiet_tensorflow import keras


class Looked(NamedTuple):
    """Galaxies looked at, and how many images were left out, by the reason.

    `features` is (n, d); `frames` are the shares of the pictures' shorter sides that were taken for the frame.
    """

    images: list[FoundImage]
    frames: list[float]
    features: np.ndarray
    predicted_class: list[str]
    uncertainty: list[float]
    left_out: dict[str, int]


def look(folder: Path, options: Options, images: Sequence[FoundImage]) -> Looked:
    """Look at images by the model in `folder`, from one side; what is unreadable or unlike its training is left out."""
    model = trained_model(folder)
    readable, unreadable = read_galaxies(model, options, images)
    cutouts = np.array([one.cutout for one in readable.values()], np.uint8).reshape(-1, *model.images.shape)
    is_like = np.array([], bool)
    if readable:
        is_like = model.usual.unlikeness(Light(cutouts)) <= 1
    rows = [row for row, found in zip(readable, is_like, strict=True) if found]
    left_out = {"unreadable": len(unreadable), "unlike_training": int((~is_like).sum())}
    if not rows:
        width = model.network.get_layer(FEATURES).output.shape[-1]
        return Looked([], [], np.empty((0, width), np.float32), [], [], left_out)
    features, outputs = _run(model.network)(cutouts[is_like])
    values = VALUES[model.task.kind](model, outputs, 1)
    return Looked(
        [images[row] for row in rows],
        [readable[row].frame for row in rows],
        features,
        values["predicted_class"],
        values["uncertainty"],
        left_out,
    )


def together(parts: Sequence[Looked]) -> Looked:
    """Return what was looked at in several parts, at least one."""
    images, frames, features, classes, uncertainty, left_out = zip(*parts, strict=True)
    return Looked(
        list(chain(*images)),
        list(chain(*frames)),
        np.concatenate(features),
        list(chain(*classes)),
        list(chain(*uncertainty)),
        {reason: sum(one[reason] for one in left_out) for reason in left_out[0]},
    )


@lru_cache(maxsize=1)
def _run(network: keras.Model) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    return features_and_outputs(network)
