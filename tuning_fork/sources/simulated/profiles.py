"""The light of a galaxy before any telescope: spheroids as GalSim profiles, disks as maps that carry their features.

Profiles are in units of one galaxy's Petrosian R90; a map is drawn on the survey's own pixels, per band g, r, i, and
each component's colour goes with it, so that old bulges are red and young arms are blue.
"""

from dataclasses import dataclass

import galsim
import numpy as np

from tuning_fork.sources.simulated.population import Truth

BANDS = 3
_YOUNG_BLUER = 0.32  # g - r by which arms and knots are bluer than their disk
_DUST_EXTINCTION = np.array([1.3, 1.0, 0.75])  # of g, r, i relative to r


@dataclass(frozen=True)
class Grid:
    """A square of `side` pixels of `scale` arcseconds, the galaxy's centre in its middle."""

    side: int
    scale: float

    def coordinates(self) -> tuple[np.ndarray, np.ndarray]:
        """Return x and y of the pixels' centres in arcseconds, as arrays that broadcast to the square."""
        line = (np.arange(self.side) - self.side // 2) * self.scale
        return line[None, :], line[:, None]

    def draw(self, profile: galsim.GSObject) -> np.ndarray:
        """Sample a GalSim profile's surface brightness at the pixels' centres, in flux a pixel."""
        image = galsim.ImageD(self.side, self.side, scale=self.scale)
        profile.drawImage(image, method="no_pixel", center=galsim.PositionD(self.side // 2 + 1, self.side // 2 + 1))
        return image.array


def band_fluxes(magnitude: float, colour: float) -> np.ndarray:
    """Return g, r, i fluxes in nanomaggies; r - i follows g - r along the galaxies' locus."""
    red = colour * 0.42 + 0.03
    return 10 ** (0.4 * (22.5 - magnitude - np.array([colour, 0.0, -red])))


def _shear(profile: galsim.GSObject, axis_ratio: float, angle: float) -> galsim.GSObject:
    """Squash a round profile to `axis_ratio` along `angle` (degrees), keeping its major axis and its flux."""
    stretch = profile.dilate(np.sqrt(axis_ratio))
    return stretch.shear(galsim.Shear(q=axis_ratio, beta=angle * galsim.degrees))


def spheroid(truth: Truth) -> tuple[galsim.GSObject, np.ndarray] | None:
    """Return the spheroid or bulge (a Sersic profile of flux 1) and its fluxes in the bands, if there is one."""
    if truth.bulge_fraction < 0.01 or truth.kind == "artifact":
        return None
    size = truth.bulge_size * truth.petrosian_radius
    profile = galsim.Sersic(n=truth.bulge_index, half_light_radius=size, trunc=0)
    flattening = truth.axis_ratio if truth.kind == "spheroid" else max(0.55, truth.axis_ratio)
    fluxes = band_fluxes(truth.magnitude, truth.red_colour) * truth.bulge_fraction
    return _shear(profile, flattening, truth.position_angle), fluxes


def disk_map(truth: Truth, grid: Grid, rng: np.random.Generator) -> np.ndarray:
    """Draw the disk with its arms, bar, ring, knots and dust: an array (3, side, side) of flux a pixel."""
    if truth.bulge_fraction >= 1 or truth.kind == "artifact":
        return np.zeros((BANDS, grid.side, grid.side))
    scale_length = truth.disk_size * truth.petrosian_radius
    smooth = grid.draw(_shear(galsim.Exponential(scale_radius=scale_length), truth.axis_ratio, truth.position_angle))
    smooth = np.maximum(smooth, 0)
    radius, angle, height = _in_plane(truth, grid)
    old, young = smooth * _texture(radius, angle, truth, rng), np.zeros_like(smooth)
    if truth.arms and truth.inclination < 80:
        pattern = _arm_pattern(radius, angle, truth, rng)
        old = old * (1 - 0.55 * truth.arm_contrast + 0.6 * truth.arm_contrast * pattern)
        young = smooth * truth.arm_contrast * pattern
    if truth.ring:
        ring = _normalised(np.exp(-0.5 * ((radius - 0.55) / 0.09) ** 2)) * truth.ring
        old, young = old * (1 - 0.3 * truth.ring) + 0.4 * ring, young + 0.6 * ring
    if truth.bar:
        old = old + _bar(radius, angle) * truth.bar
    if truth.knots > 0.01:
        young = young + _knots(young if young.any() else smooth, truth, rng)
    return _coloured(old, young, truth, height)


def _coloured(old: np.ndarray, young: np.ndarray, truth: Truth, height: np.ndarray) -> np.ndarray:
    """Give each component its colour and the disk its flux, and redden the disk behind its dust lane."""
    total = old.sum() + young.sum()
    colour = truth.disk_colour + 0.35 * np.sin(np.radians(truth.inclination)) ** 6  # dust reddens what it inclines
    fluxes = np.stack([band_fluxes(truth.magnitude, colour + shift) for shift in (0.04, -_YOUNG_BLUER)])
    fluxes *= (1 - truth.bulge_fraction) / total
    bands = fluxes[0][:, None, None] * old + fluxes[1][:, None, None] * young
    if truth.dust and truth.inclination > 60:
        lane = truth.dust * np.exp(-0.5 * ((height - 0.01) / 0.035) ** 2) * np.sin(np.radians(truth.inclination)) ** 8
        bands *= np.exp(-_DUST_EXTINCTION[:, None, None] * lane)
    return bands


def _normalised(image: np.ndarray) -> np.ndarray:
    return image / image.sum()


def _in_plane(truth: Truth, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each pixel's radius (in R90) and angle in the disk's plane, and its height above the major axis."""
    x, y = grid.coordinates()
    cosine, sine = np.cos(np.radians(truth.position_angle)), np.sin(np.radians(truth.position_angle))
    along = (x * cosine + y * sine) / truth.petrosian_radius
    across = (y * cosine - x * sine) / truth.petrosian_radius
    plane = across / max(truth.axis_ratio, 0.12)
    return np.hypot(along, plane), np.arctan2(plane, along), across


def _texture(radius: np.ndarray, angle: np.ndarray, truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Return a factor about 1 that makes the disk uneven: faint for a calm galaxy, lopsided for a disturbed one."""
    strength = {"irregular": 0.55, "merger": 0.5, "disturbed": 0.45}.get(truth.oddity, 0.18)
    logarithm = np.log(radius + 0.1)
    waves = sum(
        rng.normal() * np.cos(m * angle + rng.uniform(0, 2 * np.pi) + rng.normal(0, 3) * logarithm) / np.sqrt(m)
        for m in (1, 2, 3)
    )
    return np.exp(strength * waves * np.minimum(1, 3 * radius))


def _arm_pattern(radius: np.ndarray, angle: np.ndarray, truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Return the logarithmic spiral arms, 0 between arms to about 3 at their crests, outside the bulge or the bar."""
    start = 0.32 if truth.bar else 0.12 + 0.1 * truth.bulge_fraction
    logarithm = np.log(np.maximum(radius, 0.02) / start)
    turn = rng.choice([-1, 1])
    phase = angle * turn - logarithm / np.tan(np.radians(truth.pitch))
    sharpness = rng.uniform(1.2, 3.0)
    wobble = 0.35 * np.sin(phase + rng.uniform(0, 2 * np.pi)) if truth.arms > 2 else 0.0
    ridge = np.exp(sharpness * (np.cos(truth.arms * phase + wobble) - 1))
    lopsided = 1 + 0.3 * np.cos(angle + rng.uniform(0, 2 * np.pi))
    patches = lopsided + 0.4 * np.cos(rng.integers(1, 4) * angle + 7 * logarithm + rng.uniform(0, 2 * np.pi))
    envelope = 1 / (1 + np.exp(-(radius - start) / 0.05)) / (1 + np.exp((radius - rng.uniform(1.1, 1.7)) / 0.1))
    return 3.0 * ridge * patches * envelope


def _bar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return a bar of flux 1 along the pattern's zero angle, boxy and flat."""
    x, y = radius * np.cos(angle) / 0.27, radius * np.sin(angle) / 0.075
    return _normalised(np.exp(-((x**4 + y**2) ** 0.9)))


def _knots(where: np.ndarray, truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """Return star-forming knots that hold `truth.knots` of the light, each in one pixel, crowding where light is."""
    count = int(rng.integers(20, 80))
    cumulative = np.cumsum(where)
    places = np.searchsorted(cumulative, rng.random(count) * cumulative[-1])
    light = rng.pareto(2.2, count) + 0.3
    knots = np.bincount(places, light / light.sum() * truth.knots, where.size)
    return knots.reshape(where.shape)
