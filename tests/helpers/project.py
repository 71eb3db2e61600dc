"""A copy of this project in a folder of its own, small enough to run for real in a test."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.helpers.imports import ROOT
from tests.helpers.parameters import changed, params_text

SMALL = {
    "simulation": {"galaxies": 200},
    "images": {"size": 24},
    "labels": {"confidence": 0.6},
    "model": {"augment": True, "dropout": 0.3, "study": {"filters": [4, 4], "dense": [4]}},
    "training": {"epochs": 6},
    "evaluation": {"bootstrap": 100},
}
"""Parameters with which the whole pipeline takes seconds, and a training can be killed amid its epochs."""
PLAIN, FEW = {"augment": False, "dropout": 0.0}, {"epochs": 2}
"""What does in the sections model and training where how it is trained does not matter."""
TRAIN_ON = ["train", "calibrate", "evaluate", "report"]
STAGES = ["download", "crop", "label", *TRAIN_ON]

EACH_STAGE = """
import runpy, sys
stages, sys.argv[1:] = sys.argv[1:], []
for stage in stages:
    try:
        runpy.run_module(f"stages.{stage}", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        print(end.code)
"""
"""Runs the stages named in a process that loads TensorFlow once, and prints with what they exit: a text is status 1."""


@dataclass(frozen=True)
class Project:
    """A git and DVC repository of this project's code."""

    folder: Path

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in the project with its environment's programs; with `check`, it must succeed."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        if check:
            assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done

    @property
    def environment(self) -> dict[str, str]:
        """The environment of commands: this Python's programs, and nothing of the user's DVC."""
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return os.environ | {"PATH": programs, "DVC_SITE_CACHE_DIR": str(self.folder / ".dvc/tmp/site")}

    def dvc(self, *arguments: str) -> str:
        """Run a dvc command that must succeed; return what it printed."""
        done = self.run("dvc", *arguments)
        return done.stdout + done.stderr

    def commit(self) -> None:
        """Commit all that git does not ignore."""
        self.run("git", "add", "--all")
        self.run("git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "Test")

    def copied(self, folder: Path) -> "Project":
        """Copy the project with its data and its cache to `folder`, but nothing that DVC remembers of hashes."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("tmp"))
        return Project(folder)

    def set(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Change parameters, section by section."""
        path = self.folder / "params.yaml"
        params = changed(yaml.safe_load(path.read_text(encoding="utf-8")), changes)
        path.write_text(yaml.safe_dump(params), encoding="utf-8")


def copy_project(folder: Path, changes: Mapping[str, Mapping[str, object]] = SMALL) -> Project:
    """Copy what git tracks here, or would, to `folder`, change parameters and commit it there, nothing run yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and name != "dvc.lock" and not name.startswith(("metrics/", "plots/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    project = Project(folder)
    (folder / "params.yaml").write_text(params_text(), encoding="utf-8")
    project.set(changes)
    project.run("git", "init", "--quiet", "--initial-branch=main")
    project.commit()
    return project


def stages_run(printed: str) -> list[str]:
    """Return the stages that `dvc repro` or `dvc exp run` ran, by what it printed."""
    return re.findall(r"Running stage '(\w+)'", printed)
