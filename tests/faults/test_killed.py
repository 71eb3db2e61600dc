"""A pipeline killed in any stage goes on with the next `dvc repro`, and ends in the same bytes."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.helpers.processes import wait_until
from tests.helpers.project import SMALL, STAGES, Project, stages_run

pytestmark = pytest.mark.slow
EPOCHS = SMALL["training"]["epochs"]


@dataclass(frozen=True)
class Point:
    """Where to kill: in this stage, when `file` is there with at least so many lines, and the stage's end to come."""

    stage: str
    file: str
    lines: int = 0

    def is_reached(self, project: Project, log: str) -> bool:
        """Whether the run whose log this is has come so far."""
        file = project.folder / self.file
        under_way = f"Running stage '{self.stage}'" in log and file.exists()
        return under_way and (not self.lines or len(file.read_text().splitlines()) >= self.lines)


POINTS = [
    Point("download", "data/raw/images_training_rev1.zip.part"),
    Point("crop", "data/shards"),
    Point("label", "data/labels"),
    Point("train", "plots/training.csv"),
    Point("train", "plots/training.csv", lines=1 + 2),
    Point("train", "plots/training.csv", lines=1 + 4),
    Point("calibrate", "data/model/model.json"),
    Point("evaluate", "data/predictions.csv"),
]


def kill_at(project: Project, point: Point) -> str:
    """Run `dvc repro`, kill it and all that it started with SIGKILL at `point`, and return what it had printed."""
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
            wait_until(lambda: point.is_reached(project, log.read_text()), process, said=log.read_text)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return log.read_text()


def finished_stages(project: Project) -> dict[str, dict]:
    """Return what dvc.lock says of each stage that has finished."""
    lock = project.folder / "dvc.lock"
    return yaml.safe_load(lock.read_text(encoding="utf-8"))["stages"] if lock.exists() else {}


def for_git(project: Project) -> dict[str, bytes]:
    """Return all that git tracks or would: the hashes of all outputs in dvc.lock, metrics and plots among it."""
    listed = project.run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    return {name: (project.folder / name).read_bytes() for name in listed.split("\0")[:-1]}


def test_killed_in_every_stage_it_ends_in_the_same_bytes_and_leaves_git_clean(
    reproduced: Project, tmp_path: Path
) -> None:
    killed = Project(tmp_path / "killed")
    reproduced.run("git", "clone", "--quiet", str(reproduced.folder), str(killed.folder))
    killed.run("git", "reset", "--quiet", "--hard", "HEAD~1")  # before it was reproduced
    for point in POINTS:
        printed = kill_at(killed, point)
        assert list(finished_stages(killed)) == STAGES[: STAGES.index(point.stage)]
        if point.lines > 3:
            assert f"Epoch 1/{EPOCHS}" not in printed, "training began again, and not where it was stopped"
    printed = killed.dvc("repro")
    assert stages_run(printed) == ["evaluate", "report"]
    assert {"dvc.lock", "metrics/training.json", "plots/training.csv"} <= for_git(killed).keys()
    assert for_git(killed) == for_git(reproduced)
    assert (killed.folder / "data/timing.json").exists()
    assert list(killed.folder.rglob("*.part")) == []
    assert not (killed.folder / "data/partial/training").exists()
