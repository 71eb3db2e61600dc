"""One simulated galaxy from the seed and its number alone: its truth, its votes, its JPEG."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tuning_fork.galaxies.survey import Survey
from tuning_fork.params.images import IMAGE_SIDE
from tuning_fork.params.simulation import Simulation
from tuning_fork.sources.simulated.colour import rgb
from tuning_fork.sources.simulated.population import Truth, draw_truth
from tuning_fork.sources.simulated.telescope import observe
from tuning_fork.sources.simulated.volunteers import answer_chances, observability, vote_fractions

JPEG_QUALITY = 75
"""Kaggle's images have exactly libjpeg's quantisation tables of quality 75, and chroma at half the resolution."""
SURVEY_QUALITY = 90
"""The survey's own pictures, from which the service cuts, are JPEGs too: they turn noise of colour into blotches."""
FIRST_ID, IDS = 100_000, 900_000
_STRIDE = 611_953  # shares no factor with IDS, so that multiples of it visit every ID once


@dataclass(frozen=True)
class SimulatedGalaxy:
    """A galaxy without its picture: its GalaxyID, truth, observability, and vote fractions by answer."""

    galaxy_id: int
    truth: Truth
    observability: float
    votes: dict[str, float]


def galaxy_id(seed: int, index: int) -> int:
    """Return the number of galaxy `index` (0 to 899,999): of six digits, its own, in no order, like Kaggle's."""
    offset = int(np.random.SeedSequence(seed).generate_state(1)[0])
    return FIRST_ID + (offset + index * _STRIDE) % IDS


def _streams(simulation: Simulation, index: int) -> list[np.random.Generator]:
    """Return three independent streams of random numbers (truth, votes, picture) that depend on seed and index."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence([simulation.seed, index]).spawn(3)]


def draw_galaxy(simulation: Simulation, survey: Survey, index: int) -> SimulatedGalaxy:
    """Draw galaxy `index` and let the volunteers answer the survey, without drawing its picture."""
    truth_stream, vote_stream, _ = _streams(simulation, index)
    truth = draw_truth(truth_stream, simulation.seeing, simulation.noise)
    votes = vote_fractions(answer_chances(truth, vote_stream), survey, simulation.volunteers, vote_stream)
    return SimulatedGalaxy(galaxy_id(simulation.seed, index), truth, observability(truth), votes)


def draw_picture(simulation: Simulation, index: int, truth: Truth) -> bytes:
    """Draw the JPEG of galaxy `index`."""
    return survey_jpeg(observe(truth, _streams(simulation, index)[2]))


def survey_jpeg(bands: np.ndarray) -> bytes:
    """Make of g, r, i images (3, side, side) in nanomaggies a pixel the 424x424 JPEG that the survey would show."""
    native = Image.fromarray(rgb(bands))
    stored = Image.open(io.BytesIO(_jpeg(native, SURVEY_QUALITY)))  # then enlarged, as the cut-outs are
    return _jpeg(stored.resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.BICUBIC), JPEG_QUALITY)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    return buffer.getvalue()
