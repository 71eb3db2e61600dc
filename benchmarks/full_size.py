"""`dvc repro` at full size: the archive repeated to Kaggle's 61,578 galaxies; time, memory and disk of each stage."""

import io
import subprocess
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pandas as pd
import psutil
import yaml

from tests.helpers.project import Project, copy_project
from tuning_fork.core.zip_members import read_member
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP, galaxy_images

KAGGLE_GALAXIES = 61_578
EPOCHS = 3
ID_STEP = 1_000_000
"""What is added to the GalaxyIDs with each repetition; Kaggle's have six digits."""


def report(archive: Path, folder: Path) -> pd.DataFrame:
    """Run each stage on the archive as it is and repeated to full size."""
    repeated = folder / "full-size"
    repeat(archive, repeated, KAGGLE_GALAXIES)
    tables = {}
    for source in (archive, repeated):
        galaxies = len(galaxy_images(source / IMAGES_ZIP))
        project = copy_project(
            folder / f"of-{galaxies}",
            {"download": {"source": "archive", "archive": str(source)}, "training": {"epochs": EPOCHS}},
        )
        stages = yaml.safe_load((project.folder / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
        tables[f"{galaxies} galaxies"] = pd.DataFrame({name: _run(project, name, stages[name]) for name in stages}).T
    table = pd.concat(tables, axis=1)
    table.columns = [", ".join(names) for names in table.columns]
    return table.rename(index={"train": f"train, {EPOCHS} epochs"})


def repeat(archive: Path, folder: Path, galaxies: int) -> None:
    """Write Kaggle's two files for so many galaxies, those of `archive` again and again under other GalaxyIDs."""
    folder.mkdir()
    members = galaxy_images(archive / IMAGES_ZIP)
    with zipfile.ZipFile(archive / SOLUTIONS_ZIP) as file:
        votes = pd.read_csv(io.BytesIO(file.read(file.namelist()[0])))
    tables = []
    with zipfile.ZipFile(folder / IMAGES_ZIP, "w", zipfile.ZIP_STORED) as target:
        for start in range(0, galaxies, len(members)):
            offset = start // len(members) * ID_STEP
            part = members[: galaxies - start]
            for galaxy, member in part:
                jpeg = read_member(archive / IMAGES_ZIP, member)
                target.writestr(f"images_training_rev1/{int(galaxy) + offset}.jpg", jpeg)
            chosen = votes[votes["GalaxyID"].isin([galaxy for galaxy, _ in part])]
            tables.append(chosen.assign(GalaxyID=chosen["GalaxyID"] + offset))
    with zipfile.ZipFile(folder / SOLUTIONS_ZIP, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("training_solutions_rev1.csv", pd.concat(tables).to_csv(index=False))


def _run(project: Project, stage: str, description: dict) -> dict[str, float]:
    """Run one stage with DVC; return its seconds, the peak memory of all its processes and the size of its outputs."""
    seconds, peak = measured(["dvc", "repro", "--single-item", stage], project)
    outputs = [project.folder / (out if isinstance(out, str) else next(iter(out))) for out in description["outs"]]
    files = [file for path in outputs for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return {"s": seconds, "peak MB": peak, "disk MB": sum(file.stat().st_size for file in files) / 1e6}


def measured(command: list[str], project: Project) -> tuple[float, float]:
    """Run a command in a project; return its seconds and the peak memory of all its processes, MB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=project.folder, env=project.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), peak))
    watcher.start()
    status = process.wait()
    seconds = time.perf_counter() - began
    watcher.join()
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} failed in {project.folder}: run it there to see why")
    return seconds, peak[0] / 1e6


def _watch(process: psutil.Process, peak: list[int]) -> None:
    """Keep in `peak` the largest memory that the process and those that it started have together, until it ends."""
    while process.is_running():
        total = 0
        with suppress(psutil.Error):  # one of them has just ended
            for one in [process, *process.children(recursive=True)]:
                total += one.memory_full_info().pss
        peak[0] = max(peak[0], total)
        time.sleep(0.1)
