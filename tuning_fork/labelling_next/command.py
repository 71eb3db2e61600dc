"""Choose the galaxies to label next: those that the network is unsure of, and that are unlike one another.

IMAGES are files, folders, zips or patterns, as `tuning-fork classify` takes them. The network in --model looks at each,
and --number of them are chosen: the more likely, the less sure it is of its answer, and the further they are from those
chosen before, by its own features. The table has a row a galaxy, the one to label first on top:

  rank             its place: of a table of 100, the first 50 are a choice of 50
  name, file       as in a catalogue
  predicted_class  what the network takes it for
  uncertainty      how unsure it is of that, as in a catalogue
  novelty          how far it is from the nearest one above it: 1 is as far as two of those chosen usually are
  score            uncertainty times the square of novelty: why it was chosen

Beside the table, a page of the same name that ends in .html shows their pictures, by which they can be labelled;
nothing in it is fetched from elsewhere. Galaxies whose names are in the column --id of the table --labelled are passed
over, or with --column those of its rows that have a label there. What is unreadable, or unlike anything that the
network was trained on, is left out and counted.

Label them, train again with them, and ask again: some tens to some hundreds at a time. docs/next.md says what it gains.
"""

import argparse
import warnings
from pathlib import Path

from tuning_fork.catalogue.command import IMAGES_A_PART
from tuning_fork.catalogue.listing import list_images
from tuning_fork.catalogue.options import add_looking_options, add_model_option, looking_options, model_to_use
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import as_written
from tuning_fork.images.image_search import find_images


def main() -> None:
    """Choose among what the arguments name, and write table and page."""
    arguments = parse_arguments()
    model = model_to_use(arguments.model).resolve()
    labelled: frozenset[str] = frozenset()
    if arguments.labelled:
        from tuning_fork.labelling_next.labelled_names import labelled_names  # --help does not wait for pandas

        labelled = labelled_names(arguments.labelled, arguments.id, arguments.column)
    listing = list_images(arguments.images)
    waiting = [image for image in find_images(arguments.images) if str(as_written(image.name)) not in labelled]
    if not waiting:
        raise UserError(f"--labelled {arguments.labelled}: has all {listing.images} images: name others")
    if labelled and len(waiting) == listing.images:
        none = f"none of the {len(labelled)} IDs in its column {arguments.id} is an image's name"
        print(f"warning: --labelled {arguments.labelled}: {none}")

    # Not before, as these take seconds to start: nobody waits for them to be told of a mistake.
    from tuning_fork.labelling_next.writing import Output

    output = Output.checked(arguments.output, model)

    from tuning_fork.catalogue.inputs import Inputs
    from tuning_fork.labelling_next.making import make_choice

    warnings.filterwarnings("ignore", module=r"astropy|PIL")  # of single files: they are counted
    inputs = Inputs(tuple(arguments.images), model, 1, looking_options(arguments), IMAGES_A_PART)
    make_choice(inputs, waiting, arguments.number, arguments.seed, output)
    if arguments.labelled:
        print(f"{listing.images - len(waiting)} galaxies have labels already, by {arguments.labelled}")
    if listing.passed_over:
        print(listing.said_of_passed_over())


def parse_arguments() -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork next", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("images", nargs="+", metavar="IMAGES", help="files, folders, zips or patterns")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.csv", help="the table; the page beside it")
    parser.add_argument("--number", type=int, default=100, metavar="N", help="galaxies to choose (%(default)s)")
    parser.add_argument("--labelled", type=Path, metavar="TABLE", help="galaxies that have labels")
    parser.add_argument("--id", default="GalaxyID", metavar="COLUMN", help="its column of names (%(default)s)")
    parser.add_argument("--column", metavar="COLUMN", help="its column of labels: empty is not labelled (all rows are)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the draws (%(default)s)")
    add_looking_options(parser)
    add_model_option(parser)
    arguments = parser.parse_args()
    if arguments.column and not arguments.labelled:
        parser.error("--column is of a table: name it by --labelled")
    if arguments.number < 1:
        parser.error("--number: at least 1")
    if not 0 <= arguments.seed < 2**32:
        parser.error("--seed: 0 to 4294967295")
    return arguments
