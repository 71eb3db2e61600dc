"""Cropping and classifying on a Dask cluster: the same as on one machine, also when a worker is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dask
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from tests.data.catalogue import make_model
from tests.helpers.imports import ROOT
from tests.helpers.processes import is_running
from tests.unit.core.test_parallel import refuse_seven, square
from tuning_fork.catalogue import command as predict
from tuning_fork.catalogue import make_catalogue as making
from tuning_fork.catalogue.classify import Columns, classify
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import cluster, map_in_order
from tuning_fork.core.zip_members import Member
from tuning_fork.galaxies.raw_files import IMAGES_ZIP
from tuning_fork.images import archive_cropping as stage
from tuning_fork.images.archive_cropping import Rejected, crop_archive, crop_shard
from tuning_fork.images.image_search import FoundImage, find_images
from tuning_fork.images.preparing import Options
from tuning_fork.params.images import Images

pytestmark = pytest.mark.slow
IMAGES = Images(crop=256, size=64, grayscale=False, max_rejected=0.0)


@pytest.fixture
def scheduler() -> Iterator[str]:
    """Give the address of a Dask scheduler without workers."""
    answer_soon = dask.config.set({"distributed.comm.timeouts.connect": "5s"})  # a killed worker never does
    with answer_soon, LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def workers(scheduler: str) -> Iterator[list[subprocess.Popen]]:
    """Give two worker processes, started as on another machine and registered with the scheduler."""
    command = [sys.executable, "-m", "dask", "worker", scheduler, "--no-nanny", "--nthreads=1", "--no-dashboard"]
    environment = os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}
    processes = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        with Client(scheduler) as client:
            client.wait_for_workers(2, timeout=60)
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def kill_the_first(
    archive: Path, folder: Path, images: Images, shard: tuple[int, list[tuple[int, Member]]]
) -> tuple[int, list[Rejected]]:
    """Crop a shard, but the worker to which the seventh comes first is killed when it has begun."""
    killed = folder.with_suffix(".killed")
    if shard[0] == 7 and not killed.exists():
        killed.write_text(str(os.getpid()))
        (folder / "shard-00007.npz.part").write_bytes(b"half a shard")
        os.kill(os.getpid(), signal.SIGKILL)
    return crop_shard(archive, folder, images, shard)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_cluster_crops_to_the_same_bytes_though_a_worker_is_killed(
    kaggle_files: Path,
    scheduler: str,
    workers: list[subprocess.Popen],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive, here, there = kaggle_files / IMAGES_ZIP, tmp_path / "here", tmp_path / "there"
    crop_archive(archive, here, IMAGES, galaxies_a_shard=5)
    there.mkdir()
    monkeypatch.setattr(stage, "crop_shard", kill_the_first)
    crop_archive(archive, there, IMAGES, cluster(scheduler), galaxies_a_shard=5)
    killed = int(there.with_suffix(".killed").read_text())
    assert [process.pid for process in workers if not is_running(process.pid)] == [killed]
    assert len(contents(here)) == 12 + 1
    assert contents(there) == contents(here)


@pytest.mark.usefixtures("workers")
def test_results_come_in_order_and_an_error_in_a_worker_is_raised_here(scheduler: str) -> None:
    assert list(map_in_order(square, range(50), cluster(scheduler))) == [number**2 for number in range(50)]
    results = map_in_order(refuse_seven, range(20), cluster(scheduler))
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven is not welcome"):
        next(results)


def test_a_cluster_without_workers_is_said(scheduler: str) -> None:
    with pytest.raises(UserError, match=rf"machine.scheduler: {scheduler} has no workers: start some with"):
        list(map_in_order(square, [1], cluster(scheduler)))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "127.0.0.1:notaport"])
def test_a_scheduler_that_does_not_answer_is_said(address: str) -> None:
    with pytest.raises(UserError, match=rf"machine.scheduler: no Dask scheduler answers at {address}"):
        list(map_in_order(square, [1], cluster(address, deadline=1)))


def test_without_dask_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"machine.scheduler: needs Dask: pip install distributed"):
        list(map_in_order(square, [1], cluster("tcp://127.0.0.1:1")))


def classify_but_die_once(folder: Path, views: int, options: Options, images: list[FoundImage]) -> Columns:
    """Classify images, but the worker that comes first to the one that a file beside the model names is killed."""
    victim = folder.with_name("victim")
    if victim.exists() and victim.read_text() in {image.file for image in images}:
        victim.rename(folder.with_name("killed"))
        os.kill(os.getpid(), signal.SIGKILL)
    return classify(folder, views, options, images)


def test_a_cluster_makes_the_same_catalogue_though_a_worker_is_killed(
    kaggle_files: Path,
    scheduler: str,
    workers: list[subprocess.Popen],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = kaggle_files / IMAGES_ZIP
    make_model(tmp_path / "model", archive, "binary")
    monkeypatch.chdir(tmp_path)
    for name, options in (("here", []), ("there", ["--scheduler", scheduler])):
        if name == "there":
            (tmp_path / "victim").write_text(list(find_images([str(archive)]))[30].file)
            monkeypatch.setattr(making, "classify", classify_but_die_once)
        monkeypatch.setattr(
            sys, "argv", ["classify", str(archive), "--model", "model", "--output", f"{name}.csv", *options]
        )
        predict.main(images_a_part=5)
    assert (tmp_path / "killed").exists()
    assert [is_running(process.pid) for process in workers].count(False) == 1
    here, there = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("here", "there"))
    pd.testing.assert_frame_equal(here, there, rtol=0, atol=2e-6)
