"""The network: the study's layers, its input and its augmentation."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.data.surveys import TASKS
from tests.helpers.parameters import params_with
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.networks.building import FEATURES, build_network
from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.params.augmentation import Augmentation
from tuning_fork.training import batches as inputs
from tuning_fork.training.augmentation import augment
from tuning_fork.training.batches import Shuffling, batches_in_order, training_batches
from tuning_fork.training.prepared_batches import AHEAD, Batch

STUDYS_OWN = params_with().model.study.model_dump()
COLOUR, GREY = (64, 64, 3), (64, 64, 1)


def network(shape: tuple[int, int, int] = COLOUR, task: str = "binary", **changes: object) -> keras.Model:
    own = {"study": {key: changes.pop(key) for key in [*changes] if key in STUDYS_OWN}}
    return build_network(shape, TASKS[task], params_with(model=changes | own).model)


# Side of the image at each layer: 64, cropped 62, convolution 60, pooled 30, convolution 28, pooled 14, convolution 12.
LAST_CONVOLUTION = 12 * 12 * 128
SECOND_AND_THIRD = (3 * 3 * 32 * 64 + 64) + (3 * 3 * 64 * 128 + 128)
DENSE_128 = LAST_CONVOLUTION * 128 + 128


@pytest.mark.parametrize(
    ("shape", "task", "dense", "by_hand", "parameters"),
    [
        (COLOUR, "binary", (128,), (3 * 3 * 3 * 32 + 32) + SECOND_AND_THIRD + DENSE_128 + (128 + 1), 2_452_801),
        (GREY, "binary", (128,), (3 * 3 * 1 * 32 + 32) + SECOND_AND_THIRD + DENSE_128 + (128 + 1), 2_452_225),
        (COLOUR, "regression", (128,), 896 + SECOND_AND_THIRD + DENSE_128 + 4 * (128 + 1), 2_453_188),
        (COLOUR, "regression", (128, 64), 896 + SECOND_AND_THIRD + DENSE_128 + 64 * 129 + 4 * 65, 2_461_188),
        (COLOUR, "regression-all", (128, 64), 896 + SECOND_AND_THIRD + DENSE_128 + 64 * 129 + 6 * 65, 2_461_318),
        (COLOUR, "binary", (), 896 + SECOND_AND_THIRD + LAST_CONVOLUTION + 1, 111_681),
    ],
)
def test_the_studys_networks_have_their_numbers_of_parameters(
    shape: tuple[int, int, int], task: str, dense: tuple[int, ...], by_hand: int, parameters: int
) -> None:
    assert network(shape, task, dense=dense).count_params() == by_hand == parameters


def test_layers_come_in_the_studys_order() -> None:
    built = network(task="regression", dense=(128, 64), dropout=0.3)
    kinds = (
        "InputLayer Rescaling Cropping2D Conv2D MaxPooling2D ReLU Conv2D MaxPooling2D ReLU Conv2D ReLU Identity "
        "Flatten Dense Dropout Dense Dropout Dense"
    )
    assert [type(layer).__name__ for layer in built.layers] == kinds.split()
    assert [layer.rate for layer in built.layers if isinstance(layer, keras.layers.Dropout)] == [0.3, 0.3]
    dense = [layer for layer in built.layers if isinstance(layer, keras.layers.Dense)][:-1]
    assert {layer.activation.__name__ for layer in dense} == {"relu"}


def test_rescaling_and_dropout_are_there_only_when_asked_for() -> None:
    kinds = [type(layer).__name__ for layer in network(normalize=False).layers]
    assert "Rescaling" not in kinds
    assert "Dropout" not in kinds


def test_batch_normalisation_comes_after_each_convolution_its_pooling_and_relu() -> None:
    kinds = (
        "InputLayer Rescaling Cropping2D Conv2D MaxPooling2D ReLU BatchNormalization Conv2D MaxPooling2D ReLU "
        "BatchNormalization Conv2D ReLU BatchNormalization Identity Flatten Dense Dense"
    )
    normalized = network(batch_normalization=True)
    assert [type(layer).__name__ for layer in normalized.layers] == kinds.split()
    assert normalized.count_params() == network().count_params() + 4 * (32 + 64 + 128)


def test_rescaling_takes_pixels_to_0_to_1() -> None:
    plain, rescaled = network(normalize=False), network()
    rescaled.set_weights(plain.get_weights())
    pixels = np.random.default_rng(1).integers(0, 256, (2, *COLOUR)).astype(np.float32)
    np.testing.assert_allclose(rescaled(pixels), plain(pixels / 255), rtol=1e-4)


@pytest.mark.parametrize(
    ("task", "activation", "outputs"),
    [("binary", "sigmoid", 1), ("regression", "linear", 4), ("regression-all", "linear", 6), ("classes", "softmax", 2)],
)
def test_the_output_is_the_tasks(task: str, activation: str, outputs: int) -> None:
    built = network(task=task)
    assert built.output_shape == (None, outputs)
    assert built.layers[-1].activation.__name__ == activation


@pytest.mark.parametrize(("size", "seen"), [(62, 62), (63, 62), (64, 62), (65, 62), (66, 66)])
def test_only_what_no_output_depends_on_is_cut_off(size: int, seen: int) -> None:
    """As pooling would in the end, seen in a network without the cut: a pixel of the last rows changes nothing."""
    built, shape = network((size, size, 3)), (size, size, 3)
    first = next(layer for layer in built.layers if isinstance(layer, keras.layers.Conv2D))
    assert first.input.shape[1:] == (seen, seen, 3)
    uncut = keras.Sequential([keras.Input(shape), *(layer for layer in built.layers[1:] if "crop" not in layer.name)])
    pixels = np.random.default_rng(1).integers(0, 256, (2, *shape)).astype(np.float32)
    np.testing.assert_allclose(uncut(pixels), built(pixels), rtol=1e-5)
    changed = pixels.copy()
    changed[:, seen:], changed[:, :, seen:] = 255, 255
    np.testing.assert_allclose(built(changed), built(pixels), rtol=1e-5)
    changed[:, seen - 1], changed[:, :, seen - 1] = 255, 255
    assert not np.allclose(built(changed), built(pixels), rtol=1e-5)


def test_a_network_as_deep_as_params_yaml_allows_can_be_built() -> None:
    for changes in ({"filters": (8,) * 4}, {"kernel": 64, "filters": (8,)}, {"pool": 1, "filters": (8,) * 31}):
        side = params_with(model={"study": changes}).model.study.side_after_convolutions(64)
        assert side >= 1
        last = [layer for layer in network(**changes).layers if isinstance(layer, keras.layers.Conv2D)][-1]
        assert last.output.shape[1:3] == (side, side)


def residual(shape: tuple[int, int, int] = COLOUR, task: str = "binary", **changes: object) -> keras.Model:
    model = {"network": "residual", "dropout": 0.3, "residual": {"filters": [8, 16], "blocks": [1, 2]} | changes}
    return build_network(shape, TASKS[task], params_with(model=model).model)


@pytest.mark.parametrize("task", TASKS)
def test_the_residual_network_answers_every_task_of_every_image(task: str) -> None:
    for shape in (COLOUR, GREY, (9, 9, 3)):
        built = residual(shape, task)
        assert built.output_shape == (None, len(TASKS[task].targets))
        assert np.isfinite(built(np.zeros((2, *shape), np.float32))).all()


def test_the_residual_networks_parameters_are_those_of_its_blocks() -> None:
    def convolution(side: int, inputs: int, filters: int) -> int:
        return side**2 * inputs * filters + 4 * filters  # with the four numbers of its batch normalisation

    stem, first = convolution(3, 3, 8), 2 * convolution(3, 8, 8)
    second = convolution(3, 8, 16) + convolution(3, 16, 16) + convolution(1, 8, 16)
    assert residual().count_params() == stem + first + second + 2 * convolution(3, 16, 16) + 16 + 1


@pytest.mark.parametrize(("stem", "sides"), [(1, 32), (2, 16), (4, 8)])
def test_the_stem_and_each_stage_but_the_first_make_the_image_smaller(stem: int, sides: int) -> None:
    assert residual(stem=stem).get_layer(FEATURES).output.shape[1:] == (sides, sides, 16)


def test_a_block_adds_to_what_it_is_given() -> None:
    built = residual(filters=[8], blocks=[2])
    images = np.random.default_rng(1).integers(0, 256, (2, *COLOUR)).astype(np.float32)
    (first, second) = [layer for layer in built.layers if isinstance(layer, keras.layers.Add)]
    for layer in built.layers:
        if isinstance(layer, keras.layers.Conv2D) and "conv2d" in layer.name and layer is not built.layers[2]:
            layer.set_weights([np.zeros_like(weights) for weights in layer.get_weights()])
    stem = keras.Model(built.input, first.input[1])(images)
    assert np.abs(stem).max() > 0
    np.testing.assert_allclose(keras.Model(built.input, second.output)(images), stem, atol=1e-5)


OFF = {"rotation": 0.0, "flip": False, "contrast": 0.0, "zoom": 0.0, "shift": 0.0, "brightness": 0.0}
SEED = (3, 7)


def galaxies(count: int = 8, side: int = 32) -> np.ndarray:
    """Return smooth blobs off the centre, so that every turn, mirroring and zoom can be seen."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:side, :side] / side
    centres = rng.uniform(0.25, 0.75, (count, 3, 2))
    blobs = [[200 * np.exp(-((x - cx) ** 2 + 2 * (y - cy) ** 2) / 0.02) + 20 for cx, cy in c] for c in centres]
    return np.moveaxis(np.array(blobs), 1, -1).astype(np.uint8)


