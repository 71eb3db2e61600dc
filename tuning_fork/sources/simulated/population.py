"""What there is in the simulated sky: each galaxy's true morphology and parameters, from stated distributions."""

from dataclasses import dataclass

import numpy as np

KINDS = ("spheroid", "disk", "irregular", "merger", "artifact")
KIND_SHARES = (0.3142, 0.615, 0.030, 0.040, 0.0008)
FAINT_LIMIT = 17.0
"""Galaxy Zoo 2 shows galaxies brighter than r = 17 (Willett et al. 2013, section 2.1)."""
BRIGHT_LIMIT = 13.5
FRAME_RADII = 8.48
"""Side of the frame in Petrosian R90: 424 pixels of 0.02 R90, as in Kaggle's cut-outs."""


@dataclass(frozen=True)
class Truth:
    """The true morphology and parameters of one object; angles in degrees, sizes in R90 unless said otherwise.

    What a kind does not have is 0 (no arms, no bar, no ring). `oddity` is an answer to the tree's question 8, or "".
    Fluxes are split between `bulge_fraction` and the disk; colours are magnitudes.
    """

    kind: str
    magnitude: float  # r band
    petrosian_radius: float  # R90 in arcseconds
    seeing: float  # full width at half maximum in the r band, arcseconds
    sky_noise: float  # relative to the survey's usual
    axis_ratio: float  # apparent, of the spheroid or of the disk
    inclination: float  # 0 is face-on; 0 for spheroids
    position_angle: float
    bulge_fraction: float
    bulge_index: float  # Sersic index
    bulge_size: float  # half-light radius
    disk_size: float  # scale length
    arms: int
    pitch: float
    arm_contrast: float
    knots: float  # share of the disk's light
    bar: float  # share of the disk's light
    ring: float  # share of the disk's light
    dust: float  # optical depth of the dust lane
    red_colour: float  # g - r of the old stars
    disk_colour: float  # g - r of the disk
    oddity: str

    @property
    def resolution(self) -> float:
        """Return how many times R90 exceeds the seeing's full width."""
        return self.petrosian_radius / self.seeing

    @property
    def surface_brightness(self) -> float:
        """Return the mean r surface brightness within R90, magnitudes per square arcsecond."""
        return self.magnitude + 2.5 * np.log10(np.pi * self.petrosian_radius**2 / 0.9)

    @property
    def featured(self) -> bool:
        """Return whether the true answer to the tree's first question is "features or disk"."""
        return self.kind in ("disk", "irregular", "merger")


def draw_truth(rng: np.random.Generator, seeing: float, noise: float) -> Truth:
    """Draw one object: `seeing` is the survey's median in arcseconds, `noise` its sky noise relative to SDSS."""
    kind = str(rng.choice(KINDS, p=KIND_SHARES))
    magnitude = _magnitude(rng)
    observing = {
        "kind": kind,
        "magnitude": magnitude,
        "petrosian_radius": _radius(rng, magnitude, kind),
        "seeing": seeing * rng.lognormal(0.0, 0.10),
        "sky_noise": noise * rng.lognormal(0.0, 0.2),
        "position_angle": rng.uniform(0, 180),
    }
    shape = _spheroid(rng) if kind in ("spheroid", "artifact") else _disk(rng, kind)
    return Truth(**{**_NOTHING, **observing, **shape})


_NOTHING = {
    "axis_ratio": 1.0,
    "inclination": 0.0,
    "bulge_fraction": 0.0,
    "bulge_index": 4.0,
    "bulge_size": 0.4,
    "disk_size": 0.27,
    "arms": 0,
    "pitch": 0.0,
    "arm_contrast": 0.0,
    "knots": 0.0,
    "bar": 0.0,
    "ring": 0.0,
    "dust": 0.0,
    "red_colour": 0.85,
    "disk_colour": 0.5,
    "oddity": "",
}


