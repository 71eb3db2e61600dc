"""What this machine does: each figure beside that of the study as people write it, in tables.

`make benchmark` takes the galaxies in data/raw, which `make reproduce` has put there; `make benchmark ARCHIVE=FOLDER`
those of a folder with Kaggle's two zips. All of it takes about an hour on two cores.
"""

import argparse
import os
import platform
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pandas as pd

from tests.helpers.imports import ROOT
from tests.helpers.project import Project, copy_project
from tuning_fork.core.errors import UserError, run
from tuning_fork.core.machine import available_cores, memory
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.study.study_yaml import read_recipe
from tuning_fork.study.working_copy import change

PARTS = ("cropping", "speed", "quality", "predicting", "memory", "full-size", "catalogue")


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path, nargs="?", default=Path("data/raw"), help="folder with Kaggle's two zips")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the tables")
    parser.add_argument("--figure", type=Path, help="where to draw ROC AUC against seconds (PNG)")
    arguments = parser.parse_args()
    archive = arguments.archive.resolve()
    if not (archive / IMAGES_ZIP).exists():
        raise UserError(f"{archive}: no {IMAGES_ZIP} there: run `make reproduce`, or name a folder that has it")
    print(f"{processor()}, {available_cores()} cores, {memory() / 2**30:.0f} GiB, Python {platform.python_version()}\n")

    with TemporaryDirectory() as folder:
        project = labelled(Path(folder) / "project", archive)
        figure = arguments.figure or Path(folder) / "quality.png"
        tables = {
            "cropping": lambda: part("cropping").report(archive, Path(folder)),
            "speed": lambda: part("training").speed(project.folder),
            "quality": lambda: part("training").quality(
                project.folder, labelled(Path(folder) / "best", archive, read_recipe(ROOT / "best.yaml")).folder, figure
            ),
            "predicting": lambda: part("predicting").report(),
            "memory": lambda: part("memory").report(project.folder),
            "full-size": lambda: part("full_size").report(archive, Path(folder)),
            "catalogue": lambda: part("catalogue").report(project, archive, Path(folder)),
        }
        for name in arguments.only:
            show(name, tables[name]())


def labelled(folder: Path, archive: Path, recipe: Mapping[str, object] | None = None) -> Project:
    """Return a project in a folder whose galaxies, those of the archive, are cut out and labelled for a recipe."""
    changes = {}
    change(changes, {"download.source": "archive", "download.archive": str(archive), **(recipe or {})})
    project = copy_project(folder, changes)
    project.dvc("repro", "label")
    return project


def part(name: str) -> ModuleType:
    """Import a part when its turn has come: TensorFlow's threads would be in the way of cropping."""
    return import_module(f"benchmarks.{name}")


def show(name: str, table: pd.DataFrame) -> None:
    """Print a table as Markdown, with three or four figures a number."""
    table = table.map(lambda value: f"{value:,.4g}" if isinstance(value, float) else value)
    print(f"{name}:\n\n{table.to_markdown(disable_numparse=True)}\n", flush=True)


def processor() -> str:
    """Return the processor's name, as Linux tells it, or what is known of it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run(main)
