"""What a telescope makes of a galaxy: neighbours and stars in its field, the seeing's blur, and the sky's noise."""

from collections.abc import Callable
from dataclasses import dataclass

import galsim
import numpy as np
from scipy import fft
from scipy.ndimage import gaussian_filter

from tuning_fork.sources.simulated.population import FRAME_RADII, Truth
from tuning_fork.sources.simulated.profiles import BANDS, Grid, band_fluxes, disk_map, spheroid

PIXEL = 0.396
"""Side of the survey's pixels in arcseconds: the SDSS camera's."""
SKY_NOISE = np.array([0.0200, 0.0320, 0.0420])
"""Standard deviation of a dark sky in g, r, i, nanomaggies a pixel."""
SKY_LEVEL = np.array([0.30, 0.75, 1.30])
"""Brightness of the sky in g, r, i, nanomaggies a pixel: 21.8, 20.8 and 20.2 magnitudes per square arcsecond."""
BAND_SEEING = np.array([1.04, 1.0, 0.98])
"""Seeing of g, r, i relative to r."""
MISALIGNMENT = 0.06
"""How far the bands' images are shifted against each other, standard deviation in arcseconds: colour fringes."""
_MARGIN = 10
_STARS = 6.0  # stars and other points a square arcminute, to r = 22.5
_GALAXIES = 5.0  # background galaxies a square arcminute


Add = Callable[[np.ndarray, Truth, Grid, np.random.Generator], None]
"""A function that adds light to g, r, i images (3, side, side) on a grid."""


@dataclass(frozen=True)
class Frame:
    """What of the sky a picture shows, a square of `side` pixels, and how its noise differs from the survey's."""

    side: int
    scale: float
    """Side of a pixel in arcseconds."""
    offset: tuple[int, int] = (0, 0)
    """Rows and columns by which the object is off the middle."""
    relative_pixel: float = 1.0
    """Side of a pixel relative to the survey's: the noise of a small pixel is that of its area."""
    smoothing: float = 0.0
    """Standard deviation, in pixels, of the Gaussian by which the noise of neighbouring pixels is shared."""


