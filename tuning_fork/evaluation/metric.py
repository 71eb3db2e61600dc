"""A metric: what it is called, which way is better, and how it is worked out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Score = Callable[[np.ndarray, np.ndarray], float]
"""From targets and outputs, both (n, targets)."""
Resampled = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From targets, outputs, both (n, targets), and how often each galaxy counts (resamples, n): (resamples,)."""
Test = Callable[[np.ndarray, np.ndarray, np.ndarray], float]
"""From targets and two runs' outputs, all (n, targets), to the exact p-value of no difference."""


@dataclass(frozen=True)
class Metric:
    """A metric: scikit-learn's `name` for it, its `label` in tables, whether higher is better, and its `score`."""

    name: str
    label: str
    higher_is_better: bool
    score: Score
    resampled: Resampled | None = None
    """The same of thousands of resamples at once. Two runs are compared by the metrics that have it."""
    test: Test | None = None
    """The test that is better than resampling for two runs on the same galaxies, if there is one."""
    is_decisive: bool = False
    """Whether the study's claims are judged by it."""
    is_detail: bool = False
    """Whether it is one of many of a kind, and left out of tables of several runs."""
    share_of: Callable[[np.ndarray], int] | None = None
    """Of how many galaxies it is the share, if it is one, by their targets (n, targets)."""

    def of_resamples(self, targets: np.ndarray, outputs: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Return the score of each resample, (resamples,): at once, if that can be, or one after the other."""
        if self.resampled:
            return self.resampled(targets, outputs, counts)
        drawn = (np.repeat(np.arange(len(targets)), one.astype(int)) for one in counts)
        return np.array([self.score(targets[rows], outputs[rows]) for rows in drawn])
