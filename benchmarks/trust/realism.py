"""How close the galaxies in data/raw are to real ones, and what the network in data/model makes of those.

It prints quantiles of simple statistics of both, and the scores of data/model on the real galaxies, of which it has
seen none if data/raw is simulated.
"""

import argparse
import io
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from tuning_fork.calibration.model_folder import load_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.core.errors import run
from tuning_fork.core.parallel import map_in_order, processes, threads
from tuning_fork.core.zip_members import Member, read_member
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import scores_with_intervals
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP, galaxy_images
from tuning_fork.images.jpeg_cutout import cut_out
from tuning_fork.params.images import IMAGE_SIDE, Preparation
from tuning_fork.params.labels import Labels
from tuning_fork.params_yaml import read_params
from tuning_fork.surveys.votes import read_votes
from tuning_fork.tasks.labelling import label

CORNER = 40
"""Side of the squares in the image's corners that show the background, pixels."""
APERTURE = 120
"""Radius within which the galaxy's light is measured, pixels."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def statistics(archive: Path, member: Member) -> dict[str, float]:
    """Measure one image of the archive; levels are grey levels of 255, radii pixels of 424.

    The background is the corners' median and its noise their median absolute deviation, scaled to a standard
    deviation. Light is the mean of the three bands above the background. The concentration is 5 log10 of the radii
    with 80 and 20 % of the light (Conselice 2003).
    """
    pixels = np.asarray(Image.open(io.BytesIO(read_member(archive, member))).convert("RGB"), float)
    ends = (slice(None, CORNER), slice(-CORNER, None))
    corners = np.concatenate([pixels[rows, columns].reshape(-1, 3) for rows in ends for columns in ends])
    background = np.median(corners, axis=0)
    grey = corners.mean(axis=1)
    y, x = np.mgrid[:IMAGE_SIDE, :IMAGE_SIDE] - (IMAGE_SIDE - 1) / 2
    radius = np.hypot(x, y)
    light = np.clip(pixels.mean(axis=2) - background.mean(), 0, None)
    within = np.bincount(radius[radius < APERTURE].astype(int), light[radius < APERTURE]).cumsum()
    r20, r50, r80 = (np.searchsorted(within, share * within[-1]) + 0.5 for share in (0.2, 0.5, 0.8))
    core = pixels[radius < 10].mean(axis=0) - background
    return {
        "mean red": pixels[..., 0].mean(),
        "mean green": pixels[..., 1].mean(),
        "mean blue": pixels[..., 2].mean(),
        "core green": core[1],
        "core red - blue": core[0] - core[2],
        "half-light radius": r50,
        "concentration": 5 * np.log10(r80 / r20),
        "background": background.mean(),
        "background noise": 1.4826 * np.median(np.abs(grey - np.median(grey))),
    }


def quantiles(archive: Path, galaxies: int) -> pd.DataFrame:
    """Return the quantiles of each statistic over about `galaxies` images taken evenly from the archive."""
    members = [member for _, member in galaxy_images(archive)]
    members = members[:: max(1, len(members) // galaxies)]
    measured = map_in_order(partial(statistics, archive), members, processes())
    measured = tqdm(measured, archive.parent.name, len(members), disable=None)
    return pd.DataFrame(measured).quantile(QUANTILES).T


def transfer(folder: Path, model: TrainedModel, labels: Labels) -> Predictions:
    """Return what the network says of the galaxies in `folder` that `labels` keeps."""
    votes = read_votes(folder / SOLUTIONS_ZIP, model.task.survey, model.task.candidates)
    members = dict(galaxy_images(folder / IMAGES_ZIP))
    kept, _ = label(votes, list(members), [], labels, model.task)
    cut = partial(_cut_out, folder / IMAGES_ZIP, model.images)
    cutouts = map_in_order(cut, [members[galaxy] for galaxy in kept.index], threads())
    cutouts = tqdm(cutouts, "cropping", len(kept), disable=None)
    outputs = model.network.predict(np.stack(list(cutouts)), batch_size=256, verbose=0)
    return Predictions(kept.index.to_numpy(), kept[list(model.task.targets)].to_numpy(float), outputs, model.task)


def _cut_out(archive: Path, images: Preparation, member: Member) -> np.ndarray:
    return cut_out(read_member(archive, member), images)


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, help="folder with Kaggle's two zips")
    parser.add_argument("--galaxies", type=int, default=1000, help="images to measure of each (%(default)s)")
    arguments = parser.parse_args()
    tables = {
        name: quantiles(folder / IMAGES_ZIP, arguments.galaxies)
        for name, folder in {"real": arguments.archive, "data/raw": Path("data/raw")}.items()
    }
    print(pd.concat(tables, axis=1).swaplevel(axis=1)[list(QUANTILES)].round(2).to_string())
    params = read_params()
    predictions = transfer(arguments.archive, load_model(Path("data/model")), params.labels)
    print(
        pd.Series(scores_with_intervals(predictions, params.evaluation.bootstrap, params.evaluation.seed)).to_string()
    )


if __name__ == "__main__":
    run(main)