def observe(truth: Truth, rng: np.random.Generator, add: Add | None = None, frame: Frame | None = None) -> np.ndarray:
    """Return g, r, i images of the object's frame, sky subtracted: (3, side, side).

    They are in nanomaggies a pixel of the survey, whatever the frame's pixels are: by default the survey's, in the
    survey's frame. Beside the object and its field they show what `add` adds: by default what makes the object odd.
    """
    frame = frame or survey_frame(truth)
    margin = _MARGIN + max(abs(steps) for steps in frame.offset)
    padded = fft.next_fast_len(frame.side + 2 * margin, real=True)
    padded += padded % 2
    grid = Grid(padded, frame.scale)
    light = disk_map(truth, grid, rng)
    _add_field(light, grid, rng)
    (add or _add_oddities)(light, truth, grid, rng)
    seen = _blurred(light, truth, grid, rng)
    top, left = ((padded - frame.side) // 2 - steps for steps in frame.offset)
    seen = seen[:, top : top + frame.side, left : left + frame.side] / frame.relative_pixel**2
    noise = sky(seen, truth, rng) / frame.relative_pixel
    return seen + (gaussian_filter(noise, (0, frame.smoothing, frame.smoothing)) if frame.smoothing else noise)


def survey_frame(truth: Truth) -> Frame:
    """Return the frame in which the survey shows an object."""
    side = frame_side(truth)
    return Frame(side, FRAME_RADII * truth.petrosian_radius / side)


def frame_side(truth: Truth) -> int:
    """Return the side of that frame in the survey's pixels."""
    return round(FRAME_RADII * truth.petrosian_radius / PIXEL)


def _blurred(light: np.ndarray, truth: Truth, grid: Grid, rng: np.random.Generator) -> np.ndarray:
    """Add the spheroid and blur all by the seeing (a Moffat profile, beta 3), in Fourier space."""
    shifts = rng.normal(0, MISALIGNMENT, (BANDS, 2))
    waves = fft.rfft2(light)
    if bulge := spheroid(truth):
        profile, fluxes = bulge
        middle = _translation(grid, grid.side // 2 * grid.scale, grid.side // 2 * grid.scale)
        waves += fluxes[:, None, None] * (_fourier(profile, grid) * middle)
    for band in range(BANDS):
        blur = galsim.Moffat(beta=3.0, fwhm=truth.seeing * BAND_SEEING[band])
        waves[band] *= np.real(_fourier(blur, grid)) * _translation(grid, *shifts[band])
    return fft.irfft2(waves, s=(grid.side, grid.side))


def _fourier(profile: galsim.GSObject, grid: Grid) -> np.ndarray:
    """Return the profile's Fourier transform as `rfft2` orders it, with its centre on the first pixel."""
    image = galsim.ImageCD(grid.side + 1, grid.side + 1, scale=2 * np.pi / (grid.side * grid.scale))
    profile.drawKImage(image)
    return fft.ifftshift(image.array[:-1, :-1])[:, : grid.side // 2 + 1]


def _translation(grid: Grid, x: float, y: float) -> np.ndarray:
    """Return the factor that moves an image by x and y arcseconds, as `rfft2` orders it."""
    frequency = 2 * np.pi * fft.fftfreq(grid.side, grid.scale)
    half = 2 * np.pi * fft.rfftfreq(grid.side, grid.scale)
    return np.exp(-1j * x * half)[None, :] * np.exp(-1j * y * frequency)[:, None]


def _add_field(light: np.ndarray, grid: Grid, rng: np.random.Generator) -> None:
    """Add stars and background galaxies, brighter ones rarer, at random places."""
    area = (grid.side * grid.scale / 60) ** 2
    for _ in range(rng.poisson(_STARS * area)):
        magnitude = 22.5 + np.log10(1 - rng.random()) / 0.22
        colour = 0.15 + 1.3 * rng.beta(1.1, 1.2)
        _add_point(light, rng.integers(0, grid.side, 2), band_fluxes(max(magnitude, 16.0), colour))
    for _ in range(rng.poisson(_GALAXIES * area)):
        magnitude = max(22.0 + np.log10(1 - rng.random()) / 0.36, 16.0)
        _add_neighbour(light, grid, magnitude, rng.integers(0, grid.side, 2), rng)


def _add_point(light: np.ndarray, place: np.ndarray, fluxes: np.ndarray) -> None:
    light[:, place[0], place[1]] += fluxes


def _add_neighbour(
    light: np.ndarray, grid: Grid, magnitude: float, place: np.ndarray, rng: np.random.Generator
) -> None:
    """Add a small galaxy of an exponential profile, sampled on as small a stamp as holds it."""
    size = max(0.35, 0.65 * 10 ** (-0.16 * (magnitude - 19.5)) * rng.lognormal(0, 0.25))
    stamp = Grid(2 * int(6 * size / grid.scale + 3), grid.scale)
    profile = galsim.Exponential(scale_radius=size).shear(
        q=rng.uniform(0.3, 1), beta=rng.uniform(0, 180) * galsim.degrees
    )
    image = stamp.draw(profile)
    image = band_fluxes(magnitude, float(np.clip(rng.normal(0.85, 0.3), 0.1, 1.6)))[:, None, None] * image / image.sum()
    low, high = place - stamp.side // 2, place + stamp.side // 2
    inside = np.s_[:, max(low[0], 0) : max(high[0], 0), max(low[1], 0) : max(high[1], 0)]
    rows, columns = light[inside].shape[1:]
    top, left = max(-low[0], 0), max(-low[1], 0)
    light[inside] += image[:, top : top + rows, left : left + columns]


def _add_oddities(light: np.ndarray, truth: Truth, grid: Grid, rng: np.random.Generator) -> None:
    """Add what makes an object odd beyond its own disk: a merging companion with its tail, or an artifact's cause."""
    middle = grid.side // 2
    if truth.kind == "merger":
        angle, distance = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 0.9) * truth.petrosian_radius / grid.scale
        place = middle + np.round(distance * np.array([np.sin(angle), np.cos(angle)])).astype(int)
        _add_neighbour(light, grid, truth.magnitude + rng.uniform(0.2, 1.6), place, rng)
        _add_tail(light, truth, grid, rng)
    if truth.kind == "artifact":
        (add_star if rng.random() < 0.6 else add_trail)(light, truth, grid, rng)


def _add_tail(light: np.ndarray, truth: Truth, grid: Grid, rng: np.random.Generator) -> None:
    """Add a tidal tail that winds outward from the galaxy, with a few percent of its light."""
    points = 600
    along = rng.random(points)
    angle = rng.uniform(0, 2 * np.pi) + rng.choice([-1, 1]) * rng.uniform(0.8, 2.2) * along
    radius = (0.4 + rng.uniform(0.6, 1.3) * along) * truth.petrosian_radius
    place = np.stack([radius * np.sin(angle), radius * np.cos(angle)])
    place += rng.normal(0, 0.06 * truth.petrosian_radius, place.shape)
    rows, columns = grid.side // 2 + np.round(place / grid.scale).astype(int)
    inside = (rows >= 0) & (rows < grid.side) & (columns >= 0) & (columns < grid.side)
    fluxes = band_fluxes(truth.magnitude, truth.disk_colour) * rng.uniform(0.05, 0.2) / points
    for band in range(BANDS):
        np.add.at(light[band], (rows[inside], columns[inside]), fluxes[band])


def add_star(light: np.ndarray, truth: Truth, grid: Grid, rng: np.random.Generator) -> None:
    """Add a saturated star with its spikes in the middle."""
    middle = grid.side // 2
    fluxes = band_fluxes(truth.magnitude - 3.0, rng.uniform(0.3, 1.2))
    _add_point(light, np.array([middle, middle]), fluxes)
    spike = np.exp(-np.abs(np.arange(grid.side) - middle) / 15) * 2e-3
    light[:, middle, :] += fluxes[:, None] * spike
    light[:, :, middle] += fluxes[:, None] * spike


def add_trail(light: np.ndarray, truth: Truth, grid: Grid, rng: np.random.Generator) -> None:
    """Add a satellite's trail through the middle of the frame, in one band."""
    middle = grid.side // 2
    slope = rng.uniform(-0.9, 0.9)
    columns = np.arange(grid.side)
    rows = np.round(middle + slope * (columns - middle)).astype(int)
    light[int(rng.integers(0, BANDS)), rows, columns] += 4.0


def sky(seen: np.ndarray, truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Draw the noise: Gaussian, its variance that of the sky's photons and the object's."""
    noise = (SKY_NOISE * truth.sky_noise)[:, None, None]
    level = rng.normal(0, 0.15, BANDS)[:, None, None] * noise
    photons = 1 + np.maximum(seen, 0) / SKY_LEVEL[:, None, None]
    return level + noise * np.sqrt(photons) * rng.standard_normal(seen.shape)
