"""One rule of what is an image of a galaxy, its size, and what is unlike the survey: by the light of cut-outs."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.trust.negatives import KINDS, negative
from tests.helpers.parameters import simulation
from tuning_fork.calibration.outliers import UsualGalaxies
from tuning_fork.core.zip_members import read_member
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, galaxy_images
from tuning_fork.images.framing import kron_radius
from tuning_fork.images.jpeg_cutout import cut_out
from tuning_fork.images.photometry import Light
from tuning_fork.params.images import Preparation

COLOUR = Preparation(crop=256, size=64, grayscale=False)
SURVEY = simulation(1, seed=1)


def disc(radius: float, side: int = 64, x: float = 0.0) -> np.ndarray:
    """Return a cut-out of an exponential disc of that scale in pixels, on noise: (1, side, side, 3)."""
    column, row = np.meshgrid(*[np.arange(side) - (side - 1) / 2] * 2)
    light = 150 * np.exp(-np.hypot(column - x, row) / radius)[..., None] + np.zeros(3)
    noisy = light + np.random.default_rng(1).normal(8, 2, light.shape)
    return np.clip(noisy, 0, 255).round().astype(np.uint8)[None]


@pytest.fixture(scope="module")
def galaxies(kaggle_files: Path) -> np.ndarray:
    """Give the cut-outs of simulated galaxies, turned to all sides so that there are enough."""
    archive = kaggle_files / IMAGES_ZIP
    images = np.stack([cut_out(read_member(archive, member), COLOUR) for _, member in galaxy_images(archive)])
    return np.concatenate([np.rot90(side, k, axes=(1, 2)) for side in (images, images[:, ::-1]) for k in range(4)])


@pytest.fixture(scope="module")
def known_and_lost(galaxies: np.ndarray) -> tuple[UsualGalaxies, float]:
    """Give what most of the galaxies are familiar with, and the share of the others that are unlike them."""
    order = np.random.default_rng(1).permutation(len(galaxies))
    known = UsualGalaxies.fit([galaxies[order[:400]]], 400)
    lost = known.unlikeness(Light(galaxies[order[400:]])) > 1
    return known, float(lost.mean())


@pytest.mark.parametrize("name", ["black", "white", "noise", "bright noise", "a flat", "light in the corner alone"])
def test_what_shows_nothing_in_its_centre_is_no_galaxy(name: str) -> None:
    random = np.random.default_rng(1)
    slope = np.linspace(0, 15, 64)[None, :, None, None]
    pictures = {
        "black": np.zeros((50, 64, 64, 3)),
        "white": np.full((50, 64, 64, 3), 255),
        "noise": random.normal(5, 3, (50, 64, 64, 3)),
        "bright noise": random.normal(120, 30, (50, 64, 64, 3)),
        "a flat": random.normal(100, 2, (50, 64, 64, 3)) + slope,
        "light in the corner alone": random.normal(5, 3, (50, 64, 64, 3)) + np.roll(disc(3.0), (28, 28), (1, 2)),
    }
    images = np.clip(pictures[name], 0, 255).astype(np.uint8)
    assert not Light(images).is_there().any()


def test_every_galaxy_is_there_also_a_faint_one_or_one_that_fills_the_frame(galaxies: np.ndarray) -> None:
    assert Light(galaxies).is_there().all()
    faint = (galaxies * 0.25).astype(np.uint8)
    assert Light(faint).is_there().mean() > 0.99
    assert Light(np.concatenate([disc(radius) for radius in (1, 3, 10, 30)])).is_there().all()


@pytest.mark.parametrize("side", [8, 24, 25, 64, 96])
def test_cut_outs_of_any_size_are_measured(side: int) -> None:
    for channels in (1, 3):
        light = Light(np.zeros((2, side, side, channels), np.uint8))
        assert light.appearance().shape == (2, 47 if channels == 3 else 43)
        assert not light.is_there().any()
        assert light.petrosian_radii().shape == (2,)


def test_radii_grow_with_the_galaxy_and_do_not_mind_a_neighbour() -> None:
    scales = [2.0, 3.0, 4.0, 5.0]
    petrosian = Light(np.concatenate([disc(scale) for scale in scales])).petrosian_radii() / scales
    kron = np.array([kron_radius(disc(scale)[0]) for scale in scales]) / scales
    for found in (petrosian, kron):
        assert found.max() < 1.25 * found.min()
    beside = np.maximum(disc(3.0), np.roll(disc(3.0), 20, axis=2))
    assert Light(beside).petrosian_radii() == pytest.approx(Light(disc(3.0)).petrosian_radii(), rel=0.1)
    assert kron_radius(beside[0]) == pytest.approx(kron_radius(disc(3.0)[0]), rel=0.25)
    assert kron_radius(np.zeros((64, 64, 3), np.uint8)) is None


@pytest.mark.parametrize(
    ("kind", "least"),
    [("noise", 1.0), ("empty", 0.9), ("flat", 1.0), ("star", 0.4), ("trail", 0.9), ("two galaxies", 0.3)],
)
def test_what_is_no_galaxy_is_known_and_few_galaxies_are_lost(
    kind: str, least: float, known_and_lost: tuple[UsualGalaxies, float]
) -> None:
    """By a survey of 60 galaxies; of how many by a whole one, the documents tell."""
    known, lost = known_and_lost
    assert lost < 0.05
    light = Light(np.stack([cut_out(negative(kind, SURVEY, number), COLOUR) for number in range(20)]))
    is_known = ~light.is_there() | (known.unlikeness(light) > 1)
    assert is_known.mean() >= least
    assert kind in KINDS


def test_a_negative_follows_from_seed_kind_and_number_alone() -> None:
    assert negative("star", SURVEY, 3) == negative("star", SURVEY, 3)
    assert len({negative(kind, SURVEY, 3) for kind in KINDS}) == len(KINDS)
