"""A trained network made ready for use: calibrated in itself, seen from eight sides, and wary of what is no galaxy."""

from functools import cache

import numpy as np
import pytest

from tests.data.surveys import TASKS
from tests.data.tiny_training import SIDE, examples, tiny_params
from tuning_fork.calibration.eight_views import turned_back, views_of
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.figures.saliency import grad_cam
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.networks.building import FEATURES, build_network
from tuning_fork.networks.heads import LAST, head_of
from tuning_fork.networks.quiet_tensorflow import keras

TRAIN, VALIDATION, TEST = examples(600, 1), examples(300, 2), examples(300, 3)


def images_of(galaxies: LabelledGalaxies) -> np.ndarray:
    return galaxies.images(np.arange(len(galaxies)))


@cache
def trained(task: str) -> tuple[keras.Model, TrainedModel]:
    """Return a network trained for seconds, and what it was made into. Leave them as they are."""
    params = tiny_params(task)
    keras.utils.set_random_seed(1)
    network = build_network(params.images.shape, TASKS[task], params.model)
    network.compile("adam", head_of(TASKS[task]).loss)
    train, validation = (examples(n, seed, task) for n, seed in ((600, 1), (300, 2)))
    network.fit(images_of(train), train.targets, epochs=4, batch_size=16, verbose=0)
    raw = build_network(params.images.shape, TASKS[task], params.model)
    raw.set_weights(network.get_weights())
    return raw, TrainedModel.calibrated(network, TASKS[task], params.images, validation, train)


@pytest.mark.parametrize("turned", [False, True])
def test_the_views_of_an_image_are_its_eight_sides(turned: bool) -> None:
    image = np.random.default_rng(1).integers(0, 256, (1, 5, 5, 1)).astype(np.uint8)
    seen = {view.tobytes() for view in views_of(np.rot90(image, axes=(1, 2)) if turned else image, 8)}
    assert len(seen) == 8
    assert seen == {view.tobytes() for view in views_of(image, 8)}
    assert [view.tobytes() for view in views_of(image, 1)] == [image.tobytes()]


def test_maps_of_the_views_are_turned_back_to_lie_on_the_image() -> None:
    images = np.random.default_rng(1).random((3, 4, 4, 1))
    maps = [view[..., 0] for view in views_of(images, 8)]
    np.testing.assert_allclose(turned_back(maps), images[..., 0])


def test_the_networks_own_outputs_are_calibrated() -> None:
    raw, model = trained("binary")
    images = images_of(TEST)
    before, own = raw.predict(images, verbose=0), model.network.predict(images, verbose=0)
    np.testing.assert_allclose(own, model.calibration[1].shares(before)[:, 1:], atol=1e-5)
    np.testing.assert_allclose(model.outputs_of(TEST), own, atol=1e-5)
    np.testing.assert_allclose(model.shares(model.outputs_of(TEST))[:, 1:], own, atol=1e-5)
    np.testing.assert_allclose(model.uncalibrated(TEST), before, atol=1e-4)
    sides = [raw.predict(np.ascontiguousarray(view), verbose=0) for view in views_of(images, 8)]
    np.testing.assert_allclose(model.uncalibrated(TEST, 8), np.mean(sides, axis=0), atol=1e-4)


def test_a_networks_own_probabilities_of_classes_are_calibrated() -> None:
    raw, model = trained("classes")
    images = images_of(TEST)
    before, own = raw.predict(images, verbose=0), model.network.predict(images, verbose=0)
    assert model.calibration[1] != model.calibration[1].left(1)
    np.testing.assert_allclose(own, model.calibration[1].shares(before), atol=1e-5)
    np.testing.assert_allclose(model.shares(model.outputs_of(TEST)), own, atol=1e-5)
    np.testing.assert_allclose(model.uncalibrated(TEST), before, atol=1e-4)
    np.testing.assert_allclose(model.uncertainty(own) + own, 1)


def test_eight_views_are_the_mean_of_what_each_says() -> None:
    _, model = trained("binary")
    images = images_of(TEST)
    each = [model.network.predict(np.ascontiguousarray(view), verbose=0) for view in views_of(images, 8)]
    np.testing.assert_allclose(model.outputs(images, 8), np.mean(each, axis=0), atol=1e-5)
    turned = np.rot90(images, axes=(1, 2))[:, ::-1]
    np.testing.assert_allclose(model.outputs(turned, 8), model.outputs(images, 8), atol=1e-5)
    assert np.abs(model.outputs(turned, 1) - model.outputs(images, 1)).max() > 1e-4


def test_shares_of_the_votes_sum_to_1_and_have_an_uncertainty() -> None:
    _, model = trained("regression")
    for views in (1, 8):
        shares = model.shares(model.outputs_of(TEST, views), views)
        assert shares.min() >= 0
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert (model.uncertainty(shares, views) > 0).all()


def test_what_speaks_for_a_class_is_where_the_network_finds_it() -> None:
    """This network calls featured whatever is bright, and for a galaxy to be smooth nothing speaks."""
    pixels = keras.Input((8, 8, 1))
    bright = keras.layers.ReLU()(keras.layers.Conv2D(1, 1, kernel_initializer="ones")(pixels))
    flat = keras.layers.Flatten()(keras.layers.Identity(name=FEATURES)(bright))
    network = keras.Model(pixels, keras.layers.Dense(1, "sigmoid", kernel_initializer="ones", name=LAST)(flat))
    images = np.zeros((2, 8, 8, 1), np.uint8)
    images[0, 1:3, 5:7] = 200
    images[1, 6, 6] = 20
    np.testing.assert_allclose(
        grad_cam(network, TASKS["binary"], images, np.array([1, 1])), (images[..., 0] > 0).astype(float)
    )
    assert not grad_cam(network, TASKS["binary"], images, np.array([0, 0])).any()


@pytest.mark.parametrize("task", ["binary", "regression", "classes", "votes"])
def test_saliency_is_of_the_class_asked_for_and_of_the_images_size(task: str) -> None:
    _, model = trained(task)
    images = images_of(TEST)[:6]
    heat = [grad_cam(model.network, model.task, images, np.full(6, number)) for number in range(2)]
    assert heat[0].shape == (6, SIDE, SIDE)
    assert min(one.min() for one in heat) >= 0 and max(one.max() for one in heat) <= 1
    assert np.abs(heat[0] - heat[1]).max() > 0.5
