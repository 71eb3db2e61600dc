"""A network's file, in Keras's own format: the same bytes for the same weights, whenever it is written.

Beside it lies what the network was trained on.
"""

import json
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tuning_fork.core.checked_yaml import Section
from tuning_fork.core.files import full_disk_told, write_json, write_zip
from tuning_fork.networks.quiet_tensorflow import keras

MEMORY_ADDRESS = re.compile(rb', "shared_object_id": \d+')
"""Where Keras kept an object that layers share: another at each run, and not needed to open the network."""


HALF = 11
"""Significant bits of numbers of 16 bits, half precision."""


class TrainedOn(Section):
    """One training of a network: its task, where its galaxies came from and how many, and how many stages it froze."""

    task: str
    source: str | None = None
    """The `download.source`, which calibrate adds: a training does not depend on it."""
    galaxies: int
    frozen: int
    galaxy_hashes: str | None = None
    """Which galaxies were learnt from or chose the epoch, as `hashes_of` has it; null: not told."""


class History(Section):
    """What a network was trained on, one training after the other."""

    trained_on: tuple[TrainedOn, ...]


def save_network(path: Path, network: keras.Model, small: bool = False) -> None:
    """Write the network, to be opened with `keras.saving.load_model`, without dates and memory addresses.

    `small` rounds its weights, here too, to the precision of 16-bit numbers, and deflates the file.
    """
    if small:
        network.set_weights([rounded(values) for values in network.get_weights()])
    with TemporaryDirectory() as temporary:
        dated = Path(temporary) / path.name
        with full_disk_told(dated):
            network.save(dated)
        with zipfile.ZipFile(dated) as archive:
            members = {name: archive.read(name) for name in sorted(archive.namelist())}
    metadata = json.loads(members["metadata.json"])
    del metadata["date_saved"]
    members["metadata.json"] = json.dumps(metadata).encode()
    members["config.json"] = MEMORY_ADDRESS.sub(b"", members["config.json"])
    write_zip(path, members.items(), deflated=small)


def rounded(values: np.ndarray) -> np.ndarray:
    """Round float32 numbers to `HALF` significant bits; unlike float16, of the same range."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.round(mantissa * 2**HALF) / 2**HALF, exponent).astype(values.dtype)


def load_network(path: Path) -> keras.Model:
    """Read a network; the errors are those of Keras and of damaged zips."""
    return keras.saving.load_model(path, compile=False)


def save_history(path: Path, trained_on: tuple[TrainedOn, ...]) -> None:
    """Write what a network was trained on."""
    write_json(path, History(trained_on=trained_on).model_dump(mode="json"))


def load_history(path: Path, source: str) -> tuple[TrainedOn, ...]:
    """Read what a network was trained on, the last time with galaxies from `source`; the errors are those of files."""
    *before, last = History.model_validate_json(path.read_bytes()).trained_on
    return *before, last.model_copy(update={"source": source})
