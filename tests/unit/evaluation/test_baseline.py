"""The baseline: its measurements mean what their names say, and it learns from the training galaxies alone."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from stages.evaluate import MODEL, learnt_from
from tests.data.surveys import TASKS
from tests.data.tree_votes import some_votes
from tests.helpers.parameters import params_with
from tuning_fork.evaluation.baseline import baseline_scores, predict
from tuning_fork.evaluation.galaxy_measurements import measurements
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.galaxies.ids import hashes_of
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part

SIDE = 64
VOTES = TASKS["votes"]
Y, X = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2


def galaxy(width: float = 6, ratio: float = 1, peak: tuple[float, float, float] = (150, 150, 150)) -> np.ndarray:
    """Return a Gaussian blob on a background of 10 grey levels."""
    light = np.exp(-(X**2 + (Y / ratio) ** 2) / (2 * width**2))
    return (10 + light[..., None] * peak).astype(np.uint8)


def measure(image: np.ndarray) -> dict[str, float]:
    return measurements(image[None]).iloc[0].to_dict()


def test_size_ellipticity_and_brightness_are_those_of_the_light() -> None:
    round_one, flat, small = (measure(galaxy(*shape)) for shape in ((6, 1), (6, 0.5), (3, 1)))
    assert round_one["size"] == pytest.approx(6 * np.sqrt(2 * np.log(2)), abs=1)
    assert round_one["ellipticity"] == pytest.approx(0, abs=0.02)
    assert flat["ellipticity"] == pytest.approx(0.5, abs=0.05)
    assert small["size"] < round_one["size"]
    assert round_one["peak"] == pytest.approx(145, abs=5)
    assert round_one["brightness"] == pytest.approx(150 * 2 * np.pi * 36 / SIDE**2, rel=0.05)


def test_a_symmetric_galaxy_has_no_asymmetry_and_a_lopsided_one_has() -> None:
    lopsided = galaxy()
    lopsided[10:20, 10:20] = 150
    assert measure(galaxy())["asymmetry"] < 0.01
    assert measure(lopsided)["asymmetry"] > 0.1


def test_colours_are_differences_of_channels_and_grey_images_have_none() -> None:
    red = measure(galaxy(peak=(180, 120, 60)))
    assert red["core colour 0"] == pytest.approx(60, abs=6)
    assert red["core colour 1"] == pytest.approx(60, abs=6)
    assert not [name for name in measure(galaxy()[..., :1]) if "colour" in name]


def test_an_image_without_light_has_measurements_too() -> None:
    assert np.isfinite(list(measure(np.zeros((SIDE, SIDE, 3), np.uint8)).values())).all()


def test_it_learns_from_no_other_galaxies_than_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    MODEL.mkdir(parents=True)
    trainings = [{"galaxy_hashes": hashes_of(ids)} for ids in ([1, 2], [3, 5, 99])]
    (MODEL / "model.json").write_text(json.dumps({"trained_on": trainings}), encoding="utf-8")
    halves = (np.arange(4), np.arange(4, 8))
    images = np.zeros((4, SIDE, SIDE, 3), np.uint8)
    training = LabelledGalaxies(tuple(Part(ids, ids[:, None] / 10, images) for ids in halves))
    found = learnt_from(training)
    assert found.ids.tolist() == [3, 5]
    assert found.targets[:, 0].tolist() == [0.3, 0.5]


@pytest.mark.slow
def test_it_learns_each_answer_from_the_galaxies_of_which_it_is_known() -> None:
    rng = np.random.default_rng(1)
    edge_on = VOTES.targets.index("edge_on")

    def split(count: int) -> LabelledGalaxies:
        flat = rng.uniform(0, 1, count)
        targets = some_votes(count, rng)
        targets[:, edge_on] = flat
        targets[::2, edge_on] = np.nan
        return LabelledGalaxies((Part(np.arange(count), targets, np.stack([galaxy(ratio=1 - 0.6 * f) for f in flat])),))

    train, test = split(100), split(60)
    known = np.isfinite(test.targets[:, edge_on])
    found = predict(train, test, VOTES, 1).outputs
    assert r2_score(test.targets[known, edge_on], found[known, edge_on]) > 0.8
    assert np.isfinite(found).all()


def split(task: str, count: int, rng: np.random.Generator) -> LabelledGalaxies:
    """Return galaxies whose flatness says what the task asks."""
    flat = rng.uniform(0, 1, count)
    images = np.stack([galaxy(ratio=1 - 0.6 * one) for one in flat])
    targets = {
        "binary": (flat > 0.5).astype(float)[:, None],
        "regression": np.stack([flat, 1 - flat] * 2, 1) / 2,
        "classes": np.eye(2)[(flat > 0.5).astype(int)],
    }[task]
    return LabelledGalaxies((Part(np.arange(count), targets, images),))


@pytest.mark.parametrize("task", ["binary", pytest.param("regression", marks=pytest.mark.slow), "classes"])
def test_it_learns_what_the_measurements_show(task: str) -> None:
    rng = np.random.default_rng(1)
    train, test = split(task, 300, rng), split(task, 100, rng)
    found = predict(train, test, TASKS[task], 1)
    np.testing.assert_array_equal(found.targets, test.targets)
    score = r2_score if task == "regression" else roc_auc_score
    assert score(found.targets, found.outputs) > 0.9


def test_it_has_every_score_that_sums_up_a_run_with_its_interval() -> None:
    rng = np.random.default_rng(1)
    train, test = split("classes", 60, rng), split("classes", 40, rng)
    evaluation = params_with(evaluation={"bootstrap": 100}).evaluation
    scores = baseline_scores(train, test, TASKS["classes"], evaluation)
    found = predict(train, test, TASKS["classes"], evaluation.seed)
    for metric in metrics_of(TASKS["classes"]):
        value, low, high = (scores.pop(f"baseline_{metric.name}{end}") for end in ("", "_low", "_high"))
        assert value == metric.score(found.targets, found.outputs)
        assert low <= value <= high
    assert not scores
