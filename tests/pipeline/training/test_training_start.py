"""Trainings that start from a model folder: what they take over, what stays frozen, and what is told of the start."""

import json
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.data.surveys import TASKS
from tests.data.tiny_training import examples, tiny_params
from tests.pipeline.training.test_training import Interrupt, interrupted, train
from tuning_fork.calibration.model_folder import save_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import hashes_of, known_by
from tuning_fork.networks.building import build_network
from tuning_fork.networks.heads import head_of
from tuning_fork.networks.network_file import TrainedOn
from tuning_fork.networks.quiet_tensorflow import keras
from tuning_fork.params_yaml import Params
from tuning_fork.training.checkpoint import fingerprint
from tuning_fork.training.start import history, network_to_train, require_unseen

NETWORKS = {
    "study": {"study": {"batch_normalization": True}},
    "residual": {"network": "residual", "residual": {"filters": [4, 8], "blocks": [2, 1]}},
}
PIXELS = examples(9, 3).images(np.arange(9)).astype(np.float32)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def params_of(
    task: str = "binary", network: str = "study", start: str | None = "first", frozen: int = 0, **changes: object
) -> Params:
    """Return parameters of a small training that starts from models/first; `changes` are of the section training."""
    training = {"start": start, "frozen": frozen, "batch_size": 4, "learning_rate": 0.01} | changes
    return tiny_params(task, labels={"confidence": 0}, model=NETWORKS[network], training=training)


def make_start(params: Params, seed: int = 5) -> keras.Model:
    """Write models/first, all of whose weights are random, and return its network as it was before calibration."""
    network, files = _start(params.labels.task, params.model.network, seed)
    Path("models/first").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (Path("models/first") / name).write_bytes(content)
    return network


@cache
def _start(task_name: str, network_name: str, seed: int) -> tuple[keras.Model, dict[str, bytes]]:
    """Return such a network, and the files of its model folder."""
    params, task, rng = params_of(task_name, network_name), TASKS[task_name], np.random.default_rng(seed)
    keras.utils.clear_session()  # layers have the same names each time
    keras.utils.set_random_seed(seed)
    network = build_network(params.images.shape, task, params.model)
    for layer in network.layers:
        if layer.trainable:
            layer.set_weights([values + rng.uniform(0, 0.01, values.shape) for values in layer.get_weights()])
    galaxies = examples(40, 2, task.name)
    trained_on = (TrainedOn(task=task.name, source="simulated", galaxies=40, frozen=0),)
    folder = Path("made")
    save_model(folder, TrainedModel.calibrated(network, task, params.images, galaxies, galaxies), trained_on)
    return network, {path.name: path.read_bytes() for path in folder.iterdir()}


def begun(params: Params) -> keras.Model:
    """Return the network that a training with these parameters begins with."""
    keras.utils.set_random_seed(1)
    return network_to_train(params, TASKS[params.labels.task])


def summary_of(network: keras.Model, task: str) -> np.ndarray:
    """Return what the head of the network reads of some images."""
    return keras.Model(network.input, network.get_layer(head_of(TASKS[task]).first).input)(PIXELS)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("tasks", [("binary", "votes"), ("votes", "binary"), ("regression", "regression-all")])
def test_all_but_the_head_is_taken_over_by_another_task(network: str, tasks: tuple[str, str]) -> None:
    before, after = tasks
    start = make_start(params_of(before, network))
    found, new = begun(params_of(after, network)), begun(params_of(after, network, start=None))
    np.testing.assert_array_equal(summary_of(found, after), summary_of(start, before))
    assert np.abs(summary_of(new, after) - summary_of(start, before)).max() > 1e-3
    first = head_of(TASKS[after]).first
    np.testing.assert_array_equal(found.get_layer(first).kernel, new.get_layer(first).kernel)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("task", TASKS)
def test_the_head_is_taken_over_too_by_the_same_task_without_its_calibration(network: str, task: str) -> None:
    start, found = make_start(params_of(task, network)), begun(params_of(task, network))
    for weights, same in zip(found.get_weights(), start.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, same)
    np.testing.assert_array_equal(found(PIXELS), start(PIXELS))


def test_dropout_and_crop_may_be_others() -> None:
    start, params = make_start(params_of()), params_of()
    model, images = params.model.model_copy(update={"dropout": 0.3}), params.images.model_copy(update={"crop": 200})
    found = begun(params.model_copy(update={"model": model, "images": images}))
    np.testing.assert_array_equal(found(PIXELS), start(PIXELS))


@pytest.mark.parametrize(
    ("network", "frozen", "weights"),
    [("study", 2, 2 * (2 + 4)), ("residual", 1, 1 + 4), ("residual", 2, (1 + 4) + 2 * 2 * (1 + 4))],
)
def test_frozen_stages_keep_their_bytes_and_all_others_move(network: str, frozen: int, weights: int) -> None:
    """A stage's are those of its convolutions, and four of each batch normalisation."""
    params = params_of("votes", network, frozen=frozen, epochs=1, averaging=0.5)
    make_start(params_of("binary", network))
    first = begun(params).get_weights()
    ended, _, _ = train(Path("curves.csv"), params)
    same = [np.array_equal(one, other) for one, other in zip(first, ended.get_weights(), strict=True)]
    assert same == [True] * weights + [False] * (len(same) - weights - 1) + [True]  # the tree itself is not learnt


