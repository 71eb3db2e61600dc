"""The test galaxies of a run, to be explored."""

from collections.abc import Callable

import numpy as np

from tuning_fork.explorer.page import Explored
from tuning_fork.reporting.run_page.facts import RunFacts


def galaxies_of_run(facts: RunFacts) -> Explored:
    """Return the test galaxies of the run, with what the network said of them and what is known."""
    predictions, shown, task = facts.predictions, facts.shown, facts.task
    outputs, votes = FRACTIONS[task.kind](facts)
    return Explored(
        names=[str(one) for one in predictions.ids],
        images=facts.test.images(np.arange(len(facts.test))),
        features=shown["features"],
        task=task,
        predicted=list(predictions.predicted_classes),
        uncertainty=shown["uncertainty"],
        outlier=shown["outlier"],
        outputs=outputs,
        known=list(predictions.classes),
        fraction=shown["fraction"] if facts.has_votes else None,
        votes=votes if facts.has_votes else None,
    )


def _of_classes(facts: RunFacts) -> tuple[np.ndarray, np.ndarray]:
    return facts.shown["shares"], facts.shown["votes"]


def _of_targets(facts: RunFacts) -> tuple[np.ndarray, np.ndarray]:
    return facts.predictions.outputs, facts.predictions.targets


FRACTIONS: dict[str, Callable[[RunFacts], tuple[np.ndarray, np.ndarray]]] = {
    "probability": _of_classes,
    "shares": _of_targets,
    "votes": _of_targets,
    "classes": _of_classes,
}
"""The network's fractions and the volunteers', (n, answers), by the kind of a task's outputs."""
