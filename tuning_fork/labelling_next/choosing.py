"""Which galaxies are chosen for labelling: those that the network is unsure of, and that are unlike one another."""

import numpy as np
from sklearn.cluster import kmeans_plusplus

LEAST_UNCERTAINTY = 1e-6
"""Galaxies that the network is sure of count as if they were this unsure: chosen after all others."""


def choose(features: np.ndarray, uncertainty: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Return the rows of the galaxies to label, (number,), in their order: the first k are a choice of k.

    Of `features` (n, d) and `uncertainty` (n,), at least 0. The first is drawn with a probability that is proportional
    to its uncertainty; each of the others with one that is proportional to its uncertainty times the squared distance
    to the nearest galaxy chosen before, of a few draws the one that brings the others nearest: the seeding of k-means++
    (Arthur and Vassilvitskii 2007) with weights, as BADGE (Ash et al. 2020, arXiv:1906.03671) has it in the space of
    gradients. What is left of equals to those chosen is added last, the most unsure first. At most all are chosen.
    """
    weights = np.maximum(uncertainty, LEAST_UNCERTAINTY)
    number = min(number, len(features))
    _, drawn = kmeans_plusplus(features.astype(float), number, sample_weight=weights, random_state=seed)
    first_draws = np.sort(np.unique(drawn, return_index=True)[1])
    chosen = drawn[first_draws]
    others = np.setdiff1d(np.argsort(-weights, kind="stable"), chosen, assume_unique=True)
    return np.concatenate([chosen, others])[:number]


def novelty(features: np.ndarray) -> np.ndarray:
    """Return of each galaxy how far it is from the nearest one before it, (n,), of features (n, d) in their order.

    In units of the root mean square distance of two galaxies; the first has 1, and so have all if none differ.
    """
    usual = np.sqrt(2 * features.var(axis=0).sum()) or 1.0
    nearest = [np.linalg.norm(features[:row] - features[row], axis=1).min() for row in range(1, len(features))]
    return np.array([1.0, *(distance / usual for distance in nearest)])
