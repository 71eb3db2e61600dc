"""One simulated galaxy from the seed and its number alone: its truth, its votes, its JPEG."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tuning_fork.params.images import IMAGE_SIDE
from tuning_fork.params.simulation import Simulation
from tuning_fork.sources.simulated.colour import rgb
from tuning_fork.sources.simulated.population import Truth, draw_truth
from tuning_fork.sources.simulated.telescope import observe
from tuning_fork.sources.simulated.volunteers import answer_chances, observability, vote_fractions
from tuning_fork.sources.simulated.wide_sky import ENLARGING, LOSSLESS, Telescope, draw_telescope, picture
from tuning_fork.surveys.survey import Survey

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
    telescope: Telescope | None = None
    """What it is seen by, where that is not the default survey's."""


def galaxy_id(seed: int, index: int) -> int:
    """Return the number of galaxy `index` (0 to 899,999): of six digits, its own, in no order, like Kaggle's."""
    offset = int(np.random.SeedSequence(seed).generate_state(1)[0])
    return FIRST_ID + (offset + index * _STRIDE) % IDS


def _streams(simulation: Simulation, index: int) -> list[np.random.Generator]:
    """Return independent streams of random numbers (truth, votes, picture, telescope) by seed and index."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence([simulation.seed, index]).spawn(4)]


def draw_galaxy(simulation: Simulation, survey: Survey, index: int) -> SimulatedGalaxy:
    """Draw galaxy `index` and let the volunteers answer the survey, without drawing its picture."""
    truth_stream, vote_stream, _, telescope_stream = _streams(simulation, index)
    truth, telescope = draw_truth(truth_stream, simulation.seeing, simulation.noise), None
    looked_at = truth
    if telescope_stream.random() < simulation.wide:
        telescope = draw_telescope(telescope_stream, simulation.telescopes, truth)
        truth = telescope.seen(truth)
        looked_at = telescope.looked_at(truth)
    votes = vote_fractions(answer_chances(looked_at, vote_stream), survey, simulation.volunteers, vote_stream)
    return SimulatedGalaxy(galaxy_id(simulation.seed, index), truth, observability(looked_at), votes, telescope)


def draw_picture(simulation: Simulation, index: int, galaxy: SimulatedGalaxy) -> bytes:
    """Draw the JPEG of galaxy `index`."""
    rng = _streams(simulation, index)[2]
    if galaxy.telescope is None:
        return survey_jpeg(observe(galaxy.truth, rng))
    return _wide_jpeg(observe(galaxy.truth, rng, frame=galaxy.telescope.pointing), galaxy.telescope)


def survey_jpeg(bands: np.ndarray) -> bytes:
    """Make of g, r, i images (3, side, side) in nanomaggies a pixel the 424x424 JPEG that the survey would show."""
    native = Image.fromarray(rgb(bands))
    return _enlarged(_stored(native, SURVEY_QUALITY), Image.Resampling.BICUBIC)


def _wide_jpeg(bands: np.ndarray, telescope: Telescope) -> bytes:
    """Make the 424x424 JPEG of what another telescope saw."""
    native = Image.fromarray(picture(bands, telescope))
    stored = native if telescope.quality > LOSSLESS else _stored(native, telescope.quality)
    return _enlarged(stored, ENLARGING[telescope.enlarging])


def _stored(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(_jpeg(image, quality)))


def _enlarged(image: Image.Image, resampling: Image.Resampling) -> bytes:
    """Return Kaggle's JPEG of a picture: the cut-outs are enlarged to their size."""
    return _jpeg(image.resize((IMAGE_SIDE, IMAGE_SIDE), resampling), JPEG_QUALITY)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    return buffer.getvalue()
