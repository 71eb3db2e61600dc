"""Work on all processor cores, or on all machines of a cluster, with results in order."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import TypeVar

from tuning_fork.core.errors import UserError
from tuning_fork.core.machine import available_cores

Item = TypeVar("Item")
Result = TypeVar("Result")

Pool = AbstractContextManager[tuple[Executor, int]]
"""Workers, and how many items they work on at a time."""

SCHEDULER_DEADLINE = 10
"""Seconds that a Dask scheduler has to answer."""


def map_in_order(
    function: Callable[[Item], Result], items: Iterable[Item], pool: Pool
) -> Generator[Result, None, None]:
    """Yield `function(item)` of each item in order, worked out in `pool`: `threads()`, `processes()` or `cluster()`.

    At most two items a worker wait at any time, so memory does not grow with their number. An error in a worker is
    raised here.
    """
    items = iter(items)
    with pool as (executor, count):
        waiting = deque(executor.submit(function, item) for item in islice(items, 2 * count))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(executor.submit(function, item) for item in islice(items, 1))
            yield result


@contextmanager
def threads(count: int | None = None) -> Iterator[tuple[Executor, int]]:
    """Give `count` threads of this process (by default one a core), for work that leaves Python most of the time."""
    count = count or available_cores()
    pool = ThreadPoolExecutor(count)
    try:
        yield pool, count
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def processes(count: int | None = None) -> Iterator[tuple[Executor, int]]:
    """Give `count` processes of this machine (by default one a core).

    They end when this process does, even if it is killed; a UserError if one is killed itself.
    """
    count = count or available_cores()
    pool = ProcessPoolExecutor(count, get_context("forkserver"), _follow_parent)
    try:
        yield pool, count
    except BrokenProcessPool:
        raise UserError("a worker process was killed, perhaps for want of memory: free some and run again") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def cluster(
    scheduler: str, asked_by: str = "params.yaml: machine.scheduler", deadline: float = SCHEDULER_DEADLINE
) -> Iterator[tuple[Executor, int]]:
    """Give the workers of the Dask scheduler at the address `scheduler`, which was `asked_by` a parameter or option.

    They must see the same files by the same names; what a lost one was at is done again by another. The scheduler has
    `deadline` seconds to answer.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UserError(f"{asked_by}: needs Dask: pip install distributed, or leave it out") from None
    try:
        client = Client(scheduler, timeout=deadline)
    except (OSError, ValueError) as error:
        start = "start one with `python -m dask scheduler`, or leave it out to work on this machine alone"
        raise UserError(f"{asked_by}: no Dask scheduler answers at {scheduler} ({error}): {start}") from None
    with client:
        count = sum(client.nthreads().values())  # pyright: ignore[reportAttributeAccessIssue]
        if count == 0:
            raise UserError(f"{asked_by}: {scheduler} has no workers: start some with `dask worker`")
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
        if parent := parent_process():
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
