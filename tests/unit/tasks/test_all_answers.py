"""The task of all answers: what is learnt of votes that are known, and of those that are not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import KEYS, SURVEY, TASKS
from tests.data.tree_votes import some_votes, unknown
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.labelled import read_labels
from tuning_fork.galaxies.splits import SPLITS
from tuning_fork.params.labels import Labels
from tuning_fork.surveys.tree_sums import violated_sums
from tuning_fork.tasks.labelling import label
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.votes import study_questions

VOTES = TASKS["votes"]
GALAXIES = 60


@pytest.fixture
def votes() -> pd.DataFrame:
    """Give the votes for 60 galaxies, half of which have no answers to questions 9 to 11."""
    fractions = unknown(some_votes(GALAXIES, np.random.default_rng(1)), slice(0, GALAXIES, 2), 9, 10, 11)
    return pd.DataFrame(fractions, pd.RangeIndex(1, GALAXIES + 1, name="GalaxyID"), list(KEYS))


def labelled(votes: pd.DataFrame, task: Task = VOTES, confidence: float = 0.0) -> tuple[pd.DataFrame, dict]:
    labels = Labels(survey="galaxy-zoo-2", task=task.name, confidence=confidence, split=(0.6, 0.2, 0.2), seed=1)
    return label(votes, list(votes.index), [], labels, task)


def test_what_is_learnt_are_the_votes_themselves_in_the_trees_order(votes: pd.DataFrame) -> None:
    targets = VOTES.targets_of(votes[[*KEYS[::-1]]])
    np.testing.assert_array_equal(targets, votes)
    assert tuple(targets.columns) == VOTES.targets
    assert targets.columns[[0, 3, -1]].tolist() == ["smooth", "edge_on", "unclear_arms"]
    np.testing.assert_array_equal(VOTES.ideal_of(votes), votes)


def test_a_column_that_is_not_there_is_not_known(votes: pd.DataFrame) -> None:
    targets = VOTES.targets_of(votes.drop(columns="edge_on"))
    assert targets.isna().all()["edge_on"]
    np.testing.assert_array_equal(targets.drop(columns="edge_on"), votes.drop(columns="edge_on"))


def test_the_class_is_the_first_questions_answer(votes: pd.DataFrame) -> None:
    found = VOTES.classes_of(VOTES.targets_of(votes).to_numpy())
    assert found.tolist() == votes[["smooth", "featured", "artifact"]].idxmax(axis=1).tolist()
    assert set(found) == set(VOTES.classes)


def test_volunteers_who_are_evenly_divided_keep_every_sum(votes: pd.DataFrame) -> None:
    undecided = VOTES.undecided
    assert undecided[0] == pytest.approx(1 / 3)
    assert undecided[-1] == pytest.approx(1 / 3 / 2 / 2 / 6)  # featured, face-on, spiral, one of six answers
    smoothed = 0.9 * votes.fillna(0) + 0.1 * undecided
    known = smoothed.where(votes.notna())
    assert list(violated_sums(known, SURVEY, 1e-9)) == []


def test_all_galaxies_are_kept_with_what_is_known_of_them(votes: pd.DataFrame) -> None:
    table, counts = labelled(votes)
    assert counts["kept"] == GALAXIES
    assert sum(counts["dropped"].values()) == 0
    np.testing.assert_array_equal(table[list(VOTES.targets)], votes)
    assert {name: sum(counts[name].values()) for name in SPLITS} == table["split"].value_counts().to_dict()


def test_what_is_not_known_is_an_empty_cell_of_the_labels_and_read_as_such(votes: pd.DataFrame, tmp_path: Path) -> None:
    table, _ = labelled(votes)
    path = tmp_path / "labels.csv"
    table.to_csv(path)
    assert path.read_text().splitlines()[1].endswith("," * 12)
    for split in SPLITS:
        expected = table[table["split"] == split].drop(columns="split")
        found = read_labels(path, split, VOTES.labels)
        assert found.index.tolist() == expected.index.tolist()
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_an_empty_cell_of_another_tasks_labels_is_a_mistake(votes: pd.DataFrame, tmp_path: Path) -> None:
    table, _ = labelled(votes, TASKS["regression"])
    table["round"] = table["round"].where(np.arange(len(table)) != 1)
    table.to_csv(tmp_path / "labels.csv")
    with pytest.raises(UserError, match=r"labels.csv: row 3, column round: empty is not a number: run"):
        read_labels(tmp_path / "labels.csv", "train", TASKS["regression"].labels)


@pytest.mark.parametrize("absent", [False, True])
def test_a_table_without_some_questions_is_said(absent: bool, votes: pd.DataFrame) -> None:
    columns = ["rounded_bulge", "boxy_bulge", "no_edge_on_bulge"]
    without = votes.drop(columns=columns) if absent else votes.assign(**dict.fromkeys(columns, np.nan))
    said = (
        r"^data/raw: too few galaxies of which the fraction of 'rounded_bulge' is known: the train split has 0: "
        r"bring a table with all answers, or choose another labels.task in params.yaml$"
    )
    with pytest.raises(UserError, match=said):
        labelled(without)


def test_the_studys_questions_have_names_of_their_own() -> None:
    names = [question.name for question in study_questions(SURVEY)]
    assert names == ["binary_80", "binary_50", "regression_70", "regression_50", "regression_0"]
