"""Training: the same bytes every time, the best epoch's weights, and curves that grow with it."""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tests.data.surveys import TASKS
from tests.data.tiny_training import SIDE, examples, tiny_params, train_and_save
from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part, StoredImages
from tuning_fork.galaxies.shards import write_shard
from tuning_fork.networks.building import least_memory
from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.params_yaml import Params
from tuning_fork.training import loop as training
from tuning_fork.training.batches import batches_in_order
from tuning_fork.training.checkpoint import fingerprint
from tuning_fork.training.loop import Examples, Files, train_network
from tuning_fork.training.optimizer import Adam, chosen_optimizer

SUMMARY = ["epochs", "best_epoch", "precision", "parameters"]


def train(
    curves: Path, params: Params, confused: bool = False, watched: keras.callbacks.Callback | None = None
) -> tuple[keras.Model, dict, pd.DataFrame]:
    """Train on 67 galaxies, validate on 40, `watched` by a callback; return the network, the summary and the curves."""
    task = TASKS[params.labels.task]
    data = Examples(*(examples(count, seed, task.name, confused) for count, seed in ((67, 1), (40, 2))))
    trained = train_network(data, task, params, Files(curves, curves.with_suffix("")), [watched] if watched else [])
    return trained.network, trained.summary, pd.read_csv(curves)


class Undisturbed(NamedTuple):
    """What a training without a stop gave, which several tests look at."""

    network: keras.Model
    summary: dict
    curves: pd.DataFrame
    file: bytes
    """The content of curves.csv."""
    rows: list[int]
    """The lines of curves.csv when each epoch began."""


@cache
def train_undisturbed(params: Params) -> Undisturbed:
    """Train without a stop, once for all tests that ask for it."""
    with TemporaryDirectory() as folder:
        path, rows = Path(folder) / "curves.csv", []
        watch = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda *_: rows.append(len(path.read_text().splitlines()))
        )
        network, summary, curves = train(path, params, watched=watch)
        return Undisturbed(network, summary, curves, path.read_bytes(), rows)


def outputs_and_targets(network: keras.Model, galaxies: LabelledGalaxies) -> tuple[np.ndarray, np.ndarray]:
    """Return what the network says of all galaxies, and what it should say."""
    return network.predict(batches_in_order(galaxies, 256), verbose=0), galaxies.targets


def test_the_same_parameters_are_the_same_bytes_in_another_process_and_another_seed_others(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.data.tiny_training", str(tmp_path / "one"), "1"]
    with subprocess.Popen(command, cwd=ROOT) as another:
        for seed in (2, 1):  # this process has trained before
            train_and_save(tmp_path / "two" / str(seed), seed)
    assert another.returncode == 0
    one, two, other = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one" / "1", tmp_path / "two" / "1", tmp_path / "two" / "2")
    )
    assert sorted(one) == ["curves.csv", "model/model.json", "model/model.keras", "model/usual_galaxies.npz"]
    assert one == two
    assert one["model/model.keras"] != other["model/model.keras"]
    assert one["curves.csv"] != other["curves.csv"]


def test_a_terminal_is_shown_how_far_a_training_is_and_a_pipe_its_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    train(tmp_path / "curves.csv", tiny_params())
    shown = capsys.readouterr().out
    assert "Training, epoch 1 of 2:   0%|" in shown
    assert "Training, epoch 2 of 2: 100%|" in shown
    assert ", val_auc 0." in shown
    assert "Epoch 1/2" not in shown
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    train(tmp_path / "again.csv", tiny_params())
    shown = capsys.readouterr().out
    assert "Epoch 2/2\n" in shown
    assert "%|" not in shown


SOON_LEARNT = {"training": {"epochs": 8, "learning_rate": 0.01}}


def test_the_network_learns_what_is_there_to_learn() -> None:
    network, _, curves, *_ = train_undisturbed(tiny_params(**SOON_LEARNT))
    assert curves["val_auc"].max() > 0.95
    assert curves["loss"].iloc[-1] < 0.5 * curves["loss"].iloc[0]
    outputs, targets = outputs_and_targets(network, examples(60, 3))
    assert roc_auc_score(targets, outputs) > 0.95


