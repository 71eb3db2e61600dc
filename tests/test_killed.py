"""A pipeline killed in any stage goes on with the next `dvc repro`, and ends in the same bytes."""

import os
import signal
import subprocess
import time
from pathlib import Path

import yaml

from tests.project import Project, copy_project, stages_run

DEADLINE = 120
"""Seconds after which a stage that has not come to the point of its killing fails the test."""
TIMINGS = "metrics/training.json"
"""The one output that says how long something took."""

IN_THE_MIDDLE = {
    "download": "data/raw/images_training_rev1.zip.part",
    "crop": "data/shards",
    "label": "data/labels",
    "train": "plots/training.csv",
    "evaluate": "data/predictions.csv",
}
"""What is there when a stage is under way, and its end still to come."""


def kill_in(project: Project, stage: str) -> None:
    """Run `dvc repro` and kill it and all that it started with SIGKILL in the middle of `stage`."""
    log = project.folder.with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(
            ["dvc", "repro"],
            cwd=project.folder,
            env=project.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + DEADLINE
            while not (
                f"Running stage '{stage}'" in log.read_text() and (project.folder / IN_THE_MIDDLE[stage]).exists()
            ):
                assert process.poll() is None, f"dvc repro ended before {stage} was killed:\n{log.read_text()}"
                assert time.monotonic() < deadline, f"{stage} was never under way:\n{log.read_text()}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def finished_stages(project: Project) -> dict[str, dict]:
    """Return what dvc.lock says of each stage that has finished."""
    lock = project.folder / "dvc.lock"
    return yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"] if lock.exists() else {}


def output_hashes(project: Project) -> dict[str, str]:
    """Return the hash of each output in dvc.lock, by path, but for the timings."""
    outs = [out for stage in finished_stages(project).values() for out in stage["outs"]]
    return {out["path"]: out["md5"] for out in outs if out["path"] != TIMINGS}


def test_killed_in_every_stage_it_ends_in_the_same_bytes(tmp_path: Path) -> None:
    undisturbed = copy_project(tmp_path / "undisturbed")
    undisturbed.dvc("repro")

    killed = copy_project(tmp_path / "killed")
    for number, stage in enumerate(IN_THE_MIDDLE):
        kill_in(killed, stage)
        assert list(finished_stages(killed)) == list(IN_THE_MIDDLE)[:number]
    assert stages_run(killed.dvc("repro")) == ["evaluate"]
    assert output_hashes(killed) == output_hashes(undisturbed)
    leftovers = [path for path in killed.folder.rglob("*.part") if ".dvc" not in path.parts]
    assert leftovers == []
