"""A network's file, in Keras's own format: the same bytes for the same weights, whenever it is written."""

import json
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from tuning_fork.core.files import full_disk_told, write_zip
from tuning_fork.networks.quiet_tensorflow import keras

MEMORY_ADDRESS = re.compile(rb', "shared_object_id": \d+')
"""Where Keras kept an object that layers share: another at each run, and not needed to open the network."""


def save_network(path: Path, network: keras.Model) -> None:
    """Write the network, to be opened with `keras.saving.load_model`, without dates and memory addresses."""
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
    write_zip(path, members.items())


def load_network(path: Path) -> keras.Model:
    """Read a network; the errors are those of Keras and of damaged zips."""
    return keras.saving.load_model(path, compile=False)