@pytest.mark.parametrize("likelihood", [False, True])
def test_the_votes_are_learnt_by_either_loss(likelihood: bool, tmp_path: Path) -> None:
    training = {"epochs": 12, "learning_rate": 0.01, "likelihood": likelihood}
    network, _, curves = train(tmp_path / "curves.csv", tiny_params("votes", training=training))
    outputs, targets = outputs_and_targets(network, examples(200, 3, "votes"))
    error, of_the_mean = (np.nanmean((targets - one) ** 2, axis=0) for one in (outputs, np.nanmean(targets, axis=0)))
    assert error[0] < 0.5 * of_the_mean[0], "how smooth a galaxy is, is there to see"
    assert error.mean() < of_the_mean.mean()
    assert np.allclose(curves["val_mse"], curves["val_loss"], rtol=1e-5) == (not likelihood)


@pytest.mark.parametrize(("task", "seed"), [("binary", 5), ("regression", 2)])
def test_the_weights_kept_are_those_of_the_best_epoch(task: str, seed: int, tmp_path: Path) -> None:
    params = tiny_params(task, training={"epochs": 8, "learning_rate": 0.01, "seed": seed})
    network, summary, curves = train(tmp_path / "curves.csv", params, confused=True)
    best = curves["val_auc"].idxmax() if task == "binary" else curves["val_loss"].idxmin()
    assert task == "regression" or best != curves["val_loss"].idxmin(), "AUC and loss agree: this shows nothing"
    assert summary["best_epoch"] == curves["epoch"][best] < 8, "nothing to keep: the last epoch was the best"
    outputs, targets = outputs_and_targets(network, examples(40, 2, task, confused=True))
    if task == "binary":
        auc = keras.metrics.AUC()
        auc.update_state(targets, outputs)
        assert float(auc.result()) == pytest.approx(curves["val_auc"][best], abs=1e-5)
    else:
        assert np.mean((outputs - targets) ** 2) == pytest.approx(curves["val_loss"][best], rel=1e-4)


THREE_EPOCHS = {"training": {"epochs": 3}}


@pytest.mark.parametrize("task", TASKS)
def test_curves_have_a_row_an_epoch_counted_from_1(task: str) -> None:
    _, summary, curves, file, _ = train_undisturbed(tiny_params(task, **THREE_EPOCHS))
    assert curves["epoch"].tolist() == [1, 2, 3]
    scores = {"loss", "accuracy"} | {"binary": {"auc"}, "votes": {"mse"}}.get(task, set())
    assert set(curves.columns) == {"epoch"} | scores | {f"val_{name}" for name in scores}
    assert curves.notna().all(axis=None)
    assert b"\r" not in file
    assert list(summary) == SUMMARY
    assert summary["epochs"] == 3
    assert summary["precision"] == "float32"
    last = 9 * len(TASKS[task].targets) + (37 * 37 if task == "votes" else 0)  # down the tree
    assert summary["parameters"] == (9 * 4 + 4) + (9 * 4 * 8 + 8) + (9 * 9 * 8 * 8 + 8) + last


def test_curves_are_there_while_training_goes_on() -> None:
    assert train_undisturbed(tiny_params(**THREE_EPOCHS)).rows == [0, 2, 3]


ONE_BY_ONE = 4
"""Batch size that makes 17 steps of 67 galaxies: a prime, so that each ends in Python and can be interrupted there."""
RESUMED = {
    "model": {"augment": True, "dropout": 0.3, "study": {"batch_normalization": True}},
    "training": {"epochs": 5, "batch_size": ONE_BY_ONE, "learning_rate": 0.01, "schedule": "cosine"},
}


