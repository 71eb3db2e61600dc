"""Classify galaxies by the trained network: anyone's images become a catalogue.

IMAGES are image files (JPEG, PNG, TIFF, WebP, GIF, BMP or FITS, of any size, the galaxy in the centre), folders or zip
archives of them, or patterns such as 'field*/*.fits'; what is named twice is listed twice, hidden files are not looked
at, and others that are no images are counted at the end. The catalogue has a row an image: its name without folder and
suffix, to join with tables of your own, and its GalaxyID if all names are plain numbers; the file; the calibrated
probability of each class, or its share of the votes; the predicted class and how unsure it is (the probability that the
class is another, or the half-width of the share's 68 % interval); and flags:

  unreadable       no image in it, damaged, too large or no file; the column `note` says which
  off_size         not 424x424 pixels, the size of the training's images (not where these were of any size)
  other_framing    smaller or larger in the frame than 995 of 1000 galaxies of the survey: see --frame
  unlike_training  unlike the survey's galaxies as none in 1000 of them is: not to be believed

A network of task votes gives each answer to its survey as the fraction of all volunteers, with its uncertainty,
and a description in words: the answers with most votes, and the smallest of their fractions.

With it come the share of the picture that was taken for the frame, and how much of the cut-out the galaxy fills (its
Petrosian radius over half the side); and the position of the centre where a FITS file has a world coordinate system.

Stopped anywhere, the same command goes on where it was; no file but an earlier catalogue is written over.
It follows from the images, the model folder and these options alone.
"""

import argparse
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.catalogue.formats.formats import FORMATS, NAMED
from tuning_fork.catalogue.listing import list_images
from tuning_fork.catalogue.output import checked_output, require_numbers
from tuning_fork.core.errors import UserError
from tuning_fork.images.bands import band_names
from tuning_fork.params.images import IMAGE_SIDE, STRETCH

if TYPE_CHECKING:
    from tuning_fork.images.preparing import Options

LARGEST_FRAME = IMAGE_SIDE / 8
"""The frame with which all of a picture becomes the cut-out, where that was the smallest part of the survey's."""

TRAINED = Path("data/model")
"""The model folder that the pipeline makes."""
START = Path("models/simulated-sky")
"""That which comes with the project."""
IMAGES_A_PART = 128
"""Images that are worked on together: as many as the network looks at together."""


def main(images_a_part: int = IMAGES_A_PART) -> None:
    """Classify what the arguments name, `images_a_part` at a time."""
    arguments = parse_arguments()
    model = model_to_use(arguments.model).resolve()
    if arguments.format and not arguments.output:
        raise UserError(f"--format {arguments.format}: name the file to write by --output FILE")
    output = arguments.output and checked_output(arguments.output, model, arguments.images, arguments.format)
    listing = list_images(arguments.images, output.files if output else ())
    if output:
        require_numbers(output, listing, arguments.images)
    if output is None and listing.images > 1:
        raise UserError(f"{listing.images} images: name the catalogue's file by --output FILE")

    # Not before, as TensorFlow takes seconds to start: nobody waits for that to be told of a mistake.
    from tuning_fork.catalogue.inputs import Inputs
    from tuning_fork.catalogue.make_catalogue import make_catalogue, show_one, workers

    warnings.filterwarnings("ignore", module=r"astropy|PIL")  # of single files: the catalogue says it in its row
    options = looking_options(arguments)
    inputs = Inputs(tuple(arguments.images), model, arguments.views, options, images_a_part)
    if output is None:
        show_one(inputs)
    else:
        make_catalogue(inputs, listing, output, workers(arguments.scheduler, arguments.threads))
    if listing.passed_over:
        print(listing.said_of_passed_over())


def parse_arguments() -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork classify",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("images", nargs="+", metavar="IMAGES", help="files, folders, zips or patterns")
    parser.add_argument("--output", type=Path, metavar="FILE", help=f"the catalogue: {', '.join(FORMATS)}")
    parser.add_argument(
        "--format",
        choices=tuple(NAMED),
        help="another format than the suffix says: kaggle, the submission to Kaggle's Galaxy Zoo challenge, as .csv",
    )
    add_looking_options(parser)
    parser.add_argument(
        "--views",
        type=int,
        choices=(1, 8),
        default=1,
        help="views of a galaxy to average: as it is, or from 8 sides (1)",
    )
    parser.add_argument(
        "--threads",
        type=int,
        metavar="N",
        help=f"images to work on at a time, over {IMAGES_A_PART} of them (two a core)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster that does the work, as tcp://name:8786"
    )
    add_model_option(parser)
    return parser.parse_args()


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the model folder."""
    known = f"{TRAINED}, and until that is there {START}, which knows simulated galaxies alone"
    parser.add_argument("--model", type=Path, metavar="FOLDER", help=f"({known})")


def model_to_use(named: Path | None) -> Path:
    """Return the model folder that is named, or else the one that is there; a UserError if there is none."""
    folder = named or (TRAINED if TRAINED.is_dir() or not START.is_dir() else START)
    if not folder.is_dir():
        raise UserError(f"{folder}: no whole model there (no such folder): run `dvc repro calibrate`")
    if named is None and folder == START:
        print(f"{START} is used: there is no {TRAINED} yet. It knows simulated galaxies alone: see {START}/README.md")
    return folder


def add_looking_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how images are looked at."""
    parser.add_argument(
        "--frame",
        type=_frame,
        metavar="SHARE",
        help="share of a picture's shorter side to take for the frame of the survey's pictures, which hold 8.48 times "
        "their galaxy's radius R90: 0.5 enlarges the centre twice; auto: by each galaxy's own size (the share of the "
        "training, of the survey's page)",
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
        help="name or number of the extension of FITS files that has the image (the training's; else the first image)",
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


def _frame(text: str) -> float | str:
    """Return the share, or `auto`; an ArgumentTypeError says what may be."""
    if text == "auto":
        return text
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.01 <= share <= LARGEST_FRAME:
        raise argparse.ArgumentTypeError(f"{text}: 0.01 to {LARGEST_FRAME:g}, or auto")
    return share


def _bands(text: str) -> tuple[str, ...]:
    """Return the names; an ArgumentTypeError names the first that is unknown."""
    try:
        return band_names(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
