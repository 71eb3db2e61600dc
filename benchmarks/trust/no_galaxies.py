"""How much of what is no galaxy the catalogue knows as such, by the network in data/model.

It draws pictures of what the survey might show instead of a galaxy (bare noise, empty fields, flats, stars, trails,
pairs) and prints the share of each kind that is unreadable (nothing stands out of the sky) or has a flag; the same of
IMAGES.
"""

import argparse
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from tqdm import tqdm

from benchmarks.trust.negatives import KINDS, negative
from tuning_fork.catalogue.classify import classify
from tuning_fork.core.errors import run
from tuning_fork.core.files import write_zip
from tuning_fork.core.parallel import map_in_order, processes
from tuning_fork.images.image_search import find_images
from tuning_fork.images.preparing import AS_IT_IS
from tuning_fork.params_yaml import read_params

PART = 128
"""Images that are looked at together."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="*", metavar="IMAGES", help="files, folders, zips or patterns")
    parser.add_argument("--number", type=int, default=300, help="pictures of each kind (%(default)s)")
    arguments = parser.parse_args()
    rows = {}
    with TemporaryDirectory() as folder:
        for kind in KINDS:
            draw = partial(negative, kind, read_params().simulation)
            pictures = map_in_order(draw, range(arguments.number), processes())
            names = (f"{number}.jpg" for number in range(arguments.number))
            archive = Path(folder) / f"{kind}.zip"
            bar = tqdm(pictures, kind, arguments.number, disable=None)
            write_zip(archive, zip(names, bar, strict=True))
            rows[kind] = shares(str(archive))
    rows |= {name: shares(name) for name in arguments.images}
    print(pd.DataFrame(rows).T.to_string(float_format="%.4f"))


def shares(images: str) -> dict[str, float]:
    """Return how many images there are, and what share of them is known as no galaxy in which way."""
    found = list(find_images([images]))
    starts = tqdm(range(0, len(found), PART), images, disable=None)
    parts = [classify(Path("data/model"), 1, AS_IT_IS, found[start : start + PART]) for start in starts]
    flags = pd.Series([flags for part in parts for flags in part["flags"]]).str.get_dummies(";")
    flags = flags.reindex(columns=["unreadable", "unlike_training", "other_framing"], fill_value=0).astype(bool)
    known = flags["unreadable"] | flags["unlike_training"]
    return {"n": len(found), **flags.mean(), "unreadable or unlike": known.mean(), "any": flags.any(axis=1).mean()}


if __name__ == "__main__":
    run(main)
