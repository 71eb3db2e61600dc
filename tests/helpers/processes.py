"""Other processes: whether they run, and waiting until they have come to a point."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def wait_until(
    condition: Callable[[], bool],
    process: subprocess.Popen | None = None,
    seconds: float = 120,
    said: Callable[[], object] = str,
) -> None:
    """Poll until `condition` holds; fail with what is `said` when `process` ends before, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process is None or process.poll() is None, f"the process ended before that: {said()}"
        assert time.monotonic() < deadline, f"that did not come in {seconds} seconds: {said()}"
        time.sleep(0.01)


def is_running(process: int) -> bool:
    """Whether there is such a process, other than one that has ended and is only not yet fetched."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
