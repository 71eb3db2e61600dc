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
import warnings
from pathlib import Path

from tuning_fork.catalogue.formats.formats import FORMATS, NAMED
from tuning_fork.catalogue.formats.output import checked_output, require_numbers
from tuning_fork.catalogue.listing import list_images
from tuning_fork.catalogue.options import add_looking_options, add_model_option, looking_options, model_to_use
from tuning_fork.core.errors import UserError
from tuning_fork.images.image_search import find_images
from tuning_fork.pages.own_files import cannot_be_written, may_be_written

MARK = b'content="tuning-fork explorer"'
"""What a page to explore begins with."""
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
    if arguments.explore and (reason := cannot_be_written(arguments.explore)):
        raise UserError(f"--explore {arguments.explore}: cannot be written ({reason}): name another")

    # Not before, as TensorFlow takes seconds to start: nobody waits for that to be told of a mistake.
    from tuning_fork.catalogue.inputs import Inputs
    from tuning_fork.catalogue.make_catalogue import make_catalogue, show_one, workers

    warnings.filterwarnings("ignore", module=r"astropy|PIL")  # of single files: the catalogue says it in its row
    options = looking_options(arguments)
    inputs = Inputs(tuple(arguments.images), model, arguments.views, options, images_a_part)

    def look_around() -> None:
        from tuning_fork.catalogue.explore import explore

        explore(inputs, list(find_images(arguments.images, output.files if output else ())), arguments.explore)
        print(f"{arguments.explore}: all galaxies to look at, in a browser")

    afterwards = look_around if arguments.explore else None
    if output:
        make_catalogue(inputs, listing, output, workers(arguments.scheduler, arguments.threads), afterwards)
    else:
        show_one(inputs)
        if afterwards:
            afterwards()
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
        "--explore", type=_page, metavar="PAGE.html", help="a page too, to look at every galaxy in a map and a grid"
    )
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
        help=f"threads, each of which works on {IMAGES_A_PART} images at a time (two a core)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster that does the work, as tcp://name:8786"
    )
    add_model_option(parser)
    arguments = parser.parse_args()
    if arguments.threads is not None and arguments.threads < 1:
        parser.error("--threads: at least 1")
    return arguments


def _page(text: str) -> Path:
    """Return the path of a page; an ArgumentTypeError if it is that of another file."""
    page = Path(text)
    if page.suffix.lower() not in {".html", ".htm"}:
        raise argparse.ArgumentTypeError(f"{text}: a page's name ends in .html")
    if not may_be_written(page, MARK):
        raise argparse.ArgumentTypeError(f"{text}: is there already, and not by this command: name another")
    return page