def _magnitude(rng: np.random.Generator) -> float:
    """Draw r from counts that rise as 10^(0.6 r), those of a uniform, Euclidean universe."""
    bright, faint = (10 ** (0.6 * limit) for limit in (BRIGHT_LIMIT, FAINT_LIMIT))
    return float(np.log10(rng.uniform(bright, faint)) / 0.6)


def _radius(rng: np.random.Generator, magnitude: float, kind: str) -> float:
    """Draw R90 in arcseconds: at a given surface brightness it grows as 10^(-0.2 r); spheroids scatter less."""
    median, scatter = (4.7, 0.26) if kind == "spheroid" else (5.2, 0.32)
    radius = median * 10 ** (-0.2 * 0.9 * (magnitude - 16.5)) * rng.lognormal(0.0, scatter)
    return float(np.clip(radius, 2.8, 19.5))


def _spheroid(rng: np.random.Generator) -> dict[str, object]:
    """Draw an elliptical, a lenticular (flatter, less concentrated) or a blue dwarf (diffuse, still forming stars)."""
    family = rng.choice(3, p=[0.48, 0.34, 0.18])
    index = rng.normal((3.9, 2.6, 1.4)[family], (0.6, 0.6, 0.3)[family])
    colour = rng.normal((0.89, 0.88, 0.50)[family], (0.08, 0.10, 0.15)[family])
    axis_ratio = 1 - 0.45 * rng.beta(1.2, 2.2) if family == 0 else 1 - 0.58 * rng.beta(1.1, 1.1)
    return {
        "axis_ratio": float(axis_ratio),
        "bulge_fraction": 1.0,
        "bulge_index": round(float(np.clip(index, 0.9, 5.5)), 1),
        "bulge_size": 0.55,
        "red_colour": float(colour),
        "disk_colour": float(colour),
        "oddity": str(rng.choice(["", "dust lane", "disturbed"], p=[0.985, 0.005, 0.01])),
    }


def _disk(rng: np.random.Generator, kind: str) -> dict[str, object]:
    """Draw a disk galaxy seen from a random direction; mergers and irregulars are disks in disorder."""
    thickness = rng.uniform(0.10, 0.22)
    cosine = rng.uniform(0.0, 1.0)
    bulge = float(np.clip(rng.beta(1.7, 6.5), 0.0, 0.75)) * (0.25 if kind == "irregular" else 1.0)
    spiral = kind != "irregular" and rng.random() < 0.85
    shape = {
        "inclination": float(np.degrees(np.arccos(cosine))),
        "axis_ratio": float(np.sqrt(thickness**2 + (1 - thickness**2) * cosine**2)),
        "bulge_fraction": bulge,
        "bulge_index": round(float(rng.uniform(1.0, 2.5) + 3 * bulge), 1),
        "bulge_size": rng.uniform(0.08, 0.14) + 0.40 * bulge,
        "disk_size": rng.uniform(0.33, 0.43) * (1 + 0.4 * bulge),
        "bar": rng.uniform(0.08, 0.3) if rng.random() < 0.33 else 0.0,
        "knots": rng.beta(1.2, 8.0) + (0.15 if kind == "irregular" else 0.0),
        "dust": rng.uniform(0.3, 1.6) if rng.random() < 0.6 else 0.0,
        "red_colour": rng.normal(0.92, 0.12),
        "disk_colour": float(np.clip(rng.normal(0.38 + 0.5 * bulge, 0.14), 0.05, 0.95)),
        "oddity": {"irregular": "irregular", "merger": "merger"}.get(kind, ""),
    }
    if spiral:
        shape |= {
            "arms": int(rng.choice([1, 2, 3, 4, 5], p=[0.05, 0.65, 0.13, 0.08, 0.09])),
            "pitch": float(np.clip(rng.normal(17.0 - 8 * bulge, 6.5), 6.0, 38.0)),
            "arm_contrast": rng.beta(2.2, 2.2),
        }
    if kind == "disk":
        draw = rng.random()
        if draw < 0.14 and cosine > 0.4:
            shape |= {"ring": rng.uniform(0.2, 0.5), "oddity": "ring"}
        elif draw > 0.94:
            shape |= {"oddity": "disturbed"}
    return shape