def changed(images: np.ndarray, seed: tuple[int, int] = SEED, **changes: object) -> np.ndarray:
    """Return `images` changed in the ways named only."""
    return augment(tf.constant(images), Augmentation(**OFF | changes), tf.constant(seed)).numpy()


ALL_ON = {"rotation": 1.0, "flip": True, "contrast": 0.5, "zoom": 0.25}


def test_the_same_seed_is_the_same_change_and_another_seed_another() -> None:
    images = galaxies()
    first = changed(images, **ALL_ON)
    assert first.dtype == np.float32
    assert first.shape == images.shape
    np.testing.assert_array_equal(first, changed(images, **ALL_ON))
    assert np.abs(first - changed(images, (3, 8), **ALL_ON)).mean() > 5


def test_with_everything_off_images_stay_as_they_are() -> None:
    np.testing.assert_allclose(changed(galaxies()), galaxies(), atol=0.01)


CHANGES = [
    {"rotation": 1.0},
    {"flip": True},
    {"contrast": 0.5},
    {"zoom": 0.25},
    {"shift": 0.1},
    {"brightness": 0.3},
]


@pytest.mark.parametrize("change", CHANGES)
def test_each_image_of_a_batch_is_changed_in_its_own_way(change: dict[str, object]) -> None:
    batch = np.repeat(galaxies(1), 16, axis=0)
    kinds = {image.round(2).tobytes() for image in changed(batch, **change)}
    assert len(kinds) == 4 if change == {"flip": True} else len(kinds) > 12


