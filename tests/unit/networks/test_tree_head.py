"""The head of the whole tree: sums that hold whatever the weights, and losses that know what is not known."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multinomial

from tests.data.surveys import KEYS, QUESTIONS, SURVEY, TASKS
from tests.data.tree_votes import counted_votes, some_votes, unknown
from tests.helpers.parameters import params_with
from tuning_fork.networks.building import build_network
from tuning_fork.networks.heads import LAST, head_of
from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.networks.tree_head import TreeHead, squared_error
from tuning_fork.surveys.survey import Survey
from tuning_fork.surveys.tree_sums import violated_sums
from tuning_fork.tasks import tasks

log_loss = TreeHead(SURVEY).log_loss
SHAPE = (24, 24, 1)
SMALL = {"study": {"filters": [4, 8], "dense": [8]}, "residual": {"filters": [4, 8], "blocks": [1, 1]}}
VOLUNTEERS = 40
EVEN = np.repeat(TASKS["votes"].undecided[None], 3, axis=0)
"""What a network says of three galaxies that knows nothing."""


@pytest.fixture(params=["float32", "mixed_bfloat16"])
def policy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have networks compute in either precision."""
    keras.mixed_precision.set_global_policy(request.param)
    yield
    keras.mixed_precision.set_global_policy("float32")


def built(name: str = "study") -> keras.Model:
    keras.utils.set_random_seed(1)
    return build_network(SHAPE, TASKS["votes"], params_with(model={"network": name, **SMALL}).model)