def test_a_stopped_training_with_a_start_ends_in_the_same_bytes() -> None:
    params, watched = params_of("votes", frozen=1, epochs=2, averaging=0.5), Interrupt()
    make_start(params_of("binary"))
    undisturbed, _, _ = train(Path("undisturbed.csv"), params)
    interrupted(Path("curves.csv"), params, epoch=1, batch=3)
    network, _, _ = train(Path("curves.csv"), params, watched=watched)
    assert watched.began == [1]
    for weights, same in zip(network.get_weights(), undisturbed.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, same)


def test_a_start_of_another_content_is_another_training() -> None:
    params, galaxies = params_of(), examples(4, 1)
    make_start(params)
    before = fingerprint(params, galaxies)
    make_start(params)
    assert fingerprint(params, galaxies) == before
    make_start(params, seed=6)
    assert fingerprint(params, galaxies) != before


def other(section: str, **changes: object) -> Params:
    """Return the parameters of a training with a start, changed in a section."""
    params = params_of()
    return params.model_copy(update={section: getattr(params, section).model_copy(update=changes)})


UNLIKE = {
    "size": (other("images", size=32), "images.size is 24, and 32 is wanted"),
    "grayscale": (other("images", grayscale=False), "images.grayscale is True, and False is wanted"),
    "network": (params_of(network="residual"), "layer 3 is Conv2D to"),
    "filters": (tiny_params(model={"study": {"filters": [4, 16]}}, training={"start": "first"}), "is wanted"),
    "dense": (other("model", study=params_of().model.study.model_copy(update={"dense": (8, 8)})), "is the head, and"),
    "no dense": (other("model", study=params_of().model.study.model_copy(update={"dense": ()})), "and the head is"),
    "normalize": (other("model", normalize=False), "layer 2 is Rescaling"),
}


@pytest.mark.parametrize("unlike", UNLIKE)
def test_a_start_of_another_network_is_one_line_that_says_in_what(unlike: str) -> None:
    params, said = UNLIKE[unlike]
    make_start(params_of())
    with pytest.raises(UserError) as error:
        begun(params)
    assert str(error.value).startswith("params.yaml: training.start: models/first: its ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


DAMAGES = {
    "no folder": shutil.rmtree,
    "no network": lambda folder: (folder / "model.keras").unlink(),
    "half a network": lambda folder: (folder / "model.keras").write_bytes((folder / "model.keras").read_bytes()[:999]),
    "another file as network": lambda folder: (folder / "model.keras").write_text("network"),
    "no JSON": lambda folder: (folder / "model.json").write_text("{"),
    "an unknown task": lambda folder: (folder / "model.json").write_text(
        (folder / "model.json").read_text().replace('"task": "binary"', '"task": "bars"')
    ),
    "a description of another task": lambda folder: (folder / "model.json").write_text(
        (folder / "model.json").read_text().replace('"task": "binary"', '"task": "votes"')
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_start_that_is_no_whole_model_is_one_line_with_its_cure(damage: str) -> None:
    make_start(params_of())
    DAMAGES[damage](Path("models/first"))
    with pytest.raises(UserError, match=r"^params.yaml: training.start: models/first/model.\w+: .*data/model") as error:
        begun(params_of("votes"))
    assert "\n" not in str(error.value)


def test_a_history_begins_with_that_of_the_start() -> None:
    make_start(params_of("votes"))
    learnt, validation = examples(67, 1, "binary"), examples(9, 2, "binary")
    chain = history(params_of(frozen=1), learnt, validation)
    assert [(one.task, one.galaxies, one.frozen) for one in chain] == [("votes", 40, 0), ("binary", 67, 1)]
    (alone,) = history(params_of(start=None), learnt, validation)
    assert alone == chain[-1].model_copy(update={"frozen": alone.frozen})
    seen = [*learnt.ids.tolist(), *validation.ids.tolist()]
    assert known_by(str(alone.galaxy_hashes), [*seen, 10**9, "J1"]) == seen
    assert hashes_of(reversed(seen)) == alone.galaxy_hashes


def test_a_start_that_has_learnt_from_a_test_galaxy_is_refused_and_one_of_simulated_galaxies_is_not() -> None:
    make_start(params_of())
    path = Path("models/first/model.json")
    description = json.loads(path.read_text(encoding="utf-8"))
    require_unseen(params_of(), [1, 2, 3])

    def told(**training: object) -> str:
        known = {"task": "binary", "source": "archive", "galaxies": 2, "frozen": 0} | training
        changed = description | {"trained_on": [known, *description["trained_on"]]}
        path.write_text(json.dumps(changed), encoding="utf-8")
        require_unseen(params_of(start=None), [1, 2, 3])
        with pytest.raises(UserError) as error:
            require_unseen(params_of(), [1, 2, 3])
        return str(error.value)

    begin = "params.yaml: training.start: models/first: "
    said = told(galaxy_hashes=hashes_of([2, 3, 4]))
    assert said.startswith(
        f"{begin}its network has learnt from 2 of these 3 galaxies (2 is the first), which would make"
    )
    assert told().startswith(f"{begin}does not say which galaxies it has learnt from")