class Interrupt(keras.callbacks.Callback):
    """Ends a training like Ctrl-C in a batch of an epoch, or at its end, and notes the epochs that `began`."""

    def __init__(self, epoch: int | None = None, batch: int | None = None) -> None:
        super().__init__()
        self.epoch, self.batch, self.began = epoch, batch, []

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note it."""
        self.began.append(epoch)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """End there, if that is the batch."""
        if self.began[-1] == self.epoch and batch == self.batch:
            raise KeyboardInterrupt

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """End there, if that is the epoch."""
        if epoch == self.epoch and self.batch is None:
            raise KeyboardInterrupt


def interrupted(curves: Path, params: Params, epoch: int, batch: int | None = None) -> list[int]:
    """Train until then, and return the epochs that began."""
    watched = Interrupt(epoch, batch)
    with pytest.raises(KeyboardInterrupt):
        train(curves, params, watched=watched)
    return watched.began


AVERAGED = RESUMED | {
    "model": {"network": "residual", "augment": True, "dropout": 0.3, "residual": {"filters": [4], "blocks": [1]}},
    "training": RESUMED["training"] | {"averaging": 0.9, "weight_decay": 0.01, "label_smoothing": 0.1},
    "augmentation": {"shift": 0.1, "brightness": 0.1},
}
TWO_EPOCHS_AVERAGED = AVERAGED | {"training": AVERAGED["training"] | {"epochs": 2}}
VOTES = RESUMED | {
    "labels": {"task": "votes", "confidence": 0.0},
    "training": RESUMED["training"] | {"epochs": 3, "label_smoothing": 0.1, "likelihood": True},
}


@pytest.mark.parametrize(
    ("stops", "changes"),
    [
        ([(0, 2), (1, None), (3, 0), (4, 16)], RESUMED),
        ([(0, 2), (3, 5)], AVERAGED),
        ([(1, 2)], VOTES),
    ],
    ids=["usual", "averaged", "votes"],
)
def test_a_stopped_training_goes_on_from_its_last_whole_epoch_to_the_same_weights(
    stops: list[tuple[int, int | None]], changes: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    """However often it is stopped: in a batch of an epoch, or at the end of one before that is kept."""
    params, curves = tiny_params(**changes), tmp_path / "curves.csv"
    whole = 0
    for epoch, batch in stops:
        assert interrupted(curves, params, epoch, batch) == list(range(whole, epoch + 1))
        curves.unlink()  # as DVC does before a stage
        whole = epoch
    undisturbed, watched = train_undisturbed(params), Interrupt()
    network, summary, _ = train(curves, params, watched=watched)
    assert watched.began == list(range(whole, params.training.epochs))
    assert curves.read_bytes() == undisturbed.file
    assert_same_weights(network, undisturbed.network)
    for key in ("epochs", "best_epoch", "parameters"):
        assert summary[key] == undisturbed.summary[key]


def assert_same_weights(one: keras.Model, other: keras.Model) -> None:
    """Check that two networks are the same, bit by bit."""
    for weights, same in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, same)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what a training leaves that is stopped after two epochs. Leave it as it is."""
    folder = tmp_path_factory.mktemp("stopped")
    interrupted(folder / "curves.csv", tiny_params(**THREE_EPOCHS), epoch=2)
    return folder


DAMAGE = {"empty": lambda whole: b"", "beginning": lambda whole: whole[:1000], "zeros": lambda whole: bytes(len(whole))}


@pytest.mark.parametrize(("whole", "began"), [(False, [0, 1, 2]), (True, [2])])
def test_states_lost_with_the_machines_power_are_passed_over(
    whole: bool, began: list[int], stopped: Path, tmp_path: Path
) -> None:
    """Of states that look newer, each damaged in its way, none is taken: the last whole one is, or none."""
    params, watched = tiny_params(**THREE_EPOCHS), Interrupt()
    shutil.copytree(stopped, tmp_path, dirs_exist_ok=True)
    state = tmp_path / "curves/2.npz"
    content = state.read_bytes()
    for number, damaged in enumerate(DAMAGE.values(), start=3):
        (tmp_path / f"curves/{number}.npz").write_bytes(damaged(content))
    if not whole:
        state.unlink()
    network, _, _ = train(tmp_path / "curves.csv", params, watched=watched)
    assert watched.began == began
    assert_same_weights(network, train_undisturbed(params).network)
    assert [path.name for path in (tmp_path / "curves").iterdir()] == ["3.npz"]


def test_training_stops_early_when_validation_gets_no_better_and_is_not_trained_on(tmp_path: Path) -> None:
    params, watched = tiny_params(training={"epochs": 40, "learning_rate": 0.01, "early_stopping": 2}), Interrupt()
    ended, expected, curves = train(tmp_path / "curves.csv", params, confused=True)
    assert expected["epochs"] == len(curves) == expected["best_epoch"] + 2 < 40
    network, summary, _ = train(tmp_path / "curves.csv", params, confused=True, watched=watched)
    assert watched.began == []
    assert summary["epochs"] == expected["epochs"]
    assert_same_weights(network, ended)


@pytest.mark.parametrize("confused", [False, True])
def test_other_parameters_or_galaxies_start_afresh(confused: bool, stopped: Path, tmp_path: Path) -> None:
    shutil.copytree(stopped, tmp_path, dirs_exist_ok=True)
    watched, seed = Interrupt(epoch=0, batch=4), 1 if confused else 2
    params = tiny_params(training=THREE_EPOCHS["training"] | {"seed": seed})
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "curves.csv", params, confused, watched)
    assert watched.began == [0]


