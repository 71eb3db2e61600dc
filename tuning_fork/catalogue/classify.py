"""Some images classified: a part of a catalogue.

It is in a module of its own, so that workers of a cluster find it by the same name.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from tuning_fork.calibration.model_folder import load_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue.answers import VALUES
from tuning_fork.catalogue.formats.columns import COLUMNS, MEANINGS
from tuning_fork.images.image_search import FoundImage, printable
from tuning_fork.images.jpeg_cutout import UnusableImageError
from tuning_fork.images.photometry import NOTHING_THERE, Light
from tuning_fork.images.preparing import Options, Prepared, prepare

Columns = dict[str, list]
"""The columns of a part of the catalogue, by name: each has as many values as the part has galaxies."""
LONGEST_NOTE = 120
FROM_HEADER = tuple(name for name, column in COLUMNS.items() if column.from_header)
"""Columns that FITS headers tell."""
_loading = threading.Lock()


def classify(folder: Path, views: int, options: Options, images: Sequence[FoundImage]) -> Columns:
    """Classify images by the model in `folder`: a value an image in each column, in order.

    They are `name` and `file`; those of `FROM_HEADER`, where the picture's centre is and so on; those that follow from
    the model's task, see `MEANINGS`; `frame`, the share of the picture's shorter side that was taken for the training's
    frame; `frame_filled`, the galaxy's Petrosian radius as a share of half the cut-out's side; `flags`, of unreadable,
    off_size, other_framing and unlike_training, joined by `;`; `note`, why it is unreadable or what was taken for
    granted. Nothing but names, flags and note is known of what is unreadable (None).
    """
    model = trained_model(folder)
    known = (*FROM_HEADER, *MEANINGS[model.task.kind](model.task), "frame", "frame_filled")
    columns: Columns = {key: [getattr(image, key) for image in images] for key in ("name", "file")}
    columns |= {name: [None] * len(images) for name in known}
    columns |= {"flags": ["unreadable"] * len(images), "note": [None] * len(images)}
    readable, reasons = read_galaxies(model, options, images)
    for row, reason in reasons.items():
        columns["note"][row] = reason
    if readable:
        rows, prepared = list(readable), list(readable.values())
        values = columns_of_prepared(model, views, prepared, Light(np.stack([one.cutout for one in prepared])))
        for name, found in values.items():
            for row, value in zip(rows, found, strict=True):
                columns[name][row] = value
    return columns


def read_galaxies(
    model: TrainedModel, options: Options, images: Sequence[FoundImage]
) -> tuple[dict[int, Prepared], dict[int, str]]:
    """Return the images that are readable, prepared for the model, and why the others are not, by their numbers."""
    readable: dict[int, Prepared] = {}
    reasons: dict[int, str] = {}
    for row, image in enumerate(images):
        try:
            readable[row] = prepare(image.read(), model.images, options, model.usual.kron_radius)
        except (UnusableImageError, OSError, MemoryError, BadZipFile) as error:
            reasons[row] = printable(" ".join(str(error).split()) or type(error).__name__)[:LONGEST_NOTE]
    if readable:
        is_there = Light(np.stack([one.cutout for one in readable.values()])).is_there()
        for row in [row for row, found in zip(readable, is_there, strict=True) if not found]:
            reasons[row] = NOTHING_THERE
            del readable[row]
    return readable, reasons


def columns_of_prepared(model: TrainedModel, views: int, images: Sequence[Prepared], light: Light) -> Columns:
    """Return what is found in prepared images, whose `light` is given: the columns of `classify` but the name."""
    radii, (smallest, largest) = light.petrosian_radii(), model.usual.radii
    are_raised = {
        "off_size": [model.is_of_one_size and not image.is_usual_size for image in images],
        "other_framing": (radii < smallest) | (radii > largest),
        "unlike_training": model.usual.unlikeness(light) > 1,
    }
    columns: Columns = {name: [image.header.get(name) for image in images] for name in FROM_HEADER}
    columns |= VALUES[model.task.kind](model, model.outputs(light.images, views), views)
    columns |= {
        "frame": [round(image.frame, 4) for image in images],
        "frame_filled": radii.round(4).tolist(),
        "flags": [
            ";".join(name for name, is_raised in zip(are_raised, raised, strict=True) if is_raised)
            for raised in zip(*are_raised.values(), strict=True)
        ],
        "note": [image.note for image in images],
    }
    return columns


def trained_model(folder: Path) -> TrainedModel:
    """Return the model in `folder`, loaded once for all threads, and anew when it has changed."""
    with _loading:
        return _loaded(folder, tuple(path.stat().st_mtime_ns for path in sorted(folder.glob("*"))))


@lru_cache(maxsize=1)
def _loaded(folder: Path, changed: tuple[int, ...]) -> TrainedModel:
    return load_model(folder)
