"""Options of the commands that look at images with a model: which model, and how the images are looked at."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.core.errors import UserError
from tuning_fork.images.bands import band_names
from tuning_fork.params.images import AUTO, IMAGE_SIDE, SMALLEST_FRAME, STRETCH

if TYPE_CHECKING:
    from tuning_fork.images.preparing import Options

LARGEST_FRAME = IMAGE_SIDE / 8
"""The frame with which all of a picture becomes the cut-out, where that was the smallest part of the survey's."""

TRAINED = Path("data/model")
"""The model folder that the pipeline makes."""
START = Path("models/simulated-sky")
"""That which comes with the project."""


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the model folder."""
    known = f"{TRAINED}, and until that is there {START}, which knows simulated galaxies alone"
    parser.add_argument("--model", type=Path, metavar="FOLDER", help=f"({known})")


def model_to_use(named: Path | None) -> Path:
    """Return the model folder that is named, or else the one that is there; a UserError if there is none."""
    folder = named or (TRAINED if TRAINED.is_dir() or not START.is_dir() else START)
    if not folder.is_dir():
        cure = "run `dvc repro calibrate`" if named is None else "name a model folder by --model"
        raise UserError(f"{folder}: no whole model there (no such folder): {cure}")
    if named is None and folder == START:
        print(f"{START} is used: there is no {TRAINED} yet. It knows simulated galaxies alone: see {START}/README.md")
    return folder


def add_looking_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how images are looked at."""
    parser.add_argument(
        "--frame",
        type=frame,
        metavar="SHARE",
        help="how much of a picture to look at, as a share of its shorter side: 0.5 enlarges the centre; auto: by "
        "each galaxy's own size, as much as the training's pictures hold (that of the training, of the survey's page)",
    )
    parser.add_argument(
        "--bands",
        type=_bands,
        metavar="NAMES",
        help="bands of FITS planes, in their order, as grz or F435W,F606W,F814W, where the header does not name them "
        "(those of the training)",
    )
    parser.add_argument(
        "--extension",
        metavar="NAME",
        help="name or number of the extension of FITS files that has the image (the training's; else SCI or the first)",
    )
    parser.add_argument(
        "--stretch",
        type=_stretch,
        metavar="X",
        help="brightness of FITS images, in units of the sky's noise, over which levels bend from linear to "
        f"logarithmic: less shows fainter outskirts (that of the training; the survey's JPEGs: {STRETCH:g})",
    )


def looking_options(arguments: argparse.Namespace) -> "Options":
    """Return how the images are looked at."""
    from tuning_fork.images.preparing import Options  # not before, as it takes a while to load

    return Options(arguments.frame, arguments.bands, arguments.extension, arguments.stretch)


def _stretch(text: str) -> float:
    """Return the number; an ArgumentTypeError says what may be."""
    try:
        stretch = float(text)
    except ValueError:
        stretch = 0.0
    if not 0 < stretch < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: a number above 0")
    return stretch


def frame(text: str) -> float | str:
    """Return the share, or `auto`; an ArgumentTypeError says what may be."""
    if text == AUTO:
        return text
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not SMALLEST_FRAME <= share <= LARGEST_FRAME:
        raise argparse.ArgumentTypeError(f"{text}: {SMALLEST_FRAME} to {LARGEST_FRAME:g}, or {AUTO}")
    return share


def _bands(text: str) -> tuple[str, ...]:
    """Return the names; an ArgumentTypeError names the first that is unknown."""
    try:
        return band_names(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
