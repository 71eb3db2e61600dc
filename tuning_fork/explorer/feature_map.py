"""Where galaxies are in a map of the network's features, and which are nearest to each other in these."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

NEAREST = 8
"""Galaxies that are shown as the nearest to one."""
COMPONENTS = 50
"""Principal components that the map is made of: t-SNE's usual number (van der Maaten & Hinton 2008)."""
MOST_MAPPED = 4000
"""Galaxies of which t-SNE makes the map; others are put among those nearest to them."""
PERPLEXITY = 30.0
SEED = 1


def feature_map(features: np.ndarray, most_mapped: int = MOST_MAPPED) -> tuple[np.ndarray, np.ndarray]:
    """Return positions (n, 2) from 0 to 1, and the rows of the `NEAREST` others of each galaxy, (n, k), nearest first.

    `features` is (n, d). Positions are those of t-SNE (van der Maaten & Hinton 2008, JMLR 9, 2579), begun with the
    first two principal components, on `most_mapped` galaxies at most; the distance of neighbours is Euclidean, of
    standardised features. The same features give the same map on the same machine.
    """
    with threadpool_limits(1):  # sums of several threads differ in their last digits, and then the maps do
        reduced = _reduced(features)
        count = len(reduced)
        finder = NearestNeighbors(n_neighbors=min(NEAREST + 1, count)).fit(reduced)
        nearest = _without_itself(finder.kneighbors(reduced, return_distance=False))
        return _positions(reduced, most_mapped), nearest


def _reduced(features: np.ndarray) -> np.ndarray:
    scaled = StandardScaler().fit_transform(np.asarray(features, np.float64))
    if len(scaled) < 2:
        return scaled
    components = min(COMPONENTS, *scaled.shape)
    return PCA(components, svd_solver="full").fit_transform(scaled)


def _without_itself(nearest: np.ndarray) -> np.ndarray:
    """Return the neighbours (n, k) without the galaxy itself, which of equal ones need not be the first."""
    rows = np.arange(len(nearest))[:, None]
    kept = np.argsort(nearest == rows, axis=1, kind="stable")[:, :-1]
    return np.take_along_axis(nearest, kept, axis=1)


def _positions(reduced: np.ndarray, most_mapped: int) -> np.ndarray:
    count = len(reduced)
    if count < 5:  # nothing to arrange
        return np.column_stack([np.linspace(0, 1, count), np.full(count, 0.5)])
    mapped = np.sort(np.random.default_rng(SEED).permutation(count)[:most_mapped])
    perplexity = min(PERPLEXITY, (len(mapped) - 1) / 3)
    found = TSNE(perplexity=perplexity, init="pca", random_state=SEED, n_jobs=1).fit_transform(reduced[mapped])
    positions = np.empty((count, 2))
    positions[mapped] = found
    others = np.setdiff1d(np.arange(count), mapped)
    if len(others) > 0:
        finder = NearestNeighbors(n_neighbors=3).fit(reduced[mapped])
        distances, near = finder.kneighbors(reduced[others])
        weights = 1 / np.maximum(distances, 1e-9)[..., None]
        positions[others] = (found[near] * weights).sum(axis=1) / weights.sum(axis=1)
    low, high = positions.min(axis=0), positions.max(axis=0)
    return (positions - low) / np.maximum(high - low, 1e-9)
