"""Workers that are killed are told, and workers whose parent is killed end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.imports import ROOT
from tests.helpers.processes import is_running, wait_until
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import map_in_order, processes


def die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def note_and_wait(folder: Path) -> None:
    """Leave a file named after this process in `folder` and wait for what never comes."""
    (folder / str(os.getpid())).touch()
    signal.pause()


def test_a_killed_worker_is_an_error_and_not_a_wait_for_ever() -> None:
    with pytest.raises(UserError, match="a worker process was killed"):
        list(map_in_order(die_at_three, range(20), processes(2)))


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from tests.faults.test_killed_workers import *; "
        f"list(map_in_order(note_and_wait, [Path({str(tmp_path)!r})] * 2, processes(2)))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    finally:
        parent.kill()
        parent.wait()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    wait_until(lambda: not any(is_running(worker) for worker in workers))
