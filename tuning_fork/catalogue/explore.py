"""The page to look at every galaxy of a catalogue."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from tuning_fork.calibration.eight_views import features_and_outputs
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue.answers import VALUES
from tuning_fork.catalogue.classify import read_galaxies, trained_model
from tuning_fork.catalogue.inputs import Inputs
from tuning_fork.core.errors import UserError
from tuning_fork.explorer.page import Explored, answers_of, write_explorer
from tuning_fork.images.image_search import FoundImage
from tuning_fork.images.photometry import Light


class _Part(NamedTuple):
    """Some galaxies looked at: names, cut-outs, features, mean outputs over the views, and how unlike the usual."""

    names: list[str]
    cutouts: np.ndarray
    features: np.ndarray
    outputs: np.ndarray
    outlier: np.ndarray


def explore(inputs: Inputs, images: list[FoundImage], page: Path) -> None:
    """Look at images and write the page of all that are readable; a UserError if none is."""
    model = trained_model(inputs.model)
    look = features_and_outputs(model.network)
    parts = []
    with tqdm(total=len(images), desc="exploring", unit="galaxy", disable=None) as bar:
        waiting = iter(images)
        while some := tuple(islice(waiting, inputs.images_a_part)):
            parts.append(_looked_at(model, look, inputs, some))
            bar.update(len(some))
    parts = [part for part in parts if part.names]
    if not parts:
        raise UserError(f"--explore {page}: not written, as none of {len(images)} images is readable: name others")
    names = [name for part in parts for name in part.names]
    _, cutouts, features, outputs, outlier = (np.concatenate(one) for one in zip(*parts, strict=True))
    values = VALUES[model.task.kind](model, outputs, inputs.views)
    explored = Explored(
        names=names,
        images=cutouts,
        features=features,
        task=model.task,
        predicted=values["predicted_class"],
        uncertainty=np.array(values["uncertainty"]),
        outlier=outlier,
        outputs=np.array([values[one.key] for one in answers_of(model.task)]).T,
    )
    write_explorer(page, f"{len(names):,} galaxies", explored)


def _looked_at(
    model: TrainedModel,
    look: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    inputs: Inputs,
    images: tuple[FoundImage, ...],
) -> _Part:
    readable, _ = read_galaxies(model, inputs.options, images)
    cutouts = np.array([one.cutout for one in readable.values()], np.uint8).reshape(-1, *model.images.shape)
    if not readable:
        empty = np.empty(0)
        return _Part([], cutouts, empty, empty, empty)
    features, outputs = look(cutouts)
    if inputs.views > 1:
        outputs = model.outputs(cutouts, inputs.views)
    outlier = model.usual.unlikeness(Light(cutouts))
    return _Part([images[row].name for row in readable], cutouts, features, outputs, outlier)