def test_another_architectures_parameters_are_no_other_training(tmp_path: Path) -> None:
    params, galaxies = tiny_params(), examples(4, 1)
    tables = params.model.networks
    for name in tables:
        model = params.model.model_copy(update={name: tables[name].model_copy(update={"filters": (2, 2)})})
        is_same = fingerprint(params.model_copy(update={"model": model}), galaxies) == fingerprint(params, galaxies)
        assert is_same == (name != params.model.network)


def one_epoch(optimizer: str, decay: float = 0.0) -> Params:
    """Return parameters of a training of one epoch by an optimizer."""
    return tiny_params(training={"epochs": 1, "optimizer": optimizer, "learning_rate": 0.01, "weight_decay": decay})


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "nadam", "rmsprop", "sgd"])
def test_every_optimizer_of_params_yaml_trains(optimizer: str) -> None:
    assert train_undisturbed(one_epoch(optimizer)).summary["epochs"] == 1


def test_a_network_trained_in_bfloat16_comes_back_in_float32(tmp_path: Path) -> None:
    network, summary, _ = train(tmp_path / "curves.csv", tiny_params(training={"precision": "bfloat16"}))
    assert summary["precision"] == "bfloat16"
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    assert outputs_and_targets(network, examples(3, 3))[0].dtype == np.float32


@pytest.mark.parametrize(
    "changes",
    [
        {"filters": [4096, 4096], "dense": [65_536, 65_536, 65_536]},
        {"filters": [4096], "kernel": 1, "dense": [65_536, 4096, 65_536]},
    ],
)
def test_a_network_that_cannot_fit_is_refused_by_name(
    changes: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "memory", lambda: 32 * 10**9)
    said = r"^params.yaml: model.study, training.batch_size: this network needs at least .* GB of memory"
    with pytest.raises(UserError, match=rf"{said}, and this machine has 32 GB: make one of them smaller$"):
        train(tmp_path / "curves.csv", tiny_params(model={"study": changes}))


def test_the_memory_that_a_network_needs_grows_with_its_weights_and_the_batch() -> None:
    task, model = TASKS["binary"], tiny_params().model
    weights = (9 * 4 + 4) + (9 * 4 * 8 + 8) + (9 * 9 * 8 * 8 + 8) + (8 + 1)
    assert least_memory((SIDE, SIDE, 1), task, model, 0) == 16 * weights
    outputs = 22 * 22 * 4 + 9 * 9 * 8 + 8 + 1
    assert least_memory((SIDE, SIDE, 1), task, model, 100) == 16 * weights + 100 * 2 * outputs


def test_precision_auto_is_one_that_there_is(tmp_path: Path) -> None:
    summary = train(tmp_path / "curves.csv", tiny_params(training={"precision": "auto", "epochs": 1}))[1]
    assert summary["precision"] in ("float32", "bfloat16")


def test_images_on_disk_are_the_same_training_as_images_in_memory(tmp_path: Path) -> None:
    params = tiny_params(model={"augment": True})
    in_memory = [examples(67, 1), examples(40, 2)]
    stored = [stored_in(tmp_path / name, split) for name, split in zip(("one", "two"), in_memory, strict=True)]
    first, second = (
        train_network(
            Examples(*splits), TASKS["binary"], params, Files(tmp_path / f"{number}.csv", tmp_path / f"{number}")
        )
        for number, splits in enumerate((in_memory, stored))
    )
    assert_same_weights(first.network, second.network)


def stored_in(folder: Path, galaxies: LabelledGalaxies) -> LabelledGalaxies:
    """Write the images to shards, in reverse, and return the same galaxies with their images on disk."""
    parts = []
    for number, part in enumerate(galaxies.parts):
        write_shard(folder, number, part.ids[::-1], part.images[::-1])
        rows = np.arange(len(part.ids))[::-1]
        images = StoredImages(folder / f"shard-{number:05}.npz", rows, galaxies.shape)
        parts.append(replace(part, images=images))
    return LabelledGalaxies(tuple(parts))


