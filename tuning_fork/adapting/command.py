"""Make a network for a survey of your own: from images and a few hundred labels, with an honest score.

IMAGES is a folder, a zip or a quoted pattern of images (JPEG, PNG, TIFF, WebP, GIF, BMP or FITS) of any size, each
called by the ID of its galaxy. TABLE (.csv, .parquet, .fits or .vot) has the labels in the column NAME, and the IDs in
the one that has the images' names, which is found; what is empty is not labelled. Without a table, the folders that the
images are in are the classes.

It runs the pipeline with the recipe of adapt.yaml: the network of the model folder --from has learnt from a simulated
sky what galaxies look like, and learns the labels from there. With fewer than 1,000 labels the score is that of a
cross-validation, in which every label tests a network that has not seen it; with more, that of a test split. Half and
a quarter of the labels tell what more of them would bring.

FOLDER gets the model folder, for `tuning-fork classify --model FOLDER`; report.html, the page about the run, and
explorer.html, its test galaxies; scores.json; and predictions.csv, what the network said of each galaxy that tested
it: labels that it denies are worth another look. The run stays as the DVC experiment of the folder's name, the
survey's page as surveys/NAME.yaml, yours to change and to commit. The pipeline runs in a working copy in
data/partial/adapt; stopped anywhere, the same command goes on, and after new labels or images it begins anew with
these.

  tuning-fork adapt cutouts/ --labels table.csv --column type --output my-survey
  tuning-fork adapt classes.zip --output my-classes
"""

import argparse
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.catalogue.options import START, frame
from tuning_fork.core.errors import UserError

if TYPE_CHECKING:
    from tuning_fork.adapting.plan import Plan


def main() -> None:
    """Check what the arguments name, and run it."""
    arguments = parse_arguments()
    plan = plan_of(arguments)
    for line in plan.said:
        print(line)

    # Not before, as TensorFlow takes seconds to start: nobody waits for that to be told of a mistake.
    from tuning_fork.adapting.adapt import adapt

    print(adapt(plan))


def parse_arguments() -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork adapt", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("images", metavar="IMAGES", help="a folder, zip or quoted pattern of images")
    parser.add_argument("--labels", type=Path, metavar="TABLE", help="the labels; none: the folders are the classes")
    parser.add_argument("--column", metavar="NAME", help="the column of TABLE with the labels")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="what is written")
    parser.add_argument("--id", metavar="NAME", help="the column of TABLE with the images' names (found by itself)")
    parser.add_argument(
        "--survey", type=Path, metavar="FILE", help="a page as in surveys/, in place of --column and --id"
    )
    parser.add_argument("--from", dest="start", type=Path, metavar="FOLDER", help=f"the model to start from ({START})")
    parser.add_argument(
        "--frame",
        type=frame,
        metavar="SHARE",
        help="share of an image's shorter side to take for the frame, or auto, as in tuning-fork classify (the page's)",
    )
    arguments = parser.parse_args()
    if arguments.labels is None and (arguments.column or arguments.id or arguments.survey):
        parser.error("--column, --id and --survey are of a table: name it by --labels")
    if arguments.labels is not None and bool(arguments.column) == bool(arguments.survey):
        parser.error("--labels: name its column of labels by --column, or a survey's page by --survey")
    if arguments.survey and (arguments.id or arguments.frame):
        parser.error("--id and --frame: the survey's page says them")
    if arguments.id and arguments.id == arguments.column:
        parser.error(f"--id and --column: both are {arguments.id}: one has the images' names, the other the labels")
    return arguments


def plan_of(arguments: argparse.Namespace) -> "Plan":
    """Return what is to be done; a UserError says what is wrong in arguments, table, images or recipe."""
    from tuning_fork.adapting.given import read_given
    from tuning_fork.adapting.pages import page_of, require_possible, written
    from tuning_fork.adapting.plan import Plan, checked_output, read_start
    from tuning_fork.adapting.recipe import FILE, read_recipe
    from tuning_fork.study.command import check_changes
    from tuning_fork.study.working_copy import repository

    project, output = repository(), checked_output(arguments.output)
    if not (project / FILE).is_file():
        raise UserError(f"{project}: is not the project's folder (there is no {FILE}): run the command there")
    start = (arguments.start or project / START).expanduser().absolute()
    said_of_start = read_start(start)
    images, labels = absolute(arguments.images), arguments.labels and Path(absolute(str(arguments.labels)))
    name, page = page_of(arguments, project, output.name, images, labels)
    given = read_given(images, labels, name, page)
    said_of_start.require_unseen(given.classes.index.tolist(), start)
    plan = Plan(project, images, labels, output, start, given, read_recipe(project))
    plan.require_own_name()
    with chdir(project):
        params = check_changes(plan.changes(), "adapt.yaml")
        require_possible(page, params, arguments.frame)
    plan.require_writable()
    written(project, name, page)
    return plan


def absolute(path: str) -> str:
    """Return a path or pattern from the root of all folders."""
    return str(Path(path).expanduser().absolute())
