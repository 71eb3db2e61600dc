"""What `tuning-fork next` gains over labelling at random, on galaxies of one's own that are labelled.

Of the galaxies, a third is kept to be scored. Of the others --start are labelled at random, and a logistic regression
learns them by the network's features; then --add more are labelled, chosen in several ways by what it says, or at
random, and it learns anew. Printed are the means over --repeat random beginnings, with what each way has more than as
many at random on the same, and the 95 % interval of that. Labels are the folders that the images are in, or a column
of a table: numbers in it stand for two classes, up to 0.5 and above.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from tuning_fork.catalogue.command import IMAGES_A_PART
from tuning_fork.catalogue.inputs import Inputs
from tuning_fork.core.errors import run
from tuning_fork.galaxies.ids import as_written
from tuning_fork.images.image_search import FoundImage, find_images
from tuning_fork.images.preparing import Options
from tuning_fork.labelling_next.choosing import choose

Chooser = Callable[[np.ndarray, np.ndarray, int, int], np.ndarray]
"""From features (n, d), uncertainties (n,), a number and a seed to rows."""

WAYS: dict[str, Chooser] = {
    "random": lambda features, _, number, seed: np.random.default_rng(seed).permutation(len(features))[:number],
    "random, twice as many": lambda features, _, number, seed: WAYS["random"](features, _, 2 * number, seed),
    "random, three times as many": lambda features, _, number, seed: WAYS["random"](features, _, 3 * number, seed),
    "uncertainty alone": lambda _, uncertainty, number, __: np.argsort(-uncertainty, kind="stable")[:number],
    "diversity alone": lambda features, _, number, seed: choose(features, np.ones(len(features)), number, seed),
    "tuning-fork next": choose,
}


def main() -> None:
    """Print the table."""
    arguments = parse_arguments()

    from tuning_fork.labelling_next.making import look_at_all  # --help does not wait for TensorFlow

    options = Options(arguments.frame)
    inputs = Inputs(tuple(arguments.images), arguments.model.resolve(), 1, options, IMAGES_A_PART)
    labels = labels_of(list(find_images(arguments.images)), arguments.labels, arguments.id, arguments.column)
    looked = look_at_all(inputs, list(labels))
    names, classes = np.unique([labels[image] for image in looked.images], return_inverse=True)
    print(f"{len(classes)} galaxies of {', '.join(map(str, names))}")
    with threadpool_limits(1):
        seeds = tqdm(range(1, arguments.repeat + 1), disable=None)
        found = [scores(looked.features, classes, arguments.start, arguments.add, seed) for seed in seeds]
    print(summary(found).to_string())


def parse_arguments() -> argparse.Namespace:
    """Return the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+", metavar="IMAGES", help="files, folders, zips or patterns")
    parser.add_argument("--labels", type=Path, metavar="TABLE", help="CSV file (the folders are the classes)")
    parser.add_argument("--column", default="class", help="of the labels (%(default)s)")
    parser.add_argument("--id", default="GalaxyID", help="column of the names (%(default)s)")
    parser.add_argument("--model", type=Path, default=Path("data/model"), metavar="FOLDER", help="(%(default)s)")
    parser.add_argument("--frame", type=float, default=1.0, metavar="SHARE", help="(%(default)s)")
    parser.add_argument("--start", type=int, default=100, help="labels to begin with (%(default)s)")
    parser.add_argument("--add", type=int, default=100, help="labels to add (%(default)s)")
    parser.add_argument("--repeat", type=int, default=20, help="random beginnings (%(default)s)")
    return parser.parse_args()


def labels_of(images: list[FoundImage], table: Path | None, id_column: str, column: str) -> dict[FoundImage, str]:
    """Return the label of each image that has one."""
    if table is None:
        return {image: image.file.split("/")[-2] for image in images}
    values = pd.read_csv(table, dtype={id_column: str}).set_index(id_column)[column].dropna()
    if pd.api.types.is_float_dtype(values):
        values = (values > 0.5).map({True: f"{column} above 0.5", False: "others"})
    labels = {str(as_written(str(name))): str(value) for name, value in values.items()}
    return {image: labels[name] for image in images if (name := str(as_written(image.name))) in labels}


def scores(features: np.ndarray, classes: np.ndarray, start: int, add: int, seed: int) -> dict[str, tuple]:
    """Return accuracy and log loss on a third of the galaxies, by the way in which labels are chosen."""
    order = np.random.default_rng(seed).permutation(len(classes))
    test, first, pool = np.split(order, [len(order) // 3, len(order) // 3 + start])

    def probabilities(labelled: np.ndarray, asked: np.ndarray) -> np.ndarray:
        learner = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        learner.fit(features[labelled], classes[labelled])
        found = np.full((len(asked), classes.max() + 1), 1e-6)
        found[:, learner.classes_] = learner.predict_proba(features[asked])
        return found / found.sum(axis=1, keepdims=True)

    uncertainty = 1 - probabilities(first, pool).max(axis=1)
    results = {}
    for name, way in {"at the beginning": lambda *_: np.array([], int), **WAYS}.items():
        said = probabilities(np.concatenate([first, pool[way(features[pool], uncertainty, add, seed)]]), test)
        right = (said.argmax(axis=1) == classes[test]).mean()
        results[name] = right, log_loss(classes[test], said, labels=range(classes.max() + 1))
    return results


def summary(found: list[dict[str, tuple]]) -> pd.DataFrame:
    """Return the means, and the differences from random choice with their 95 % intervals."""
    rows = {}
    for name in found[0]:
        values = np.array([one[name] for one in found])
        more = values - np.array([one["random"] for one in found])
        half = 1.96 * more.std(axis=0, ddof=1) / np.sqrt(len(found))
        texts = [f"{d:+.4f} ({d - h:+.4f} to {d + h:+.4f})" for d, h in zip(more.mean(axis=0), half, strict=True)]
        rows[name] = [f"{values[:, 0].mean():.4f}", texts[0], f"{values[:, 1].mean():.4f}", texts[1]]
    return pd.DataFrame(rows, ["accuracy", "more", "log loss", "more"]).T


if __name__ == "__main__":
    run(main)
