"""What several tests share."""

import os
from pathlib import Path

# Files of tests run side by side, and threads of OpenMP that wait busily then take the cores from each other. It has to
# be said before the first library with OpenMP is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest

from tests.project import Project, copy_project, stages_run
from tuning_fork.params.simulation import Simulation
from tuning_fork.sources import simulated


@pytest.fixture(scope="session")
def kaggle_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with Kaggle's two files, of 60 simulated galaxies. Leave it as it is."""
    folder = tmp_path_factory.mktemp("kaggle")
    simulated.fetch(Simulation(galaxies=60, seed=5, volunteers=40, seeing=1.3, noise=1.0), folder)
    return folder


@pytest.fixture(scope="session")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a small project that has been reproduced and committed. Leave it as it is: change a `copied` one."""
    project = copy_project(tmp_path_factory.mktemp("reproduced") / "project")
    stages = ["download", "crop", "label", "train", "calibrate", "evaluate", "report"]
    assert stages_run(project.dvc("repro")) == stages
    project.commit()
    return project
