"""The catalogue: galaxies a second from Kaggle's zip, by one view and by eight, and whether memory grows with them."""

from pathlib import Path

import pandas as pd

from benchmarks.full_size import KAGGLE_GALAXIES, measured, repeat
from tests.helpers.project import Project
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, galaxy_images

MANY = 4 * KAGGLE_GALAXIES


def report(project: Project, archive: Path, folder: Path) -> pd.DataFrame:
    """Train the network, then measure `tuning_fork.catalogue.command`, its start included, on ever more galaxies."""
    project.dvc("repro", "calibrate")
    rows, some = {}, len(galaxy_images(archive / IMAGES_ZIP))
    for galaxies, views in ((some, 1), (KAGGLE_GALAXIES, 1), (MANY, 1), (KAGGLE_GALAXIES, 8)):
        source = folder / f"catalogue-of-{galaxies}"
        if not source.exists():
            repeat(archive, source, galaxies)
        command = [
            "python",
            "-m",
            "tuning_fork",
            "classify",
            str(source / IMAGES_ZIP),
            "--output",
            str(folder / "out.csv"),
        ]
        seconds, peak = measured(command, project)
        rows[f"{galaxies}, {views} view{'s' * (views > 1)}"] = {
            "s": seconds,
            "galaxies a second": galaxies / seconds,
            "peak MB": peak,
        }
    return pd.DataFrame(rows).T