ON_DEVICES = """
import sys
from pathlib import Path
from tuning_fork.networks.quiet_tensorflow import tf
from tests.pipeline.training import test_training
from tests.data.tiny_training import tiny_params

devices = int(sys.argv[1])
processor = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * devices)
assert isinstance(test_training.training._strategy(), tf.distribute.MirroredStrategy) == (devices > 1)
for folder in map(Path, sys.argv[2:]):
    folder.mkdir()
    if folder.name == "train":
        test_training.train(folder / "curves.csv", tiny_params(**test_training.SOON_LEARNT))
    elif folder.name == "resume":
        test_training.test_a_stopped_training_goes_on_from_its_last_whole_epoch_to_the_same_weights(
            [(1, 0)], test_training.TWO_EPOCHS_AVERAGED, folder
        )
    else:
        test_training.train_on_a_failing_disk(folder)
    (folder / "done").touch()
"""


def on_devices(folder: Path, devices: int, *what: str) -> subprocess.CompletedProcess[str]:
    """Do each of `what` in a folder of its name: train, resume (a stopped training), fail (for want of data).

    It runs in a process that sees its processor as so many devices, and must come to its end. Several devices cannot
    train networks of different forms one after the other.
    """
    command = [sys.executable, "-c", ON_DEVICES, str(devices), *(str(folder / one) for one in what)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=400, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def two_devices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Give the folder in which two devices trained and failed, and how their process ended."""
    folder = tmp_path_factory.mktemp("devices")
    return folder, on_devices(folder, 2, "train", "fail")


def test_two_devices_train_as_one_does(two_devices: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, ended = two_devices
    assert (folder / "train/done").exists(), ended.stderr
    two = pd.read_csv(folder / "train/curves.csv")
    assert not isinstance(training._strategy(), tf.distribute.MirroredStrategy), "this process has one device"
    one = train_undisturbed(tiny_params(**SOON_LEARNT)).curves
    assert one["val_auc"].max() > 0.95
    for score in ("val_accuracy", "val_auc", "val_loss"):
        np.testing.assert_allclose(two[score], one[score], atol=0.02)


def test_two_devices_go_on_where_they_were_stopped(tmp_path: Path) -> None:
    ended = on_devices(tmp_path, 2, "resume")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "resume/done").exists()


def train_on_a_failing_disk(folder: Path) -> None:
    """Train on shards that are slow to read, and in the second epoch cannot be read at all."""
    reads = 0

    class Failing:
        """Images on such a disk."""

        def __init__(self, images: np.ndarray) -> None:
            self.images, self.shape = images, images.shape

        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            nonlocal reads
            reads += 1
            if reads > 6:
                raise OSError("the disk is gone")
            time.sleep(0.1)
            return self.images

    on_disk = [replace(part, images=Failing(part.images)) for part in examples(67, 1).parts]
    files, galaxies = Files(folder / "curves.csv", folder / "kept"), LabelledGalaxies(tuple(on_disk))
    splits = Examples(galaxies, examples(40, 2))
    train_network(splits, TASKS["binary"], tiny_params(training={"epochs": 9}), files)


def test_a_training_whose_data_cannot_be_read_ends_with_the_error(
    two_devices: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    for folder, ended in (two_devices, (tmp_path, on_devices(tmp_path, 1, "fail"))):
        assert (folder / "fail").exists() and not (folder / "fail/done").exists()
        assert ended.returncode == 1
        assert "OSError: the disk is gone" in ended.stderr


ASKED_AT_THE_END = """
import time
import numpy as np
from tuning_fork.networks.quiet_tensorflow import tf
from tuning_fork.training.prepared_batches import PreparedAhead

class Slow(PreparedAhead):
    def _next(self, number):
        time.sleep(0.3)
        return super()._next(number)

batch = np.zeros((1, 1)), np.zeros((1, 1), np.float32)
prepared = Slow(lambda number: iter([batch] * 9), batch)
numbers = tf.data.Dataset.counter()
batches = numbers.map(lambda number: tf.numpy_function(prepared.batch, [number], [tf.float64, tf.float32]))
iterator = iter(batches.prefetch(2))
next(iterator)
raise SystemExit("it ended")
"""


def test_a_process_ends_though_a_thread_still_asks_for_batches() -> None:
    command = [sys.executable, "-c", ASKED_AT_THE_END]
    ended = subprocess.run(command, cwd=ROOT, check=False, timeout=60, stderr=subprocess.PIPE, text=True)
    assert "it ended" in ended.stderr


def test_averaged_weights_are_the_averages_of_the_steps(tmp_path: Path) -> None:
    """Of one epoch in which each step's weights are noted, with what Keras's definition makes of them."""
    params = tiny_params(training={"epochs": 1, "batch_size": ONE_BY_ONE, "averaging": 0.7})
    steps: list[list[np.ndarray]] = []
    watch = keras.callbacks.LambdaCallback(
        on_train_begin=lambda *_, **__: steps.append(watch.model.get_weights()),
        on_train_batch_end=lambda *_, **__: steps.append(watch.model.get_weights()),
    )
    network, _, _ = train(tmp_path / "curves.csv", params, watched=watch)
    averages = steps[0]
    for weights in steps[1:]:
        averages = [0.7 * average + 0.3 * one for average, one in zip(averages, weights, strict=True)]
    for found, average, last in zip(network.get_weights(), averages, steps[-1], strict=True):
        np.testing.assert_allclose(found, average, atol=1e-5)
        assert np.abs(found - last).max() > 1e-5


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_weight_decay_shrinks_weights_but_for_biases(optimizer: str) -> None:
    ends = [train_undisturbed(one_epoch(optimizer, decay)).network for decay in (0.0, 0.9)]
    sizes = [[np.linalg.norm(layer.kernel) for layer in one.layers if hasattr(layer, "kernel")] for one in ends]
    assert (np.array(sizes[1]) < 0.99 * np.array(sizes[0])).all()
    excluded = chosen_optimizer(tiny_params(training={"weight_decay": 0.1}).training, 9)
    excluded.build(ends[0].trainable_variables)
    decayed = [variable.name for variable in ends[0].trainable_variables if excluded._use_weight_decay(variable)]
    assert set(decayed) == {"kernel"}


@pytest.mark.parametrize(
    ("task", "smoothed"), [("binary", [0.05, 0.95]), ("regression", None), ("classes", None), ("votes", None)]
)
def test_label_smoothing_spreads_a_share_of_the_targets_over_the_classes(
    task: str, smoothed: list[float] | None
) -> None:
    galaxies = examples(30, 1, task)
    targets = galaxies.smoothed(0.1, TASKS[task].undecided).targets
    if smoothed:
        assert set(targets.ravel().round(6)) == set(smoothed)
    else:
        np.testing.assert_allclose(targets, 0.9 * galaxies.targets + 0.1 * TASKS[task].undecided)
        first = slice(len(TASKS[task].classes))  # of all classes, or of the answers to the first question
        np.testing.assert_allclose(targets[:, first].sum(axis=1), 1)


def test_class_weights_make_a_rare_class_count_as_much_as_the_others(tmp_path: Path) -> None:
    """Of images that tell nothing, a network learns how frequent the classes are, or are made to be."""
    targets = np.eye(2)[(np.arange(200) % 10 == 0).astype(int)]
    galaxies = LabelledGalaxies((Part(np.arange(200), targets, np.full((200, SIDE, SIDE, 1), 99, np.uint8)),))
    for weighs, frequency in ((False, 0.1), (True, 0.5)):
        changes = {"epochs": 10, "batch_size": 20, "learning_rate": 0.02, "class_weights": weighs}
        files = Files(tmp_path / f"{weighs}.csv", tmp_path / f"{weighs}")
        params = tiny_params("classes", training=changes)
        network = train_network(Examples(galaxies, galaxies), TASKS["classes"], params, files).network
        said = network.predict(batches_in_order(galaxies, 256), verbose=0)
        if weighs:
            assert frequency - 0.2 < said[0, 1] < frequency + 0.2
        else:
            assert said[0, 1] == pytest.approx(frequency, abs=0.05)


def test_the_cosine_schedule_warms_up_and_goes_down_to_nothing() -> None:
    optimizer = chosen_optimizer(tiny_params(training={"schedule": "cosine", "learning_rate": 0.01}).training, 200)
    rates = [float(optimizer._learning_rate(step)) for step in range(201)]
    assert rates[0] == 0
    assert np.argmax(rates) == 20
    assert max(rates) == pytest.approx(0.01)
    assert rates[110] == pytest.approx(0.005, rel=0.01)
    assert rates[200] == pytest.approx(0, abs=1e-6)
    assert (np.diff(rates[20:]) < 0).all()


def test_adam_takes_the_steps_of_keras_adam() -> None:
    start = np.random.default_rng(1).normal(size=(30, 20)).astype(np.float32)
    ends = []
    for kind in (Adam, keras.optimizers.Adam):
        optimizer, variable = kind(0.01), keras.Variable(start)
        for step in range(5):
            optimizer.apply([np.float32(0.3 * step) * variable - np.float32(0.1)], [variable])
        ends.append(variable.numpy())
    np.testing.assert_allclose(*ends, atol=1e-6)
    assert np.abs(ends[0] - start).mean() > 0.01
