"""Training: the same bytes every time, the best epoch's weights, and curves that grow with it."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from stages.galaxies.tasks import TASKS
from stages.network.training import train_network
from stages.params import Params
from tests.imports import ROOT
from tests.tiny_training import examples, tiny_params

SUMMARY = ["seconds", "epochs", "best_epoch", "images_per_second", "precision", "parameters"]


def train(curves: Path, params: Params, confused: bool = False) -> tuple[keras.Model, dict, pd.DataFrame]:
    """Train on 70 galaxies, validate on 40; return the network, the summary and the curves."""
    task = TASKS[params.labels.task]
    data = (examples(count, seed, task.name, confused) for count, seed in ((70, 1), (40, 2)))
    network, summary = train_network(*data, params, curves, curves.with_suffix(".npz"))
    return network, summary, pd.read_csv(curves)


def test_the_same_parameters_are_the_same_bytes_in_another_process_and_another_seed_others(tmp_path: Path) -> None:
    orders = {"one": ["1"], "two": ["2", "1"]}  # the second process has trained before
    running = [
        subprocess.Popen([sys.executable, "-m", "tests.tiny_training", str(tmp_path / name), *seeds], cwd=ROOT)
        for name, seeds in orders.items()
    ]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    one, two, other = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one" / "1", tmp_path / "two" / "1", tmp_path / "two" / "2")
    )
    assert sorted(one) == ["curves.csv", "model/model.json", "model/model.keras"]
    assert one == two
    assert one["model/model.keras"] != other["model/model.keras"]
    assert one["curves.csv"] != other["curves.csv"]


def test_the_network_learns_what_is_there_to_learn(tmp_path: Path) -> None:
    params = tiny_params(training={"epochs": 12, "learning_rate": 0.01})
    network, _, curves = train(tmp_path / "curves.csv", params)
    assert curves["val_auc"].max() > 0.95
    assert curves["loss"].iloc[-1] < 0.5 * curves["loss"].iloc[0]
    test = examples(60, 3)
    outputs = network.predict(test.images, verbose=0)
    assert ((outputs > 0.5) == test.targets).mean() > 0.9


@pytest.mark.parametrize(("task", "seed"), [("binary", 5), ("regression", 1)])
def test_the_weights_kept_are_those_of_the_best_epoch(task: str, seed: int, tmp_path: Path) -> None:
    params = tiny_params(task, training={"epochs": 8, "learning_rate": 0.01, "seed": seed})
    network, summary, curves = train(tmp_path / "curves.csv", params, confused=True)
    best = curves["val_auc"].idxmax() if task == "binary" else curves["val_loss"].idxmin()
    assert task == "regression" or best != curves["val_loss"].idxmin(), "AUC and loss agree: this shows nothing"
    assert summary["best_epoch"] == curves["epoch"][best] < 8, "nothing to keep: the last epoch was the best"
    validation = examples(40, 2, task, confused=True)
    outputs = network.predict(validation.images, verbose=0)
    if task == "binary":
        auc = keras.metrics.AUC()
        auc.update_state(validation.targets, outputs)
        assert float(auc.result()) == pytest.approx(curves["val_auc"][best], abs=1e-5)
    else:
        assert np.mean((outputs - validation.targets) ** 2) == pytest.approx(curves["val_loss"][best], rel=1e-4)


@pytest.mark.parametrize("task", ["binary", "regression", "regression-all"])
def test_curves_have_a_row_an_epoch_counted_from_1(task: str, tmp_path: Path) -> None:
    _, summary, curves = train(tmp_path / "curves.csv", tiny_params(task, training={"epochs": 3}))
    assert curves["epoch"].tolist() == [1, 2, 3]
    scores = {"loss", "accuracy"} | ({"auc"} if task == "binary" else set())
    assert set(curves.columns) == {"epoch"} | scores | {f"val_{name}" for name in scores}
    assert curves.notna().all(axis=None)
    assert list(summary) == SUMMARY
    assert summary["epochs"] == 3
    assert summary["precision"] == "float32"
    assert summary["parameters"] == (9 * 4 + 4) + (9 * 4 * 8 + 8) + (9 * 9 * 8 * 8 + 8) + 9 * len(TASKS[task].targets)


def test_curves_are_there_while_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []

    class Watch(keras.callbacks.EarlyStopping):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            rows.append(len((tmp_path / "curves.csv").read_text().splitlines()))

    monkeypatch.setattr(keras.callbacks, "EarlyStopping", Watch)
    train(tmp_path / "curves.csv", tiny_params(training={"epochs": 3}))
    assert rows == [0, 2, 3]


RESUMED = {"model": {"augment": True, "dropout": 0.3}, "training": {"epochs": 5, "learning_rate": 0.01}}


def interrupt(monkeypatch: pytest.MonkeyPatch, epoch: int, batch: int | None = None) -> list[int]:
    """Make the next trainings end like Ctrl-C in a batch of an epoch, or at its end; return the epochs they began."""
    began = []

    class Interrupting(keras.callbacks.EarlyStopping):
        def on_epoch_begin(self, current: int, logs: dict | None = None) -> None:
            began.append(current)

        def on_train_batch_end(self, current: int, logs: dict | None = None) -> None:
            if began[-1] == epoch and current == batch:
                raise KeyboardInterrupt

        def on_epoch_end(self, current: int, logs: dict | None = None) -> None:
            if current == epoch and batch is None:
                raise KeyboardInterrupt
            super().on_epoch_end(current, logs)

    monkeypatch.setattr(keras.callbacks, "EarlyStopping", Interrupting)
    return began


@pytest.mark.parametrize(("epoch", "batch"), [(0, 2), (1, None), (3, 0), (4, 4)])
def test_a_stopped_training_goes_on_from_its_last_whole_epoch_to_the_same_weights(
    epoch: int, batch: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = tiny_params(**RESUMED)
    undisturbed, expected, _ = train(tmp_path / "undisturbed.csv", params)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupt(patch, epoch, batch)
        train(tmp_path / "curves.csv", params)
    (tmp_path / "curves.csv").unlink()  # as DVC does before a stage
    with monkeypatch.context() as patch:
        began = interrupt(patch, epoch=-1)
        network, summary, _ = train(tmp_path / "curves.csv", params)
    assert began == list(range(epoch, 5))
    assert (tmp_path / "curves.csv").read_bytes() == (tmp_path / "undisturbed.csv").read_bytes()
    for weights, same in zip(network.get_weights(), undisturbed.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, same)
    for key in ("epochs", "best_epoch", "parameters"):
        assert summary[key] == expected[key]


def test_a_training_that_had_ended_is_not_trained_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = tiny_params(training={"epochs": 40, "learning_rate": 0.01, "early_stopping": 2})
    undisturbed, expected, _ = train(tmp_path / "curves.csv", params, confused=True)
    began = interrupt(monkeypatch, epoch=-1)
    network, summary, _ = train(tmp_path / "curves.csv", params, confused=True)
    assert began == []
    assert summary["epochs"] == expected["epochs"]
    for weights, same in zip(network.get_weights(), undisturbed.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, same)


@pytest.mark.parametrize("confused", [False, True])
def test_other_parameters_or_galaxies_start_afresh(
    confused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tmp_path / "curves.csv", tiny_params())
    began = interrupt(monkeypatch, epoch=-1)
    seed = 1 if confused else 2
    train(tmp_path / "curves.csv", tiny_params(training={"seed": seed}), confused)
    assert began == [0, 1]


def test_training_stops_early_when_validation_gets_no_better(tmp_path: Path) -> None:
    params = tiny_params(training={"epochs": 40, "learning_rate": 0.01, "early_stopping": 2})
    _, summary, curves = train(tmp_path / "curves.csv", params, confused=True)
    assert summary["epochs"] == len(curves) == summary["best_epoch"] + 2 < 40


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "nadam", "rmsprop", "sgd"])
def test_every_optimizer_of_params_yaml_trains(optimizer: str, tmp_path: Path) -> None:
    params = tiny_params(training={"epochs": 1, "optimizer": optimizer})
    assert train(tmp_path / "curves.csv", params)[1]["epochs"] == 1


def test_a_network_trained_in_bfloat16_comes_back_in_float32(tmp_path: Path) -> None:
    network, summary, _ = train(tmp_path / "curves.csv", tiny_params(training={"precision": "bfloat16"}))
    assert summary["precision"] == "bfloat16"
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    assert network.predict(examples(3, 3).images, verbose=0).dtype == np.float32


def test_precision_auto_is_one_that_there_is(tmp_path: Path) -> None:
    summary = train(tmp_path / "curves.csv", tiny_params(training={"precision": "auto", "epochs": 1}))[1]
    assert summary["precision"] in ("float32", "bfloat16")
