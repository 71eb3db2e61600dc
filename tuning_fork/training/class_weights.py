"""How much galaxies of rare classes count in training."""

import numpy as np

from tuning_fork.galaxies.labelled import LabelledGalaxies


def class_weights(galaxies: LabelledGalaxies) -> dict[int, float]:
    """Return by how much a galaxy of each class counts, by the number of the class.

    Inversely to the number of the class's galaxies, so that all classes which there are count alike in sum, and the
    galaxies 1 in the mean.
    """
    counts = np.bincount(galaxies.targets.argmax(axis=1))
    present = np.flatnonzero(counts)
    return {int(number): len(galaxies) / (len(present) * int(counts[number])) for number in present}
