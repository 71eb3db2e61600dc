"""Classify galaxies by the trained network: anyone's images become a catalogue.

IMAGES are image files (JPEG, PNG, TIFF or FITS, of any size, the galaxy in the centre), folders or zip archives of
them, or patterns such as 'field*/*.fits'; what is named twice is listed twice. The catalogue has a row an image: its
name, and its GalaxyID if all files are called by numbers; the calibrated probability of each class, or its share of the
votes; the predicted class and how unsure it is (the probability that the class is another, or the half-width of the
share's 68 % interval); and flags:

  unreadable       no image in it, damaged or too large; the column `note` says which
  off_size         not 424x424 pixels, the size of the training's images
  unlike_training  further from the galaxies of the training than 999 of 1000 of them: not to be believed

Stopped anywhere, the same command goes on where it was. evaluation.views and machine.scheduler of params.yaml say how
many views of a galaxy are averaged, and whether a cluster does the work.
"""

import argparse
import hashlib
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from stages.catalogue.classify import Columns, classify, trained_model
from stages.catalogue.formats import FORMATS, write_table
from stages.catalogue.sources import Listing, Source, find, survey
from stages.catalogue.unfinished import Unfinished
from stages.errors import UserError, run
from stages.machine import available_cores
from stages.network.model_folder import FILES
from stages.network.trained_model import BATCH
from stages.parallel import cluster, map_in_order, threads
from stages.params import read_params

PART = BATCH
"""Images that are worked on together."""
THREADS_A_CORE = 2
"""Some read images while others wait for the network: a tenth faster than one a core."""


def main() -> None:
    """Classify what the arguments name."""
    arguments = parse_arguments()
    warnings.filterwarnings("ignore", module=r"astropy|PIL")  # of single files: the catalogue says it in its row
    params = read_params()
    views, scheduler = params.evaluation.views, params.machine.scheduler
    folder, output = arguments.model.resolve(), arguments.output
    if output is not None and output.suffix.lower() not in FORMATS:
        raise UserError(f"--output {output}: the suffix says the format: one of {', '.join(FORMATS)}")
    if output is not None and output.is_dir():
        raise UserError(f"--output {output}: is a folder: name a file")
    listing = survey(arguments.images, output)
    if output is None and listing.images > 1:
        raise UserError(f"{listing.images} images: name the catalogue's file by --output FILE")
    model = trained_model(folder)
    if output is None:
        (source,) = find(arguments.images)
        show(classify(folder, views, [source]), model.task.classes)
        return

    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Unfinished(output.with_name(f"{output.name}.unfinished"), digest(folder, views, listing))
    except OSError as error:
        raise UserError(f"--output {output}: cannot be written ({error.strerror}): name another file") from None
    done = min(unfinished.parts * PART, listing.images)
    waiting = islice(find(arguments.images, output), done, None)
    tasks = iter(lambda: list(islice(waiting, PART)), [])
    pool = cluster(scheduler) if scheduler else threads(THREADS_A_CORE * available_cores())
    with tqdm(total=listing.images, initial=done, desc="classifying", unit="galaxy", disable=None) as bar:
        for part in map_in_order(partial(classify, folder, views), tasks, pool):
            unfinished.add(part)
            bar.update(len(part["name"]))
    finish = partial(typed, classes=model.task.classes, are_numbered=listing.are_numbered)
    write_table(output, lambda: map(finish, unfinished.tables()))
    print(f"{output}: {summary(unfinished.tables())}")
    if listing.images == 1:
        show(next(unfinished.tables()).to_dict("list"), model.task.classes)
    unfinished.path.unlink()


def parse_arguments() -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m stages.predict", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("images", nargs="+", metavar="IMAGES", help="files, folders, zips or patterns")
    parser.add_argument("--output", type=Path, metavar="FILE", help=f"the catalogue: {', '.join(FORMATS)}")
    parser.add_argument("--model", type=Path, default=Path("data/model"), metavar="FOLDER", help="(%(default)s)")
    return parser.parse_args()


def digest(folder: Path, views: int, listing: Listing) -> str:
    """Return a hash of all that a catalogue follows from."""
    content = hashlib.sha256(f"{views} {PART} {listing}".encode())
    for name in FILES:
        content.update((folder / name).read_bytes())
    return content.hexdigest()


def typed(part: pd.DataFrame, classes: tuple[str, ...], are_numbered: bool) -> pd.DataFrame:
    """Return a part of the catalogue as it is written: with the same types in each part."""
    texts = ("name", "predicted_class", "flags", "note")
    part = part.astype({name: float for name in (*classes, "uncertainty")} | {name: "str" for name in texts})
    if are_numbered:
        part.insert(0, "GalaxyID", [Source(name, name).galaxy_id for name in part["name"]])
    return part


def summary(parts: Iterator[pd.DataFrame]) -> str:
    """Say how many galaxies of each class and with each flag there are."""
    galaxies, classes, flags = 0, Counter(), Counter()
    for part in parts:
        galaxies += len(part)
        classes.update(part["predicted_class"].dropna())
        flags.update(flag for text in part["flags"] for flag in text.split(";") if flag)
    counts = [f"{count} {name}" for counter in (classes, flags) for name, count in counter.most_common()]
    return f"{galaxies} galaxies: {', '.join(counts)}"


def show(one: Columns, classes: tuple[str, ...]) -> None:
    """Print what is said of a single image."""
    row = {name: values[0] for name, values in one.items()}
    lines = {name: f"{row[name]:.3f}" for name in classes if row[name] is not None}
    lines |= {name: str(row[name]) for name in ("uncertainty", "flags", "note") if row[name] not in {None, ""}}
    print(row["name"])
    for name, value in lines.items():
        print(f"  {name:<12} {value}" + ("  <" if name == row["predicted_class"] else ""))


if __name__ == "__main__":
    run(main)
