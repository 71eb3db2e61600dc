"""What all processes of a test run share: made by the first that needs it, while the others wait."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(name: str, make: Callable[[Path], object], folders: pytest.TempPathFactory) -> Path:
    """Return the folder `name` that `make` fills, once in a run of however many processes."""
    base = folders.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            begun = folders.mktemp(name)
            make(begun)
            begun.rename(shared)
    return shared
