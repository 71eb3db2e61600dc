"""Two runs are compared on the galaxies that tested both, and not where that would say nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.compared_runs import FEATURED, IDS, a_run, said
from tests.data.surveys import KEYS, TASKS
from tuning_fork.comparing.disagreements import class_shares, disagreements, pictures
from tuning_fork.comparing.pairs import compared, paired
from tuning_fork.core.errors import UserError
from tuning_fork.evaluation.predictions import Predictions


def test_the_galaxies_are_those_that_tested_both_whatever_their_order(tmp_path: Path) -> None:
    first = a_run(tmp_path, "first", said([0]))
    some = np.array([30, 2, 5, 39])
    second = a_run(tmp_path, "second", said([])[some], ids=IDS[some], targets=FEATURED.astype(float)[some, None])
    pair = paired(first, second)
    assert pair.of_first.ids.tolist() == pair.of_second.ids.tolist() == [102, 105, 130, 139]
    assert np.array_equal(pair.of_first.outputs, pair.of_second.outputs)
    assert pair.left_out == (36, 0)


def test_a_difference_is_the_second_run_s_gain_and_real_if_it_is_more_than_noise(tmp_path: Path) -> None:
    best, same, worst = (a_run(tmp_path, str(wrong), said(wrong)) for wrong in ([], [0], list(range(16))))
    found = {one.pair.second: one for one in compared([paired(worst, best), paired(worst, same)], 200, 1)}
    assert found["[]"].metric.name == "accuracy"
    assert found["[]"].scores == (0.6, 1.0)
    assert found["[]"].difference.value == pytest.approx(0.4)
    assert found["[]"].verdict == "better"
    (_, noise) = compared([paired(best, same)], 200, 1)
    assert noise.difference.value == pytest.approx(-0.025)
    assert noise.verdict == "within noise"
    assert [one.verdict for one in compared([paired(best, worst)], 200, 1)] == ["worse", "worse"]


@pytest.mark.parametrize(
    ("differing", "told"),
    [
        ({"trained": [7, 103]}, "galaxy 103 tested one and trained other"),
        ({"targets": 1 - FEATURED.astype(float)[:, None]}, "galaxy 100 has other labels in one than in the other"),
        ({"ids": IDS + 1000}, "one and other: no galaxy tested both"),
        ({"ids": np.array([f"NGC{number}" for number in IDS])}, "one and other: no galaxy tested both"),
    ],
)
def test_runs_of_other_splits_labels_or_galaxies_are_not_compared(tmp_path: Path, differing: dict, told: str) -> None:
    one, other = a_run(tmp_path, "one", said([])), a_run(tmp_path, "other", said([]), **differing)
    with pytest.raises(UserError, match=told):
        paired(one, other)


def votes() -> np.ndarray:
    """Return fractions of all answers, of which the first question's are clear."""
    fractions = np.full((40, len(KEYS)), 0.1)
    fractions[:, :3] = np.where(FEATURED[:, None], [0.05, 0.9, 0.05], [0.95, 0.0, 0.05])
    return fractions


def test_all_answers_are_compared_with_what_the_other_was_asked_and_with_no_other_question(tmp_path: Path) -> None:
    of_all = a_run(tmp_path, "votes", votes(), task="votes", targets=votes())
    binary = a_run(tmp_path, "binary", said([3]), params={"labels": {"confidence": 0.85}})
    for pair in (paired(of_all, binary), paired(binary, of_all)):
        assert pair.task.name == "binary"
        assert len(pair.of_first.ids) == 40
    assert paired(binary, of_all).of_second.is_right.all()
    shares = np.full((40, 4), 0.25)
    other = a_run(tmp_path, "shares", shares, task="regression", targets=shares)
    with pytest.raises(UserError, match="binary answers task binary, shares regression: these are different questions"):
        paired(binary, other)


def test_those_of_which_one_alone_is_right_come_by_how_far_the_two_are_apart(tmp_path: Path) -> None:
    pair = paired(a_run(tmp_path, "first", said([1, 38])), a_run(tmp_path, "second", said([7, 20, 30, 38])))
    right_first, right_second = disagreements(pair)
    assert (right_first.right, right_first.wrong, right_first.number) == ("first", "second", 3)
    assert [galaxy.name for galaxy in right_first.galaxies] == ["130", "120", "107"]
    assert [galaxy.name for galaxy in right_second.galaxies] == ["101"]
    galaxy = right_second.galaxies[0]
    assert galaxy.label == "smooth"
    assert [(one.run, one.predicted) for one in galaxy.said] == [("first", "featured"), ("second", "smooth")]
    assert [sum(one.shares) for one in galaxy.said] == pytest.approx([1, 1])


def test_shares_add_up_to_one_whatever_the_outputs_are() -> None:
    outputs = pd.DataFrame([[0.2, 0.9, -0.1, 0.1], [0, 0, 0, 0]]).to_numpy(float)
    run = Predictions(np.arange(2), outputs, outputs, TASKS["regression"])
    assert class_shares(run).sum(axis=1) == pytest.approx([1, 1])
    assert class_shares(run)[0].tolist() == pytest.approx([1 / 6, 0.75, 0, 1 / 12])


def test_what_is_not_there_is_one_line_with_its_cure(tmp_path: Path) -> None:
    run = a_run(tmp_path, "first", said([]))
    with pytest.raises(UserError, match="data/shards of first: galaxy 999 is in none of them: run `dvc repro crop`"):
        pictures(run, ["101", "999"])
    (tmp_path / "first/data/predictions.csv").unlink()
    with pytest.raises(
        UserError, match=r"data/predictions.csv of first: neither in git nor in DVC's cache: run `dvc f"
    ):
        _ = run.predictions
