"""A simulated sky survey in Kaggle's file layout, with the truth beside it."""

from pathlib import Path

from tuning_fork.params.simulation import Simulation
from tuning_fork.sources.simulated.writing import write_survey


def fetch(simulation: Simulation, folder: Path) -> None:
    """Write `images_training_rev1.zip`, `training_solutions_rev1.zip` and `truth.csv` into `folder`.

    Galaxy i depends on the seed and on i alone: the bytes are the same whatever the number of workers, and a smaller
    survey is the beginning of a larger one.
    """
    write_survey(simulation, folder)
