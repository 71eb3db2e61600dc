"""Work on all processor cores, or on all machines of a cluster, with results in order."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import TypeVar

from stages.errors import UserError
from stages.machine import available_cores

Task = TypeVar("Task")
Result = TypeVar("Result")

KEY = "params.yaml: machine.scheduler"
SCHEDULER_DEADLINE = 10
"""Seconds that a Dask scheduler has to answer."""


def map_in_order(
    function: Callable[[Task], Result], tasks: Iterable[Task], workers: int | None = None, scheduler: str | None = None
) -> Iterator[Result]:
    """Yield `function(task)` of each task in order, worked out by `workers` processes (all cores by default).

    With the address of a Dask `scheduler`, the work is done by the workers of its cluster instead, which must see the
    same files by the same names; what a lost one was at is done again by another.

    At most two tasks a worker wait at any time, so memory does not grow with their number. Local workers end when this
    process does, even if it is killed; an error in one is raised here, and a UserError if one is killed itself.
    """
    tasks = iter(tasks)
    with _cluster(scheduler) if scheduler else _local_processes(workers or available_cores()) as (pool, count):
        waiting = deque(pool.submit(function, task) for task in islice(tasks, 2 * count))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(function, task) for task in islice(tasks, 1))
            yield result


@contextmanager
def _local_processes(count: int) -> Iterator[tuple[Executor, int]]:
    """Give an executor of `count` processes on this machine, and their number."""
    pool = ProcessPoolExecutor(count, get_context("forkserver"), _follow_parent)
    try:
        yield pool, count
    except BrokenProcessPool:
        raise UserError("a worker process was killed, perhaps for want of memory: free some and run again") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(scheduler: str) -> Iterator[tuple[Executor, int]]:
    """Give an executor on the cluster of a Dask scheduler, and the number of tasks that it works on at a time."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UserError(
            "params.yaml: machine.scheduler: needs Dask: pip install distributed, or set it to null"
        ) from None
    try:
        client = Client(scheduler, timeout=SCHEDULER_DEADLINE)
    except (OSError, ValueError) as error:
        start = "start one with `python -m dask scheduler`, or set it to null to work on this machine alone"
        raise UserError(f"{KEY}: no Dask scheduler answers at {scheduler} ({error}): {start}") from None
    with client:
        count = sum(client.nthreads().values())
        if count == 0:
            raise UserError(
                f"params.yaml: machine.scheduler: {scheduler} has no workers: start some with `dask worker`"
            )
        pool = client.get_executor(pure=False)
        try:
            yield pool, count
        except KilledWorker as error:
            raise UserError(f"the workers of {scheduler} were killed again and again: {error}") from None
        finally:
            pool.shutdown(wait=False)


def _follow_parent() -> None:
    """Make a worker leave Ctrl-C to its parent, and end as soon as the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
