"""Catalogues made in tests: a small model, the command, and files that are no galaxies."""

import io
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.surveys import TASKS
from tests.helpers.parameters import params_with
from tuning_fork.calibration.model_folder import save_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue import command as predict
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.galaxies.raw_files import galaxy_images
from tuning_fork.images.jpeg_cutout import cut_out
from tuning_fork.networks.building import build_network
from tuning_fork.networks.quiet_tensorflow import keras

PARAMS = params_with(images={"size": 24}, model={"study": {"filters": [4, 8], "dense": [8]}})
IMAGES_A_PART = 16


def make_model(folder: Path, archive: Path, task: str) -> None:
    """Save an untrained network that knows the galaxies of the archive."""
    with zipfile.ZipFile(archive) as images:
        cutouts = [cut_out(images.read(member.name), PARAMS.images) for _, member in galaxy_images(archive)]
    targets = np.random.default_rng(1).dirichlet([1] * (len(TASKS[task].targets) + 1), len(cutouts))[:, 1:]
    targets = targets.round() if task == "binary" else targets
    galaxies = LabelledGalaxies((Part(np.arange(len(cutouts)), targets, np.stack(cutouts)),))
    keras.utils.set_random_seed(1)
    network = build_network(PARAMS.images.shape, TASKS[task], PARAMS.model)
    save_model(folder, TrainedModel.calibrated(network, TASKS[task], PARAMS.images, galaxies, galaxies))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: Path | str, images_a_part: int = IMAGES_A_PART) -> None:
    monkeypatch.setattr(sys, "argv", ["predict", *map(str, arguments)])
    predict.main(images_a_part)


def bad_files(folder: Path, archive: Path) -> None:
    """Fill a folder with files that are no galaxies, and two that are."""
    with zipfile.ZipFile(archive) as images:
        jpeg = images.read(images.namelist()[0])
    galaxy = Image.open(io.BytesIO(jpeg))
    folder.mkdir()
    for name, content in {
        "empty.jpg": b"",
        "text.jpg": b"not a galaxy",
        "truncated.jpg": jpeg[:-3000],
        "good.jpg": jpeg,
        os.fsdecode("un\nusual näme".encode() + b"\xff.jpg"): jpeg,
    }.items():
        (folder / name).write_bytes(content)
    (folder / "dangling.jpg").symlink_to(folder / "nothing")
    os.mkfifo(folder / "pipe.jpg")
    Image.new("RGB", (1, 1)).save(folder / "one.png")
    galaxy.resize((300, 200)).save(folder / "other size.png")
    noise = np.random.default_rng(1).integers(0, 256, (424, 424, 3)).astype(np.uint8)
    Image.fromarray(np.kron(noise[::8, ::8], np.ones((8, 8, 1), np.uint8))).save(folder / "noise.png")
    with zipfile.ZipFile(folder / "dots.zip", "w") as dots:
        dots.writestr("../../outside.jpg", jpeg)
    encrypted = bytearray((folder / "dots.zip").read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.find(signature) + flags] |= 1
    (folder / "encrypted.zip").write_bytes(encrypted)
    (folder / "cut.zip").write_bytes((folder / "dots.zip").read_bytes()[:-50])
