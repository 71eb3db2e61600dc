"""What all processes of a test run share: made by the first that needs it, or used by one at a time."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def made_once(name: str, make: Callable[[Path], object], folders: pytest.TempPathFactory) -> Path:
    """Return the folder `name` that `make` fills, once in a run of however many processes."""
    shared = _shared(folders) / name
    with alone(name, folders):
        if not shared.exists():
            begun = folders.mktemp(name)
            make(begun)
            begun.rename(shared)
    return shared


@contextmanager
def alone(name: str, folders: pytest.TempPathFactory) -> Iterator[None]:
    """Wait until no other process of the test run has what is called `name`, and have it."""
    with (_shared(folders) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _shared(folders: pytest.TempPathFactory) -> Path:
    """Return the folder of the test run, in which each of its processes has its own."""
    base = folders.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
