"""Training: the loss and scores of a task, the epoch to keep, and the curves."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tuning_fork.core.errors import UserError
from tuning_fork.core.machine import memory
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.networks.building import build_network, least_memory
from tuning_fork.networks.heads import head_of
from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.params.training import Training
from tuning_fork.params_yaml import Params
from tuning_fork.tasks.task import Task
from tuning_fork.training.augmentation import augment
from tuning_fork.training.batches import Shuffling, batches_in_order, training_batches
from tuning_fork.training.checkpoint import Checkpoint, fingerprint
from tuning_fork.training.class_weights import class_weights
from tuning_fork.training.optimizer import AveragedWeights, chosen_optimizer, is_one_device
from tuning_fork.training.precision import chosen_precision
from tuning_fork.training.progress import CurvesFile, TrainingBar
from tuning_fork.training.start import network_to_train


class Examples(NamedTuple):
    """The galaxies that are learnt from, and those by which the best epoch is known."""

    training: LabelledGalaxies
    validation: LabelledGalaxies


class Files(NamedTuple):
    """What a training writes as it goes: the CSV file of its `curves`, and the folder of its `checkpoints`."""

    curves: Path
    checkpoints: Path


@dataclass(frozen=True)
class Trained:
    """A network in float32 with its best epoch's weights, a summary of its training, and how long that took."""

    network: keras.Model
    summary: dict[str, int | str]
    """The same for the same training: `epochs`, `best_epoch`, `precision` and `parameters`."""
    timing: dict[str, float]
    """The `seconds`, `epochs` and `images_per_second`."""


def train_network(
    examples: Examples,
    task: Task,
    params: Params,
    files: Files,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Trained:
    """Train the network of `params` for the task, and keep its best epoch.

    The best epoch is known by what the head of the task monitors of the validation: AUC, loss or squared error. The
    scores of each epoch are added to the curves as it ends, and a checkpoint keeps all that the next one needs: the
    same training, stopped anywhere and begun again, goes on from its last finished epoch. The same arguments on the
    same machine give the same weights, bit by bit. Keras's `callbacks` are called before the project's own.
    """
    training, (train, validation) = params.training, examples
    _require_memory(params, task, min(len(train), training.batch_size))
    precision = chosen_precision(training.precision)
    keras.utils.set_random_seed(training.seed)
    tf.config.experimental.enable_op_determinism()
    keras.mixed_precision.set_global_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")

    steps = -(-len(train) // training.batch_size)
    network, best = _compiled(params, task, steps), _best_epoch(training, task)
    progress = Checkpoint(files.checkpoints, fingerprint(params, train, validation), best, files.curves)
    averages = [AveragedWeights(progress.epochs_done)] if training.averaging > 0 else []
    bars = [TrainingBar(len(train), training.batch_size, best.monitor)] if sys.stdout.isatty() else []
    first_epoch = training.epochs if progress.stopped_early else progress.epochs_done
    change = (lambda images, seed: augment(images, params.augmentation, seed)) if params.model.augment else None
    network.fit(
        training_batches(
            train.smoothed(training.label_smoothing, task.undecided),
            Shuffling(training.batch_size, training.seed),
            first_epoch,
            change,
        ),
        validation_data=batches_in_order(validation, 256),
        initial_epoch=first_epoch,
        epochs=training.epochs,
        steps_per_epoch=steps,
        shuffle=False,
        class_weight=class_weights(train) if training.class_weights else None,
        callbacks=[*callbacks, *averages, best, CurvesFile(files.curves), progress, *bars],
        verbose=0 if bars else 2,
    )
    seconds, epochs = progress.seconds, progress.epochs_done
    trained = _in_float32(network, params, task)
    summary = {"epochs": epochs, "best_epoch": best.best_epoch + 1, "precision": precision}
    speed = round(epochs * len(train) / seconds, 1)
    timing = {"seconds": round(seconds, 1), "epochs": epochs, "images_per_second": speed}
    return Trained(trained, summary | {"parameters": trained.count_params()}, timing)


def _require_memory(params: Params, task: Task, batch_size: int) -> None:
    """Raise a UserError if the machine has not the memory that the network needs whatever the rest."""
    needed = least_memory(params.images.shape, task, params.model, batch_size)
    if needed > memory():
        raise UserError(
            f"params.yaml: model.{params.model.network}, training.batch_size: this network needs at least "
            f"{needed / 1e9:.3g} GB of memory, and this machine has {memory() / 1e9:.3g} GB: make one of them smaller"
        )


def _compiled(params: Params, task: Task, steps: int) -> keras.Model:
    """Return the network to be trained with all that a training of so many steps an epoch goes by."""
    head = head_of(task)
    with _strategy().scope():
        network = network_to_train(params, task)
        network.compile(
            optimizer=chosen_optimizer(params.training, steps * params.training.epochs),
            loss=head.chosen_loss(params.training.likelihood),
            metrics=head.metrics(),
            steps_per_execution=_steps_together(steps),
            jit_compile=False,
        )
    return network


def _best_epoch(training: Training, task: Task) -> keras.callbacks.EarlyStopping:
    """Return what keeps the best epoch's weights, and ends a training that gets no better."""
    head = head_of(task)
    patience = training.early_stopping or training.epochs
    return keras.callbacks.EarlyStopping(head.monitor, patience=patience, mode=head.mode, restore_best_weights=True)


def _in_float32(network: keras.Model, params: Params, task: Task) -> keras.Model:
    """Return the same network in float32; a UserError if its weights are no numbers any more."""
    weights = network.get_weights()
    if not all(np.isfinite(values).all() for values in weights):
        rate = params.training.learning_rate
        raise UserError(f"params.yaml: training.learning_rate: {rate} makes training diverge: lower it")
    keras.utils.clear_session()
    keras.mixed_precision.set_global_policy("float32")
    trained = build_network(params.images.shape, task, params.model)
    trained.set_weights(weights)
    return trained


def _strategy() -> tf.distribute.Strategy:
    """Return how steps are spread: over all GPUs of the machine if it has several, each with a share of the batch."""
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    if len(devices) == 1:
        return tf.distribute.get_strategy()
    return tf.distribute.MirroredStrategy([device.name for device in devices])


def _steps_together(steps: int) -> int:
    """Return how many steps TensorFlow does without coming back to Python: a divisor of an epoch's, up to 16.

    Several devices can do but one.
    """
    most = 16 if is_one_device() else 1
    return max(number for number in range(1, most + 1) if steps % number == 0)
