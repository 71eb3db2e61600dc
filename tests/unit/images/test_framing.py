"""Pictures framed otherwise than the training's: told, cut as asked for, or by the galaxy's own size."""

import numpy as np
import pytest

from tests.unit.catalogue.test_catalogue_images import COLOUR, GREY, file, galaxy
from tuning_fork.images.framing import cut_frame, find_frame, kron_radius, largest_frame
from tuning_fork.images.preparing import Options, prepare
from tuning_fork.params.images import Preparation


@pytest.mark.parametrize("images", [COLOUR, GREY])
def test_half_a_frame_is_the_frame_of_its_centre(images: Preparation) -> None:
    picture = galaxy(848, 848)
    np.testing.assert_array_equal(cut_frame(picture, images, 0.5), cut_frame(picture[212:636, 212:636], images))
    asked = prepare(file(picture, "PNG"), images, Options(frame=0.5))
    np.testing.assert_array_equal(asked.cutout, cut_frame(picture, images, 0.5))
    assert asked.frame == 0.5


def test_the_frame_of_a_model_is_that_of_its_training_unless_another_is_asked_for() -> None:
    content = file(galaxy(848, 848), "PNG")
    half = COLOUR.model_copy(update={"frame": 0.5})
    np.testing.assert_array_equal(prepare(content, half).cutout, prepare(content, COLOUR, Options(frame=0.5)).cutout)
    assert prepare(content, half, Options(frame=1.0)).frame == 1.0


def test_the_largest_frame_keeps_the_whole_picture() -> None:
    picture = galaxy(128, 128)
    whole = picture.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(cut_frame(picture, COLOUR, largest_frame(COLOUR)), whole, atol=0.51)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 1.0, 1.5])
def test_the_frame_is_found_in_which_the_galaxy_is_as_large_as_usual(share: float) -> None:
    """In a larger field, or a smaller one, the same galaxy becomes nearly the same cut-out."""
    random = np.random.default_rng(1)
    usual = cut_frame(galaxy(), COLOUR)
    side = 424
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    light = 200 * np.exp(-np.hypot(x, y) / side / share / 0.06)[..., None] * [1.0, 0.8, 0.5] + 5
    picture = np.clip(light + random.normal(0, 1, light.shape), 0, 255).astype(np.uint8)
    found = find_frame(picture, COLOUR, kron_radius(usual))
    assert found == pytest.approx(share, rel=0.1)
    asked = prepare(file(picture, "PNG"), COLOUR, Options(frame="auto"), kron_radius(usual))
    assert asked.frame == found
    assert np.abs(asked.cutout.astype(float) - usual).mean() < 4


def test_a_picture_without_an_object_in_the_middle_is_taken_whole() -> None:
    assert find_frame(np.zeros((424, 424, 3), np.uint8), COLOUR, 0.3) == 1.0
    aside = np.roll(galaxy(), 150, axis=1)
    assert find_frame(aside, COLOUR, 0.3) == 1.0
