"""Other processes: whether they run, and waiting until they have come to a point."""

import fcntl
import os
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile


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


def on_a_terminal(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """Run a command that must succeed, its stderr a terminal; return what it printed, and what the terminal got."""
    terminal, its_end = os.openpty()
    fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("4H", 40, 100, 0, 0))
    with TemporaryFile("w+", encoding="utf-8") as printed:
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=printed, stderr=its_end) as process:
            os.close(its_end)
            shown = b""
            with suppress(OSError):  # how a terminal ends
                while part := os.read(terminal, 65536):
                    shown += part
        os.close(terminal)
        assert process.returncode == 0, shown.decode()
        printed.seek(0)
        return printed.read(), shown.decode()
