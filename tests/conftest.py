"""What several tests share."""

import gc
import os
from functools import partial
from pathlib import Path

# Files of tests run side by side, and threads of OpenMP that wait busily then take the cores from each other. It has to
# be said before the first library with OpenMP is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest

from tests.data.person import files, kaggle, person, port  # noqa: F401
from tests.data.raw.downloads import competition, unpacked, zips  # noqa: F401, fixtures of several files
from tests.data.raw.image_folder import image_folder  # noqa: F401
from tests.data.shards import shards  # noqa: F401
from tests.helpers.browser import chromium  # noqa: F401
from tests.helpers.once import made_once
from tests.helpers.parameters import simulation
from tests.helpers.project import STAGES, Project, copy_project, stages_run
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.sources import simulated


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what was loaded: each training ends with a collection of all the rest."""
    gc.freeze()


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


@pytest.fixture(scope="session")
def catalogue_folder(kaggle_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with models of two tasks and Kaggle's archive of 60 galaxies. Leave it as it is."""
    from tests.data.catalogue import make_model  # not before, as TensorFlow takes seconds to load

    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "data.csv").mkdir()
    make_model(folder / "data/model", kaggle_files / IMAGES_ZIP, "binary")
    make_model(folder / "regression", kaggle_files / IMAGES_ZIP, "regression")
    (folder / IMAGES_ZIP).symlink_to(kaggle_files / IMAGES_ZIP)
    return folder


@pytest.fixture
def in_the_catalogue_folder(catalogue_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in that folder."""
    monkeypatch.chdir(catalogue_folder)
