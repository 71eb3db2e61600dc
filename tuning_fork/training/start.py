"""The network that a training begins with: an untrained one, or one that takes over what another has learnt.

That other is a model folder below `MODELS`, named by `training.start`. Layers are matched by their place: most have
names of Keras's that differ from session to session.
"""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from tuning_fork.core.checked_yaml import Section, first_error
from tuning_fork.core.errors import UserError
from tuning_fork.core.model_files import DESCRIPTION, NETWORK
from tuning_fork.core.zip_members import DAMAGE
from tuning_fork.galaxies.ids import GalaxyID, hashes_of
from tuning_fork.galaxies.labelled import LabelledGalaxies
from tuning_fork.galaxies.learnt_from import too_good
from tuning_fork.networks.building import build_network
from tuning_fork.networks.heads import LAST, UNCALIBRATED, head_of
from tuning_fork.networks.network_file import TrainedOn, load_network
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.params.images import Preparation
from tuning_fork.params.training import MODELS
from tuning_fork.params_yaml import Params
from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.tasks import TASKS

FILES = (DESCRIPTION, NETWORK)
"""What of a model folder a training depends on."""


class _Description(Section):
    """What of model.json a training uses."""

    model_config = ConfigDict(extra="ignore")
    task: str
    survey: Survey
    images: Preparation
    trained_on: tuple[TrainedOn, ...]


def history(params: Params, training: LabelledGalaxies, validation: LabelledGalaxies) -> tuple[TrainedOn, ...]:
    """Return what a network has been trained on after a training on these galaxies: the start's history comes first.

    A UserError says what is wrong with the start.
    """
    before = () if params.training.start is None else _described(MODELS / params.training.start).trained_on
    seen = hashes_of([*training.ids.tolist(), *validation.ids.tolist()])
    task, frozen = params.labels.task, params.training.frozen
    last = TrainedOn(task=task, galaxies=len(training), frozen=frozen, galaxy_hashes=seen)
    return *before, last


def require_unseen(params: Params, galaxies: Sequence[GalaxyID]) -> None:
    """Raise a UserError if the start has learnt from one of the galaxies that are to test, or does not tell."""
    if params.training.start is None:
        return
    folder = MODELS / params.training.start
    if reason := too_good(_described(folder).trained_on, galaxies):
        cure = "make labels.split and labels.seed those that it was trained with, or start from another"
        raise UserError(f"params.yaml: training.start: {folder}: {reason}: {cure}")


def network_to_train(params: Params, task: Task) -> keras.Model:
    """Return the network, new but for what it takes over from the start; the stages that are frozen are not trained.

    All that makes the numbers which a head reads is taken over; the head too if both networks have the same kind of
    outputs of the same names (of calibrated probabilities, the head as it was before the calibration). A UserError says
    what is wrong with the start, or in what the networks differ.
    """
    network = build_network(params.images.shape, task, params.model, params.training.frozen)
    if params.training.start is not None:
        _take_over(network, task, MODELS / params.training.start, params)
    return network


def _take_over(network: keras.Model, task: Task, folder: Path, params: Params) -> None:
    """Give the network the weights of the one in the folder, as far as they are for the same."""
    found = _described(folder)
    try:
        before = TASKS[found.task](found.survey)
    except ValueError as error:
        raise _not_whole(folder / DESCRIPTION, str(error)) from None
    for key in ("size", "grayscale"):
        one, other = getattr(found.images, key), getattr(params.images, key)
        if one != other:
            raise _not_alike(folder, f"images.{key} is {one}", str(other))
    trunk, head = _parts(network, task)
    start_trunk, start_head = _start_parts(folder, before)
    _require_alike(folder, start_trunk, trunk)
    for layer, other in zip(trunk, start_trunk, strict=True):
        layer.set_weights(other.get_weights())
    if (before.kind, before.targets) != (task.kind, task.targets):
        return
    if start_head[0].name == UNCALIBRATED:
        kernel, bias = start_head[0].get_weights()
        head[0].set_weights([kernel[:, : len(task.targets)], bias[: len(task.targets)]])
    else:
        learnt = [[layer for layer in layers if layer.trainable_weights] for layers in (head, start_head)]
        if [*map(_looks, learnt[0])] == [*map(_looks, learnt[1])]:  # else other questions have answers of these names
            for layer, other in zip(*learnt, strict=True):
                layer.set_weights(other.get_weights())


def _parts(network: keras.Model, task: Task) -> tuple[list[keras.Layer], list[keras.Layer]]:
    """Return the layers before the head, but for dropout, and those of the head; a ValueError if there is no such head.

    Of a calibrated network, the head begins with the layer before the calibration.
    """
    names = [layer.name for layer in network.layers]
    number = names.index(next((name for name in (UNCALIBRATED, head_of(task).first) if name in names), LAST))
    trunk = [layer for layer in network.layers[:number] if not isinstance(layer, keras.layers.Dropout)]
    return trunk, network.layers[number:]


def _require_alike(folder: Path, found: list[keras.Layer], wanted: list[keras.Layer]) -> None:
    """Raise a UserError that names the first layer which the start's network has otherwise than the one wanted."""
    theirs, ours = (map(_looks, layers) for layers in (found, wanted))
    for number, (has, should) in enumerate(zip_longest(theirs, ours, fillvalue="the head"), start=1):
        if has != should:
            raise _not_alike(folder, f"layer {number} is {has}", should)


def _looks(layer: keras.Layer) -> str:
    """Return the layer's kind, the shape of what it makes of an image, and those of its weights."""
    weights = "".join(f", weights {tuple(values.shape)}" for values in layer.weights)
    return f"{type(layer).__name__} to {tuple(layer.output.shape[1:])}{weights}"


def _not_alike(folder: Path, found: str, wanted: str) -> UserError:
    cure = "make model, images.size and images.grayscale those of the start, or start from another model"
    return UserError(f"params.yaml: training.start: {folder}: its {found}, and {wanted} is wanted: {cure}")


def _described(folder: Path) -> _Description:
    """Read what model.json says; a UserError if there is none, or it is not whole."""
    path = folder / DESCRIPTION
    try:
        found = _Description.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise _not_whole(path, first_error(error)) from None
    except OSError as error:
        raise _not_whole(path, str(error.strerror)) from None
    if found.task not in TASKS:
        raise _not_whole(path, f"task: {found.task!r} is none of {', '.join(TASKS)}")
    return found


def _start_parts(folder: Path, task: Task) -> tuple[list[keras.Layer], list[keras.Layer]]:
    """Read the `_parts` of the network of that task; a UserError if there is none, or it is not whole."""
    path = folder / NETWORK
    try:
        network = load_network(path)
        outputs = network.output_shape[1:]
        if outputs != (len(task.targets),):
            raise ValueError(f"has {outputs} outputs, where task {task.name} has {len(task.targets)}")
        return _parts(network, task)
    except (OSError, *DAMAGE) as error:
        raise _not_whole(path, " ".join(str(error).split())) from None


def _not_whole(path: Path, reason: str) -> UserError:
    cure = f"copy a model folder such as data/model to {path.parent}, or make it null"
    return UserError(f"params.yaml: training.start: {path}: {reason}: {cure}")
