"""Keep the model folder data/model as models/NAME, small, for other trainings to start from.

All of its files are copied, in place of those of that name; of the network the weights are rounded to 11 significant
bits, those of half precision, and deflated: Keras opens it as before, its outputs differ by about 0.001, and it takes
about half of the room. The same weights make the same bytes. `training.start: NAME` starts from it.
"""

import argparse
import shutil
from pathlib import Path

from tuning_fork.core.errors import UserError
from tuning_fork.core.model_files import NETWORK

MODEL = Path("data/model")


def main() -> None:
    """Keep data/model under the name that the arguments say."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork keep", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", metavar="NAME", help="name of the folder in models/")
    name = parser.parse_args().name
    if Path(name).name != name or name in {"", ".."}:
        raise UserError(f"{name}: not the name of a folder in models/: leave out slashes")
    from tuning_fork.params.training import MODELS

    size = keep(MODEL, MODELS / name)
    print(f"{MODELS / name}: {size / 1e6:.1f} MB; training.start: {name} starts from it")


def keep(model: Path, folder: Path) -> int:
    """Copy a model folder to `folder`, its network made small; return that file's size. UserError if it is none."""
    from tuning_fork.calibration.model_folder import load_model
    from tuning_fork.networks.network_file import save_network

    network = load_model(model).network
    folder.mkdir(parents=True, exist_ok=True)
    for path in model.iterdir():
        if path.name != NETWORK:
            shutil.copyfile(path, folder / path.name)
    save_network(folder / NETWORK, network, small=True)
    return (folder / NETWORK).stat().st_size
