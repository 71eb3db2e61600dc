"""Cropping: galaxies a second beside a Pillow loop and other decoders, and how exact the pixels are."""

import io
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from benchmarks.full_size import KAGGLE_GALAXIES, repeat
from benchmarks.peer.cropping import crop_images
from tests.helpers.parameters import params_with
from tuning_fork.core.machine import available_cores
from tuning_fork.core.zip_members import read_member
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, galaxy_images
from tuning_fork.images.archive_cropping import crop_archive
from tuning_fork.images.jpeg_cutout import cut_out

REPEATS = 3
COMPARED = 500
"""Images whose pixels are compared with an exact average."""


def report(folder: Path, scratch: Path) -> pd.DataFrame:
    """Measure each way to crop `folder`'s archive, and how far its pixels are from the exact average.

    Peer and stage are measured in turn, then TensorFlow, whose threads would be in their way; the stage at Kaggle's
    full size too.
    """
    archive, images = folder / IMAGES_ZIP, params_with().images
    repeat(folder, scratch / "repeated", KAGGLE_GALAXIES)
    full = scratch / "repeated" / IMAGES_ZIP
    ways: dict[str, Callable[[], object]] = {
        "Pillow loop, 1 core (peer)": partial(crop_images, archive, images.crop, images.size),
        f"crop stage, {available_cores()} cores": partial(_stage, archive),
        f"crop stage, {available_cores()} cores, {KAGGLE_GALAXIES} galaxies": partial(_stage, full),
    }
    decoder = {"tf.io.decode_and_crop_jpeg, all cores": partial(_tensorflow, archive, images.crop, images.size)}
    some, all_of_them = len(galaxy_images(archive)), len(galaxy_images(full))
    counts = [some, some, all_of_them, some]
    seconds = {name: [] for name in ways | decoder}
    for together in (ways, decoder):
        for _ in tqdm(range(REPEATS), "cropping", disable=None):
            for name, way in together.items():
                began = time.perf_counter()
                way()
                seconds[name].append(time.perf_counter() - began)
    speeds = {name: count / np.median(seconds[name]) for name, count in zip(seconds, counts, strict=True)}
    table = pd.DataFrame({"galaxies a second": speeds})
    table["ratio to peer"] = table["galaxies a second"] / table["galaxies a second"].iloc[0]
    table["grey levels from exact, mean"] = ["", f"{_difference(archive):.2f}", "", ""]
    return table


def _stage(archive: Path) -> None:
    with TemporaryDirectory() as folder:
        crop_archive(archive, Path(folder), params_with().images)


def _tensorflow(archive: Path, crop: int, size: int) -> None:
    """Decode only the central square, exactly, and average it, in tf.data on all cores."""
    import tensorflow as tf

    left = (424 - crop) // 2

    def cut(jpeg: tf.Tensor) -> tf.Tensor:
        square = tf.io.decode_and_crop_jpeg(jpeg, [left, left, crop, crop], channels=3)
        return tf.cast(tf.image.resize(square, [size, size], method="area"), tf.uint8)

    members = (read_member(archive, member) for _, member in galaxy_images(archive))
    dataset = tf.data.Dataset.from_generator(lambda: members, output_signature=tf.TensorSpec([], tf.string))
    for _ in dataset.map(cut, num_parallel_calls=tf.data.AUTOTUNE).prefetch(16):
        pass


def _difference(archive: Path) -> float:
    """Return the mean absolute difference from a full decode and an exact area average, grey levels of 255."""
    images = params_with().images
    left, factor = (424 - images.crop) // 2, images.crop // images.size
    differences = []
    for _, member in galaxy_images(archive)[:COMPARED]:
        jpeg = read_member(archive, member)
        decoded = np.asarray(Image.open(io.BytesIO(jpeg)), float)
        square = decoded[left : left + images.crop, left : left + images.crop]
        exact = square.reshape(images.size, factor, images.size, factor, 3).mean(axis=(1, 3))
        differences.append(np.abs(cut_out(jpeg, images) - exact).mean())
    return float(np.mean(differences))
