"""Batches prepared ahead in a thread of Python's, beside the training step.

Under op determinism tf.data itself prepares nothing ahead that comes from Python.
"""

import atexit
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from weakref import WeakSet

import numpy as np

Batch = tuple[np.ndarray, np.ndarray]
"""Images (n, height, width, channels) and targets (n, k)."""

BatchesFrom = Callable[[int], Iterator[Batch]]
"""From the number of a batch to that batch and all that follow."""

AHEAD = 8
"""Batches that are prepared ahead."""

QUIET = 0.2
"""Seconds without being asked, after which nobody asks any more."""


class PreparedAhead:
    """Gives batches by their number, in turn; `end`, a batch of no galaxies, stands for all after the last."""

    def __init__(self, batches_from: BatchesFrom, end: Batch) -> None:
        self._batches_from, self._end = batches_from, end
        self._thread, self._lock, self._next_number = ThreadPoolExecutor(1), Lock(), -1
        self._source: Iterator[Batch] = iter(())
        self._waiting: deque[Future[Batch | None]] = deque()
        self.last_given = 0.0
        """When a batch was last given, by the clock of time.monotonic; infinity while one is being given."""
        _in_use.add(self)

    def batch(self, number: np.int64) -> Batch:
        """Return the batch of that number, its targets in float32; another number than the next begins anew there.

        That is asked for where a dataset has several iterators.
        """
        with self._lock:
            self.last_given = math.inf
            try:
                return self._next(int(number))
            finally:
                self.last_given = time.monotonic()

    def _next(self, number: int) -> Batch:
        if number != self._next_number:
            self._source = self._batches_from(number)
            self._waiting = deque(self._submitted() for _ in range(AHEAD))
        self._next_number = number + 1
        self._waiting.append(self._submitted())
        images, targets = self._waiting.popleft().result() or self._end
        return images, targets.astype(np.float32)

    def _submitted(self) -> Future[Batch | None]:
        """Return the batch after those that wait, once it is prepared; None after the last."""
        return self._thread.submit(next, self._source, None)


_in_use: WeakSet[PreparedAhead] = WeakSet()


@atexit.register
def _wait_until_nobody_asks() -> None:
    """Wait for threads of TensorFlow's that ask for batches: one that asks when Python has ended waits for ever.

    A training on several devices that fails leaves such threads, and its end waits for them.
    """
    while any(time.monotonic() - one.last_given < QUIET for one in _in_use):
        time.sleep(QUIET / 10)
