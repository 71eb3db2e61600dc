"""simulation.wide: galaxies seen by other telescopes, whose votes follow what can be seen, and nothing else changed."""

import csv
import io
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.surveys import SURVEY
from tests.helpers.parameters import params_with, simulation
from tuning_fork.sources.simulated.galaxy import SimulatedGalaxy, draw_galaxy, draw_picture
from tuning_fork.sources.simulated.population import FRAME_RADII
from tuning_fork.sources.simulated.wide_sky import Telescope
from tuning_fork.sources.simulated.writing import TELESCOPE_COLUMNS, TRUTH_COLUMNS, write_survey

GALAXIES = 40
OBSERVING = {"seeing": 0.0, "sky_noise": 0.0}


@cache
def galaxies(wide: float) -> list[SimulatedGalaxy]:
    """Return the first galaxies of a survey."""
    survey = simulation(GALAXIES, wide=wide)
    return [draw_galaxy(survey, SURVEY, index) for index in range(GALAXIES)]


def seen_by(**one: float | list[float]) -> list[SimulatedGalaxy]:
    """Return galaxies that are all seen by other telescopes, of which these ranges are so."""
    survey = simulation(GALAXIES, wide=1.0, telescopes=one)
    return [draw_galaxy(survey, SURVEY, index) for index in range(GALAXIES)]


def pictures(count: int, **one: float | list[float]) -> np.ndarray:
    """Return the pictures of the first of them, (count, 424, 424, 3)."""
    survey = simulation(count, wide=1.0, telescopes=one)
    jpegs = [draw_picture(survey, index, draw_galaxy(survey, SURVEY, index)) for index in range(count)]
    return np.stack([np.asarray(Image.open(io.BytesIO(jpeg)), float) for jpeg in jpegs])


def test_a_share_of_the_galaxies_is_seen_by_telescopes_of_their_own_and_the_galaxies_stay_what_they_are() -> None:
    usual, some, every = (galaxies(wide) for wide in (0.0, 0.5, 1.0))
    assert not any(galaxy.telescope for galaxy in usual)
    assert len({galaxy.telescope for galaxy in every}) == GALAXIES
    assert 10 <= sum(galaxy.telescope is not None for galaxy in some) <= 30
    for before, either, after in zip(usual, some, every, strict=True):
        assert either in (before, after)
        assert replace(before.truth, **OBSERVING) == replace(after.truth, **OBSERVING)
        assert before.galaxy_id == after.galaxy_id


def test_the_truth_says_which_telescope_and_the_pictures_are_kaggles(tmp_path: Path) -> None:
    survey = simulation(6, wide=0.5)
    write_survey(survey, tmp_path, workers=1)
    with (tmp_path / "truth.csv").open(encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == TRUTH_COLUMNS + TELESCOPE_COLUMNS
    drawn = [galaxy.telescope for galaxy in galaxies(0.5)[:6]]
    assert {row["telescope_side"] for row in rows} == {str(one.side) if one else "" for one in drawn}
    assert pictures(3).shape == (3, 424, 424, 3)


def test_what_is_drawn_lies_in_the_ranges_of_the_parameters() -> None:
    ranges = params_with().simulation.telescopes
    drawn = [galaxy.telescope for galaxy in galaxies(1.0) if galaxy.telescope]
    names = {field.name for field in fields(Telescope)} & type(ranges).model_fields.keys()
    assert names == {
        "frame",
        "side",
        "seeing",
        "noise",
        "smoothing",
        "bend",
        "core",
        "saturation",
        "sky",
        "gradient",
        "quality",
    }
    for name in names:
        low, high = getattr(ranges, name)
        values = [getattr(one, name) for one in drawn]
        assert low <= min(values) <= max(values) <= high, name
        assert max(values) - min(values) > 0.6 * (high - low), name
    assert min(one.frame for one in drawn) < FRAME_RADII < max(one.frame for one in drawn)
    assert {one.band for one in drawn} == {"", "g", "r", "i"}


@pytest.mark.parametrize(("name", "good", "bad"), [("seeing", 0.4, 3.0), ("noise", 0.1, 4.0), ("side", 300, 60)])
def test_where_less_can_be_seen_fewer_volunteers_see_features(name: str, good: float, bad: float) -> None:
    clear, poor = seen_by(**{name: [good, good]}), seen_by(**{name: [bad, bad]})
    for better, worse in zip(clear, poor, strict=True):
        assert better.observability >= worse.observability
    featured = [
        np.mean([galaxy.votes["featured"] for galaxy in seen if galaxy.truth.featured]) for seen in (clear, poor)
    ]
    assert featured[0] > featured[1] + 0.02


def test_a_galaxy_fills_the_frame_or_a_small_part_of_it() -> None:
    def share(frame: float) -> float:
        grey = pictures(6, frame=[frame, frame], sky=[0, 0], noise=[0.1, 0.1], gradient=[0, 0]).mean(axis=3)
        return float((grey > 0.25 * grey.max(axis=(1, 2), keepdims=True)).mean())

    assert share(3.0) > 4 * share(12.0)


def test_grey_is_grey_and_a_sky_is_as_bright_as_asked() -> None:
    one_band = pictures(3, grey=1.0, sky=[40, 40], gradient=[0, 0])
    assert np.ptp(one_band, axis=3).max() == 0
    assert 30 < np.median(one_band[:, :40]) < 60
    assert np.ptp(pictures(3, grey=0.0, saturation=[1.5, 1.5]), axis=3).max() > 30
