"""What several tests share."""

import os
from functools import partial
from pathlib import Path

# Files of tests run side by side, and threads of OpenMP that wait busily then take the cores from each other. It has to
# be said before the first library with OpenMP is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest

from tests.once import made_once
from tests.parameters import simulation
from tests.project import STAGES, Project, copy_project, stages_run
from tuning_fork.sources import simulated


@pytest.fixture(scope="session")
def kaggle_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with Kaggle's two files, of 60 simulated galaxies. Leave it as it is."""
    return made_once("kaggle-files", partial(simulated.fetch, simulation(60)), tmp_path_factory)


@pytest.fixture(scope="session")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a small project that has been reproduced and committed. Leave it as it is: change a `copied` one."""
    return Project(made_once("reproduced", reproduce, tmp_path_factory) / "project")


def reproduce(folder: Path) -> None:
    """Reproduce a small project below `folder` and commit it; keep what that printed beside it, in printed.txt."""
    project = copy_project(folder / "project")
    printed = project.dvc("repro")
    assert stages_run(printed) == STAGES
    (folder / "printed.txt").write_text(printed, encoding="utf-8")
    project.commit()
