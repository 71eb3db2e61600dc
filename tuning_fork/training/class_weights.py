"""How much galaxies of rare classes count in training."""

from tuning_fork.galaxies.labelled import LabelledGalaxies


def class_weights(galaxies: LabelledGalaxies) -> dict[int, float]:
    """Return by how much a galaxy of each class counts: inversely to the number of those, 1 in the mean of galaxies."""
    numbers = galaxies.targets.sum(axis=0)
    return {number: float(len(galaxies) / (len(numbers) * of_class)) for number, of_class in enumerate(numbers)}
