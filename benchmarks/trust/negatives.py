"""What is no galaxy, as the survey would show it: to see whether a network knows what it has never seen.

None of it is in the survey that networks learn from, but for the few stars and trails among its artifacts.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tuning_fork.params.simulation import Simulation
from tuning_fork.sources.simulated.galaxy import survey_jpeg
from tuning_fork.sources.simulated.population import Truth, draw_truth
from tuning_fork.sources.simulated.profiles import BANDS, Grid
from tuning_fork.sources.simulated.telescope import add_star, add_trail, frame_side, observe, sky

Draw = Callable[[Truth, np.random.Generator], np.ndarray]
"""A function that draws g, r, i images in the frame that an object would have."""


def negative(kind: str, simulation: Simulation, index: int) -> bytes:
    """Draw picture `index` of a `kind` in KINDS: a 424x424 JPEG that follows from the seed, the kind and the index."""
    rng = np.random.default_rng([simulation.seed, list(KINDS).index(kind), index])
    truth = draw_truth(rng, simulation.seeing, simulation.noise)
    return survey_jpeg(KINDS[kind](truth, rng))


def _noise(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Draw the sky's noise and nothing else."""
    side = frame_side(truth)
    return sky(np.zeros((BANDS, side, side)), truth, rng)


def _empty(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Draw a field of faint stars and galaxies around nothing."""
    return observe(replace(truth, kind="artifact"), rng, _add_nothing)


def _flat(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Draw an evenly lit field, grey, a little darker to one side and to the corners."""
    side = frame_side(truth)
    x, y = np.linspace(-1, 1, side)[None, :], np.linspace(-1, 1, side)[:, None]
    slope_x, slope_y = rng.normal(0, 0.05, 2)
    light = rng.lognormal(-1.0, 1.0) * (1 + slope_x * x + slope_y * y - rng.uniform(0, 0.1) * (x**2 + y**2))
    seen = np.broadcast_to(light, (BANDS, side, side))
    return seen + sky(seen, truth, rng)


def _star(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    return observe(replace(truth, kind="artifact"), rng, add_star)


def _trail(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    return observe(replace(truth, kind="artifact"), rng, add_trail)


def _two_galaxies(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Draw two galaxies beside each other, as bright as each other, the middle between them."""
    other = replace(
        draw_truth(rng, truth.seeing, 1.0),
        **{name: getattr(truth, name) for name in ("magnitude", "petrosian_radius", "seeing", "sky_noise")},
    )
    side = frame_side(truth)
    step = round(rng.uniform(0.7, 1.2) * truth.petrosian_radius / (truth.petrosian_radius * 8.48 / side))
    return np.roll(observe(truth, rng), step, axis=2) + np.roll(observe(other, rng), -step, axis=2)


def _add_nothing(light: np.ndarray, truth: Truth, grid: Grid, rng: np.random.Generator) -> None:
    """Leave the light as it is."""


KINDS: dict[str, Draw] = {
    "noise": _noise,
    "empty": _empty,
    "flat": _flat,
    "star": _star,
    "trail": _trail,
    "two galaxies": _two_galaxies,
}
