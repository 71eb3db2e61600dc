"""A sky wider than any one survey: telescopes other than the default survey's, one for each galaxy, and their pictures.

What a network must not mind is drawn at random from the ranges of `simulation.telescopes` (domain randomisation, Tobin
et al. 2017, arXiv:1703.06907). Galaxies keep their true sizes and brightnesses: a telescope in space that looks at a
small, distant one is, in all that can be seen, one on the ground with better seeing.
"""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from tuning_fork.params.simulation import Range, Telescopes
from tuning_fork.sources.simulated.colour import levels
from tuning_fork.sources.simulated.population import Truth
from tuning_fork.sources.simulated.telescope import PIXEL, SKY_NOISE, Frame

BAND_NAMES = ("g", "r", "i")
ENLARGING = {
    "blocks": Image.Resampling.NEAREST,
    "linear": Image.Resampling.BILINEAR,
    "cubic": Image.Resampling.BICUBIC,
}
NEUTRAL = np.array([2.2, 1.3, 0.9])
"""Factors of g, r, i that make an old galaxy yellowish and a young one bluish: what tints are relative to."""
LOSSLESS = 95
"""JPEG qualities above this leave no trace that matters: such pictures are not stored as JPEGs before enlarging."""
PIXELS_PER_SEEING = 2.5
"""A picture is no sharper than so many of its pixels, which blur it too; sharper stars would ring (Nyquist)."""
PIXELS_PER_RADIUS = 5.0
"""Pixels of R90 at least: below, nothing but a point is seen."""
FINEST_OF_A_SIDE = 60.0
"""The side of a picture in the finest details that are seen in it: a galaxy that is small in it is seen less well."""
FAINTEST = 8.0
"""Multiples of the noise that a picture's stretch takes a galaxy's core for at least: pure noise stays dark."""


@dataclass(frozen=True)
class Telescope:
    """A telescope with its camera, and how a picture is made of what it sees; see params.yaml for what each means."""

    frame: float  # side of the picture in R90
    side: int  # of the picture before it is enlarged, pixels
    pixel: float  # side of a pixel, arcseconds
    seeing: float  # arcseconds, as it is before the pixels blur it too
    noise: float  # of the sky for an equal area, relative to the SDSS's
    smoothing: float  # standard deviation of the blur of the noise, pixels
    row_offset: int  # of the galaxy from the middle, pixels before enlarging
    column_offset: int
    band: str  # the one that is seen in grey, or "" for colour
    bend: float
    core: float
    saturation: float
    red: float
    green: float
    blue: float
    sky: float
    gradient: float
    direction: float  # in which the sky brightens, degrees
    quality: int
    enlarging: str

    @property
    def pointing(self) -> Frame:
        """Return the frame in which the galaxy is seen."""
        return Frame(self.side, self.pixel, (self.row_offset, self.column_offset), self.pixel / PIXEL, self.smoothing)

    def seen(self, truth: Truth) -> Truth:
        """Return a galaxy's truth with the sharpness and the noise of this telescope in place of the survey's."""
        return replace(truth, seeing=max(self.seeing, PIXELS_PER_SEEING * self.pixel), sky_noise=self.noise)

    def looked_at(self, truth: Truth) -> Truth:
        """Return the truth of a galaxy seen by this telescope as sharp as people, before the whole picture, see it."""
        return replace(truth, seeing=max(truth.seeing, self.side * self.pixel / FINEST_OF_A_SIDE))


def draw_telescope(rng: np.random.Generator, ranges: Telescopes, truth: Truth) -> Telescope:
    """Draw the telescope that looks at a galaxy."""
    frame = _evenly_in_log(rng, ranges.frame)
    side = max(round(_evenly_in_log(rng, ranges.side)), int(np.ceil(PIXELS_PER_RADIUS * frame)))
    row_offset, column_offset = np.round(side * rng.choice([-1, 1], 2) * rng.uniform(*ranges.offset, 2)).astype(int)
    red, blue = (_evenly_in_log(rng, ranges.tint) for _ in range(2))
    return Telescope(
        frame=frame,
        side=side,
        pixel=frame * truth.petrosian_radius / side,
        seeing=_evenly_in_log(rng, ranges.seeing),
        noise=_evenly_in_log(rng, ranges.noise),
        smoothing=rng.uniform(*ranges.smoothing),
        row_offset=int(row_offset),
        column_offset=int(column_offset),
        band=str(rng.choice(BAND_NAMES)) if rng.random() < ranges.grey else "",
        bend=_evenly_in_log(rng, ranges.bend),
        core=_evenly_in_log(rng, ranges.core),
        saturation=rng.uniform(*ranges.saturation),
        red=red,
        green=float(red * (blue / red) ** rng.random()),
        blue=blue,
        sky=rng.uniform(*ranges.sky),
        gradient=rng.uniform(*ranges.gradient),
        direction=rng.uniform(0, 360),
        quality=round(rng.uniform(*ranges.quality)),
        enlarging=str(rng.choice(list(ENLARGING))),
    )


def _evenly_in_log(rng: np.random.Generator, limits: Range) -> float:
    return float(np.exp(rng.uniform(*np.log(limits))))


def picture(bands: np.ndarray, telescope: Telescope) -> np.ndarray:
    """Map g, r, i images (3, side, side) in nanomaggies a pixel of the survey to 8-bit RGB (side, side, 3).

    The arcsinh of `colour.levels` bends at `bend` times the sky's noise, and brings the galaxy's core to `core` levels.
    """
    noise = SKY_NOISE * telescope.noise * PIXEL / telescope.pixel
    scales = NEUTRAL * [telescope.blue, telescope.green, telescope.red]
    if telescope.band:
        one = BAND_NAMES.index(telescope.band)
        bands, noise, scales = bands[[one] * 3], noise[[one] * 3], np.ones(3)
    softening = 1 / (telescope.bend * (noise * scales).mean())
    side = telescope.side
    middle = np.s_[3 * side // 8 : 5 * side // 8]
    core = np.percentile((bands * scales[:, None, None]).mean(axis=0)[middle, middle], 99)
    core = max(core, FAINTEST * (noise * scales).mean())
    shown = levels(bands, scales, np.zeros(3), softening, telescope.core * softening / np.arcsinh(softening * core))
    shown = shown.mean(axis=0) + telescope.saturation * (shown - shown.mean(axis=0)) + _background(telescope)
    return np.round(np.clip(shown, 0, 255)).astype(np.uint8).transpose(1, 2, 0)


def _background(telescope: Telescope) -> np.ndarray:
    """Return the levels of the sky in red, green and blue, (3, side, side), brighter to one side."""
    line = np.linspace(-0.5, 0.5, telescope.side)
    x, y = line[None, :], line[:, None]
    angle = np.radians(telescope.direction)
    tint = np.ones(3) if telescope.band else np.array([telescope.red, telescope.green, telescope.blue])
    level = telescope.sky + telescope.gradient * (x * np.cos(angle) + y * np.sin(angle))
    return tint[:, None, None] * level
