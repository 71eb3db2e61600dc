"""How the light of cut-outs is spread: whether anything stands out of the sky, how large it is, what it looks like.

Many cut-outs at once, uint8 (n, side, side, channels), are measured in a fraction of the time that reading them takes.
Brightness is the mean of the channels in grey levels; the sky is the median of the border, a thirty-second of the side
wide.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

NOTHING_THERE = "nothing in its centre stands out of the sky"
"""What is said of an image that shows no galaxy."""
BLOCKS = 16
"""Squares along a side whose means are compared with the sky's."""
VISIBLE, SIGNIFICANT = 20.0, 5.0
"""Grey levels, or standard deviations of the border's squares, by which something stands out of the sky."""
SMALLEST_NOISE = 0.5
"""Noise of the sky, at least, in grey levels: what rounding hides."""
PETROSIAN = 0.3
"""Brightness at the Petrosian radius, as a share of the mean brightness within it."""
RINGS = np.array([0, 1 / 16, 1 / 8, 3 / 16, 9 / 32, 13 / 32, 9 / 16, 3 / 4, 1])
"""Edges of the rings in which light is described, as shares of half the side."""
HARMONICS = (1, 2, 4)
"""Waves of light around a ring that are described: to one side, to two (a bar, a trail), to four (a star's spikes)."""


class _Square(NamedTuple):
    """The pixels of a square image, numbered row by row."""

    border: np.ndarray
    """Pixels within a thirty-second of the side from the edge."""
    blocks: np.ndarray
    """Which rows, or columns, are in each of `BLOCKS`: 0 or 1, float32 (side, blocks)."""
    circles: np.ndarray
    """Which pixels are in each ring of one pixel's width, out to half the side: 0 or 1, float32 (pixels, side // 2)."""
    rings: np.ndarray
    """Which pixels are in each of `RINGS`: 0 or 1, float64 (pixels, rings)."""
    waves: np.ndarray
    """The Fourier coefficients of the mean in each of `RINGS`, for each of `HARMONICS`: (2, pixels, rings x 3)."""


@lru_cache(maxsize=4)
def _square(side: int) -> _Square:
    y, x = (np.mgrid[:side, :side] - (side - 1) / 2).reshape(2, -1)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    border = np.flatnonzero(np.maximum(abs(x), abs(y)) > side / 2 - max(1, side // 32))
    count = min(BLOCKS, side)
    blocks = np.arange(side)[:, None] * count // side == np.arange(count)
    circles = radius[:, None].astype(int) == np.arange(side // 2)
    within = radius[:, None] / (side / 2)
    rings = ((RINGS[:-1] <= within) & (within < RINGS[1:])).astype(float)
    means = rings / np.maximum(rings.sum(axis=0), 1)
    waves = [np.stack([np.cos(k * angle), np.sin(k * angle)])[:, :, None] * means for k in HARMONICS]
    return _Square(border, blocks.astype(np.float32), circles.astype(np.float32), rings, np.concatenate(waves, axis=2))


class Light:
    """The light of cut-outs, uint8 (n, side, side, channels).

    Sums are of whole numbers as far as that goes, so that they are the same on every processor.
    """

    def __init__(self, images: np.ndarray) -> None:
        self.images = images
        self.channels = images.shape[3]
        total = sum((images[..., channel] for channel in range(1, self.channels)), images[..., 0].astype(np.uint16))
        self.total = total.astype(np.float32)
        self.square = _square(images.shape[1])

    def is_there(self) -> np.ndarray:
        """Return whether anything in the central half stands out of the sky and of the sky's noise: bool (n,).

        What does is a square, a sixteenth of the side wide, that is brighter than the median of the squares in the
        border by `VISIBLE` grey levels, or by `SIGNIFICANT` standard deviations of those.
        """
        blocks = self.square.blocks
        area = blocks.sum(axis=0)
        squares = blocks.T @ self.total @ blocks / (np.outer(area, area) * self.channels)
        place = np.arange(len(area))
        depth = np.minimum(place, place[::-1])
        depth = np.minimum.outer(depth, depth)
        border = squares[:, depth < 2]
        sky = _median(border)
        noise = 1.4826 * _median(np.abs(border - sky[:, None]))
        excess = squares[:, depth >= len(place) // 4].max(axis=1) - sky
        return excess > np.minimum(VISIBLE, SIGNIFICANT * np.maximum(noise, SMALLEST_NOISE))

    def petrosian_radii(self) -> np.ndarray:
        """Return the radius of the galaxy in the middle as a share of half the side: (n,), at most 1.

        It is where brightness has fallen to `PETROSIAN` of the mean within (Petrosian 1976, ApJ 209, L1), on the grey
        levels as they are. A pixel is taken as the darker of itself and the one opposite, which takes out neighbours.
        """
        pixels = np.minimum(self.total, self.total[:, ::-1, ::-1]).reshape(len(self.total), -1)
        sky = _median(pixels[:, self.square.border])[:, None]
        area = self.square.circles.sum(axis=0)
        light = (pixels @ self.square.circles - sky * area).astype(float)
        within = np.cumsum(light, axis=1) / np.cumsum(area)
        ratio = light / area / np.maximum(within, 1e-3)
        is_out = ratio[:, 1:] < PETROSIAN
        outer = is_out.argmax(axis=1) + 1
        rows = np.arange(len(pixels))
        before, after = ratio[rows, outer - 1], ratio[rows, outer]
        radii = outer - 0.5 + np.clip((before - PETROSIAN) / np.maximum(before - after, 1e-6), 0, 1)
        return np.where(is_out.any(axis=1), radii / len(area), 1.0)

    def appearance(self) -> np.ndarray:
        """Return numbers that describe each cut-out, float32 (n, 47) in colour, (n, 43) in grey.

        They are the sky's level in each channel, its structure and its roughness; in each of `RINGS` the light above
        the sky, its scatter and its `HARMONICS`; the colours of the core. All but colours are logarithms, so that a
        bright image does not outweigh many others.
        """
        square, pixels = self.square, self.total.reshape(len(self.total), -1).astype(float)
        levels = self.images.reshape(len(pixels), -1, self.channels)
        sky = _median(levels[:, square.border].transpose(0, 2, 1))
        ground = sky.sum(axis=1, keepdims=True)
        structure = np.abs(pixels[:, square.border] - ground).mean(axis=1, keepdims=True)
        steps = np.abs(np.diff(self.total[:, [0, 1, -2, -1]], axis=2))
        roughness = _median(steps.reshape(len(steps), -1))[:, None]
        area = np.maximum(square.rings.sum(axis=0), 1)
        means, squares = pixels @ square.rings / area, (pixels * pixels) @ square.rings / area
        scatter = np.sqrt(np.maximum(squares - means * means, 0))
        waves = np.hypot(*(pixels @ part for part in square.waves))
        light = np.maximum(means - ground, 0)
        parts = [(sky * self.channels, 3), (structure, 1), (roughness, 0.3), (light, 5), (scatter, 2), (waves, 1)]
        core = levels[:, square.rings[:, 0] > 0].sum(axis=1, dtype=float) / area[0] - sky
        logarithms = [np.log(part / self.channels + least) for part, least in parts]
        return np.concatenate([*logarithms, np.diff(core, axis=1) / 20], axis=1).round(5).astype(np.float32)


def _median(values: np.ndarray) -> np.ndarray:
    """Return the medians along the last axis, float32: four times as fast as NumPy's, of numbers that this holds."""
    ordered = np.sort(values.astype(np.float32), axis=-1)
    count = ordered.shape[-1]
    return (ordered[..., (count - 1) // 2] + ordered[..., count // 2]) / 2
