"""Work on all processor cores, with results in order."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import TypeVar

from stages.errors import UserError

Task = TypeVar("Task")
Result = TypeVar("Result")


def available_cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_order(
    function: Callable[[Task], Result], tasks: Iterable[Task], workers: int | None = None
) -> Iterator[Result]:
    """Yield `function(task)` of each task in order, worked out by `workers` processes (all cores by default).

    At most two tasks a worker wait at any time, so memory does not grow with their number. Workers end when this
    process does, even if it is killed; an error in one is raised here, and a UserError if one is killed itself.
    """
    workers = workers or available_cores()
    tasks = iter(tasks)
    with ProcessPoolExecutor(workers, get_context("forkserver"), _follow_parent) as pool:
        try:
            waiting = deque(pool.submit(function, task) for task in islice(tasks, 2 * workers))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, task) for task in islice(tasks, 1))
                yield result
        except BrokenProcessPool:
            raise UserError(
                "a worker process was killed, perhaps for want of memory: free some and run again"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _follow_parent() -> None:
    """Make a worker leave Ctrl-C to its parent, and end as soon as the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