def images(count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    return (rng.integers(0, 256, (count, *SHAPE)) * rng.random((count, 1, 1, 1))).astype(np.uint8)


def as_tensor(values: np.ndarray) -> tf.Tensor:
    return tf.constant(values, tf.float32)


@pytest.mark.slow
@pytest.mark.usefixtures("policy")
@pytest.mark.parametrize("surely", [1, 50])
@pytest.mark.parametrize("name", SMALL)
def test_every_sum_of_the_tree_holds_whatever_the_weights(name: str, surely: int) -> None:
    network = built(name)
    for question in QUESTIONS:
        layer = network.get_layer(f"question_{question.key}")
        layer.set_weights([surely * weights for weights in layer.get_weights()])
    outputs = network.predict(images(50), verbose=0)
    assert outputs.dtype == np.float32
    assert outputs.min() >= 0
    assert outputs[:, 0].std() > 1e-4, "the same of all galaxies: this shows nothing"
    assert list(violated_sums(pd.DataFrame(outputs, columns=list(KEYS)), SURVEY, 1e-5)) == []


def test_the_sums_hold_of_questions_that_are_asked_of_several_answers_too(tmp_path: Path) -> None:
    """Whoever sees no artifact is asked whether it is odd, and whoever sees an oddity or arms, what is strange."""
    page = SURVEY.model_dump(mode="json")
    page["questions"][5]["asked_of"] = ["smooth", "featured"]
    page["questions"].append(
        {
            "name": "strangeness",
            "asked_of": ["odd", "one arm", "two arms"],
            "answers": [{"name": "strange", "column": "a"}, {"name": "usual", "column": "b"}],
        }
    )
    page["questions"][-2]["answers"][0]["next"] = "strangeness"
    page["questions"][-2]["answers"][0].pop("passed_over")
    survey = Survey.model_validate_json(json.dumps(page))
    task = tasks.TASKS["votes"](survey)
    keras.utils.set_random_seed(1)
    network = build_network(SHAPE, task, params_with(model={"network": "study", **SMALL}).model)
    for question in survey.questions:
        layer = network.get_layer(f"question_{question.key}")
        layer.set_weights([20 * weights for weights in layer.get_weights()])
    outputs = network.predict(images(50), verbose=0)
    votes = pd.DataFrame(outputs, columns=list(survey.keys))
    assert list(violated_sums(votes, survey, 1e-5)) == []
    assert (votes["strange"] + votes["usual"]).std() > 1e-3
    targets = pd.DataFrame(np.repeat(task.undecided[None], 50, axis=0), columns=list(survey.keys))
    assert list(violated_sums(targets, survey, 1e-9)) == []
    asked = targets["odd"] + targets["one_arm"] + targets["two_arms"]
    loss = TreeHead(survey).log_loss(as_tensor(targets), as_tensor(targets)).numpy()[0]
    less = targets.copy()
    less[["strange", "usual"]] = np.nan
    others = TreeHead(survey).log_loss(as_tensor(less), as_tensor(targets)).numpy()[0]
    assert loss - others == pytest.approx(asked[0] * np.log(2), rel=1e-4)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras", compile=False)
    np.testing.assert_array_equal(again.predict(images(50), verbose=0), outputs)


def test_training_changes_all_layers_but_the_one_that_goes_down_the_tree() -> None:
    network, head = built(), head_of(TASKS["votes"])
    network.compile(keras.optimizers.SGD(1.0), head.loss)
    assert network.get_layer(LAST).trainable_weights == []
    before = {layer.name: layer.get_weights() for layer in network.layers}
    network.train_on_batch(images(16), some_votes(16, np.random.default_rng(1)).astype(np.float32))
    changed = {
        layer.name
        for layer in network.layers
        for old, new in zip(before[layer.name], layer.get_weights(), strict=True)
        if (old != new).any()
    }
    assert changed == {layer.name for layer in network.layers if layer.trainable_weights}


def test_the_squared_error_is_that_worked_out_by_hand() -> None:
    targets = EVEN.copy()
    targets[1, :2] += [0.3, -0.1]
    targets[2] = unknown(targets[[0]], slice(1), *range(2, 12))
    targets[2, 0] += 0.2
    found = squared_error(as_tensor(targets), as_tensor(EVEN)).numpy()
    np.testing.assert_allclose(found, [0, (0.3**2 + 0.1**2) / 37, 0.2**2 / 37], atol=1e-7)


def test_the_logarithmic_loss_is_that_worked_out_by_hand() -> None:
    """All say smooth, round and not odd; of the second galaxy only the first is known; the third's votes are even."""
    targets = np.zeros((3, 37))
    targets[:2, [KEYS.index(column) for column in ("smooth", "not_odd", "round")]] = 1
    targets[1] = unknown(targets[[1]], slice(1), *range(2, 12))
    targets[2] = EVEN[2]
    found = log_loss(as_tensor(targets), as_tensor(EVEN)).numpy()
    even = sum(
        (EVEN[2, SURVEY.rows_asked(one)].sum() if one.asked_of else 1) * np.log(len(one.answers)) for one in QUESTIONS
    )
    np.testing.assert_allclose(found, [np.log(3 * 2 * 3), np.log(3), even], rtol=1e-5)


def test_the_logarithmic_loss_is_the_likelihood_of_the_votes_but_for_a_constant() -> None:
    rng = np.random.default_rng(1)
    true, others = some_votes(20, rng), some_votes(20, rng)
    counts = counted_votes(true, VOLUNTEERS, rng)

    def log_likelihood(fractions: np.ndarray) -> np.ndarray:
        total = np.zeros(len(counts))
        for question in QUESTIONS:
            votes, chances = counts[:, SURVEY.rows_of(question)], fractions[:, SURVEY.rows_of(question)]
            chances = chances / chances.sum(axis=1, keepdims=True)
            total += multinomial.logpmf(votes, votes.sum(axis=1), chances)
        return total

    first, second = (log_loss(as_tensor(counts / VOLUNTEERS), as_tensor(one)).numpy() for one in (true, others))
    np.testing.assert_allclose(VOLUNTEERS * (second - first), log_likelihood(true) - log_likelihood(others), rtol=0.01)


@pytest.mark.parametrize("loss", [squared_error, log_loss])
def test_what_is_not_known_is_not_learnt_from(loss: object) -> None:
    targets = unknown(some_votes(3, np.random.default_rng(1)), slice(3), 3, 10)
    outputs = as_tensor(EVEN)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        value = loss(as_tensor(targets), outputs)
    gradient = tape.gradient(value, outputs).numpy()
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()
    assert (gradient[np.isnan(targets)] == 0).all()
    assert np.abs(gradient[:, KEYS.index("artifact")]).min() > 0


def test_outputs_of_nothing_at_all_have_a_finite_loss_and_gradient() -> None:
    outputs = tf.Variable(np.zeros((1, 37), np.float32))
    with tf.GradientTape() as tape:
        value = log_loss(as_tensor(some_votes(1, np.random.default_rng(1))), outputs)
    assert np.isfinite(value).all()
    assert np.isfinite(tape.gradient(value, outputs)).all()


def test_accuracy_is_that_of_the_first_question_and_mse_leaves_out_what_is_not_known() -> None:
    targets = unknown(np.repeat(TASKS["votes"].undecided[None], 2, axis=0), slice(2), 11)
    targets[:, :3] = [[0.6, 0.3, 0.1], [0.1, 0.8, 0.1]]
    outputs = np.nan_to_num(targets)
    outputs[1, :3] = [0.8, 0.1, 0.1]
    found = {}
    for metric in head_of(TASKS["votes"]).metrics():
        metric.update_state(targets, outputs)
        found[metric.name] = float(metric.result())
    assert found == {"accuracy": 0.5, "mse": pytest.approx(2 * 0.7**2 / 37 / 2)}