def test_flips_are_the_four_mirrorings_and_as_likely() -> None:
    image = galaxies(1)
    mirrored = [image[0], image[0, ::-1], image[0, :, ::-1], image[0, ::-1, ::-1]]
    batch = changed(np.repeat(image, 400, axis=0), flip=True)
    counts = [sum(np.allclose(result, one, atol=0.01) for result in batch) for one in mirrored]
    assert sum(counts) == 400
    assert min(counts) > 60


def turned(images: np.ndarray, quarters: float, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Turn all images by so many quarters of a full turn, instead of by chance."""
    with monkeypatch.context() as patch:
        patch.setattr(tf.random, "stateless_uniform", lambda shape, seed, low, high: tf.fill(shape, float(high)))
        return changed(images, rotation=quarters / 4)


def test_a_quarter_turn_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    images = galaxies()
    once = turned(images, 1, monkeypatch)
    quarter = [np.rot90(images, turns, axes=(1, 2)) for turns in (1, 3)]
    assert min(np.abs(once - one).max() for one in quarter) < 0.1
    np.testing.assert_allclose(turned(images, 2, monkeypatch), images[:, ::-1, ::-1], atol=0.1)


def test_a_round_galaxy_in_the_centre_stays_when_turned() -> None:
    y, x = np.mgrid[:33, :33] - 16
    round_galaxy = np.repeat(200 * np.exp(-(x**2 + y**2) / 60)[None, :, :, None], 16, axis=0)
    inside = np.hypot(x, y) <= 16  # corners come from outside the image
    assert np.abs(changed(round_galaxy, rotation=1.0) - round_galaxy)[:, inside].max() < 3


def test_turns_go_all_the_way_round_both_ways() -> None:
    spot = np.zeros((200, 33, 33, 1), np.uint8)
    spot[:, 16, 28] = 255
    y, x = np.mgrid[:33, :33] - 16
    light = changed(spot, rotation=1.0)[..., 0]
    angles = np.arctan2((light * y).sum(axis=(1, 2)), (light * x).sum(axis=(1, 2)))
    assert np.histogram(angles, 8, (-np.pi, np.pi))[0].min() > 8
    small = changed(spot, rotation=0.1)[..., 0]
    angles = np.arctan2((small * y).sum(axis=(1, 2)), (small * x).sum(axis=(1, 2)))
    assert 0.3 * np.pi * 0.6 < angles.max() < 0.2 * np.pi + 0.05
    assert -0.2 * np.pi - 0.05 < angles.min() < -0.3 * np.pi * 0.6


def test_zoom_enlarges_and_shrinks_up_to_its_share_about_the_centre() -> None:
    y, x = np.mgrid[:65, :65] - 32
    blob = np.repeat(250 * np.exp(-(x**2 + y**2) / (2 * 5**2))[None, :, :, None], 300, axis=0)
    light = changed(blob, zoom=0.25)[..., 0]
    assert np.abs(light[:, 32, 32] - 250).max() < 1
    widths = np.sqrt((light * x**2).sum(axis=(1, 2)) / light.sum(axis=(1, 2))) / 5
    assert 1 / 1.25 - 0.01 < widths.min() < 0.82
    assert 1.25 < widths.max() < 1 / 0.75 + 0.02


def test_what_comes_from_outside_the_image_is_its_reflection() -> None:
    light = changed(np.full((16, 32, 32, 1), 77, np.uint8), rotation=1.0, zoom=0.5)
    np.testing.assert_allclose(light, 77, atol=0.01)


def test_contrast_keeps_the_mean_of_each_channel_and_its_range() -> None:
    images = np.random.default_rng(1).integers(100, 156, (300, 8, 8, 3)).astype(np.uint8)
    light = changed(images, contrast=0.5)
    np.testing.assert_allclose(light.mean(axis=(1, 2)), images.mean(axis=(1, 2)), atol=0.01)
    factors = light.std(axis=(1, 2))[:, 0] / images.std(axis=(1, 2))[:, 0]
    assert 0.5 <= factors.min() < 0.52
    assert 1.48 < factors.max() <= 1.5


def test_shifts_go_all_ways_up_to_their_share_of_the_side() -> None:
    spot = np.zeros((300, 41, 41, 1), np.uint8)
    spot[:, 19:22, 19:22] = 255
    light = changed(spot, shift=0.25)[..., 0]
    y, x = np.mgrid[:41, :41] - 20
    for axis in (x, y):
        places = (light * axis).sum(axis=(1, 2)) / light.sum(axis=(1, 2))
        assert -0.25 * 41 - 0.01 <= places.min() < -8
        assert 8 < places.max() <= 0.25 * 41 + 0.01
        assert np.abs(np.histogram(places, 4, (-10.25, 10.25))[0] - 75).max() < 30


def test_brightness_multiplies_all_pixels_of_an_image_by_one_factor() -> None:
    images = np.random.default_rng(1).integers(50, 150, (300, 8, 8, 3)).astype(np.uint8)
    factors = changed(images, brightness=0.5) / images
    assert np.ptp(factors, axis=(1, 2, 3)).max() < 0.001
    assert 0.5 <= factors.min() < 0.52
    assert 1.48 < factors.max() <= 1.5


def test_shifts_and_brightness_leave_the_other_changes_as_they_are() -> None:
    others = {"rotation": 1.0, "flip": True, "zoom": 0.25}
    only_brighter = changed(galaxies(), brightness=0.2, **others) / np.maximum(changed(galaxies(), **others), 1)
    assert np.ptp(only_brighter, axis=(1, 2, 3)).max() < 0.05


def test_pixels_stay_between_0_and_255() -> None:
    images = np.random.default_rng(1).choice([0, 255], (50, 16, 16, 3)).astype(np.uint8)
    light = changed(images, rotation=1.0, flip=True, contrast=1.0, zoom=0.25, shift=0.1, brightness=1.0)
    assert light.min() >= 0
    assert light.max() <= 255


COUNT, BATCH = 23, 5
NUMBERED = np.arange(COUNT, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 1), np.uint8)
TARGETS = np.arange(COUNT, dtype=float)[:, None] / 10
SHARDS = [slice(0, 4), slice(4, 5), slice(5, 16), slice(16, COUNT)]
GALAXIES = LabelledGalaxies(tuple(Part(np.arange(COUNT)[rows], TARGETS[rows], NUMBERED[rows]) for rows in SHARDS))


def epochs(
    count: int, seed: int = 1, window: int = 2**20, **options: object
) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    """Return the batches of `count` epochs of 23 numbered galaxies."""
    batches = training_batches(GALAXIES, Shuffling(BATCH, seed, window), **options).as_numpy_iterator()
    return [[next(batches) for _ in range(-(-COUNT // BATCH))] for _ in range(count)]


def order(batches: Iterable[tuple[np.ndarray, np.ndarray]]) -> list[int]:
    return [int(image[0, 0, 0]) for images, _ in batches for image in images]


def test_every_epoch_has_every_galaxy_once_in_another_order() -> None:
    orders = [order(epoch) for epoch in epochs(4)]
    assert all(sorted(one) == list(range(COUNT)) for one in orders)
    assert len({tuple(one) for one in orders}) == 4
    assert list(range(COUNT)) not in orders


def test_the_last_batch_of_an_epoch_is_as_large_as_what_is_left() -> None:
    for epoch in epochs(2):
        assert [len(images) for images, _ in epoch] == [5, 5, 5, 5, 3]


def test_targets_stay_with_their_galaxies() -> None:
    for images, targets in (batch for epoch in epochs(2) for batch in epoch):
        np.testing.assert_allclose(targets[:, 0], images[:, 0, 0, 0] / 10, rtol=1e-6)


def test_the_same_seed_is_the_same_order_and_another_seed_another() -> None:
    first, same, other = ([order(epoch) for epoch in epochs(3, seed)] for seed in (1, 1, 2))
    assert first == same
    assert not any(one in first for one in other)


def test_an_epoch_is_the_same_whatever_epoch_the_dataset_begins_with() -> None:
    def noise(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return tf.cast(images, tf.float32) + tf.random.stateless_uniform(tf.shape(images), seed)

    whole, rest = epochs(4, augment=noise), epochs(2, first_epoch=2, augment=noise)
    for one, same in zip(whole[2] + whole[3], rest[0] + rest[1], strict=True):
        np.testing.assert_array_equal(one[0], same[0])
        np.testing.assert_array_equal(one[1], same[1])


def test_batches_of_all_epochs_are_augmented_by_seeds_of_their_own() -> None:
    def show_seed(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        return tf.zeros_like(images, tf.int64) + tf.reshape(seed, [1, 1, 2, 1])

    seeds = [tuple(images[0, 0, :, 0]) for epoch in epochs(3, augment=show_seed) for images, _ in epoch]
    assert len(set(seeds)) == 15


def test_batches_are_prepared_while_none_is_asked_for() -> None:
    prepared = threading.Semaphore(0)

    def note(images: np.ndarray) -> np.ndarray:
        prepared.release()
        return images

    def noted(images: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
        return tf.ensure_shape(tf.numpy_function(note, [images], tf.uint8), [None, 2, 2, 1])

    batches = training_batches(GALAXIES, Shuffling(BATCH, 1), augment=noted).as_numpy_iterator()
    next(batches)
    assert all(prepared.acquire(timeout=30) for _ in range(1 + AHEAD))
    assert not prepared.acquire(timeout=0.1)


def test_the_batches_after_an_error_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> Iterator[Batch]:
        yield NUMBERED[:BATCH], TARGETS[:BATCH]
        raise OSError("the disk is gone")

    monkeypatch.setattr(inputs, "_shuffled", failing)
    batches = training_batches(GALAXIES, Shuffling(BATCH, 1)).as_numpy_iterator()
    assert order([next(batches)]) == list(range(BATCH))
    with pytest.raises(tf.errors.UnknownError, match="the disk is gone"):
        next(batches)
    assert list(batches) == []


def test_two_iterators_of_one_dataset_have_the_same_batches() -> None:
    dataset = training_batches(GALAXIES, Shuffling(BATCH, 1))
    first, second = dataset.as_numpy_iterator(), dataset.as_numpy_iterator()
    in_turn = [(order([next(first)]), order([next(second)])) for _ in range(12)]
    assert all(one == same for one, same in in_turn)
    assert [one for one, _ in in_turn] == [order([batch]) for epoch in epochs(3) for batch in epoch][:12]


SMALL_WINDOW = 8 * NUMBERED[0].nbytes
"""Bytes that 8 galaxies fill."""


def test_galaxies_of_more_than_a_window_come_once_each_in_whole_batches() -> None:
    for epoch in epochs(4, window=SMALL_WINDOW):
        assert sorted(order(epoch)) == list(range(COUNT))
        assert [len(images) for images, _ in epoch] == [5, 5, 5, 5, 3]
        for images, targets in epoch:
            np.testing.assert_allclose(targets[:, 0], images[:, 0, 0, 0] / 10, rtol=1e-6)


def test_no_more_galaxies_are_held_than_fill_a_window_and_a_shard() -> None:
    reads, seen = [], 0

    @dataclass
    class Noted:
        """Images that note how many galaxies had been given out when they were read."""

        images: np.ndarray

        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            reads.append((len(self.images), seen))
            return self.images

    lazy = tuple(replace(part, images=Noted(part.images)) for part in GALAXIES.parts)
    for images, _ in inputs._shuffled(lazy, Shuffling(BATCH, 1, SMALL_WINDOW), np.random.default_rng(1)):
        seen += len(images)
    held = [sum(size for size, _ in reads[: number + 1]) - given for number, (_, given) in enumerate(reads)]
    assert sum(size for size, _ in reads) == COUNT
    assert max(held) <= 8 - 1 + max(len(part.ids) for part in GALAXIES.parts)


def test_validation_has_every_galaxy_once_in_order() -> None:
    batches = list(batches_in_order(GALAXIES, 6).as_numpy_iterator())
    assert order(batches) == list(range(COUNT))
    assert [len(images) for images, _ in batches] == [4, 1, 6, 5, 6, 1]
