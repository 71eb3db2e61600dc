"""Stage `crop`: every JPEG of the raw archive becomes a small cut-out in the npz shards of data/shards.

An image that cannot be used is left out and listed with the reason in data/shards/rejected.csv.
"""

import csv
import math
from functools import partial
from itertools import pairwise
from pathlib import Path

from tqdm import tqdm

from stages.errors import UserError, run_stage
from stages.files import whole_file
from stages.galaxies.archives import IMAGES_ZIP, jpeg_members
from stages.galaxies.cropping import Rejected, crop_shard
from stages.galaxies.shards import GALAXIES_A_SHARD
from stages.parallel import cluster, map_in_order, threads
from stages.params import IMAGE_SIDE, Images, read_params


def main() -> None:
    """Crop the archive in data/raw into data/shards."""
    params = read_params()
    crop(Path("data/raw") / IMAGES_ZIP, Path("data/shards"), params.images, scheduler=params.machine.scheduler)


def crop(archive: Path, folder: Path, images: Images, workers: int | None = None, scheduler: str | None = None) -> None:
    """Write the shards and rejected.csv; a UserError if more than `images.max_rejected` of all images are unusable.

    The work is done by `workers` threads (all cores by default), or by the cluster of a Dask `scheduler`; the bytes do
    not depend on that.
    """
    members = jpeg_members(archive)
    count = max(1, math.ceil(len(members) / GALAXIES_A_SHARD))
    edges = [len(members) * number // count for number in range(count + 1)]  # alike, so that workers end together
    shards = enumerate(members[start:end] for start, end in pairwise(edges))
    pool = cluster(scheduler) if scheduler else threads(workers)
    rejected: list[Rejected] = []
    with tqdm(total=len(members), desc="Cropping", unit="galaxy", disable=None) as bar:
        work = partial(crop_shard, archive.resolve(), folder.resolve(), images)
        for done, bad in map_in_order(work, shards, pool):
            rejected += bad
            bar.update(done)
    with whole_file(folder / "rejected.csv") as part, part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("GalaxyID", "reason"), *rejected])
    if len(rejected) > images.max_rejected * len(members):
        galaxy, reason = rejected[0]
        raise UserError(
            f"{archive}: {len(rejected)} of {len(members)} images are unusable, more than images.max_rejected "
            f"({images.max_rejected}), the first {galaxy}.jpg: {reason}; all are in {folder / 'rejected.csv'}: give "
            f"JPEGs of {IMAGE_SIDE}x{IMAGE_SIDE} pixels like Kaggle's and run `dvc repro -f download`, or raise it"
        )


if __name__ == "__main__":
    run_stage(main, __doc__)
