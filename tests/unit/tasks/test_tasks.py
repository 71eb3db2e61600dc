"""The study's tasks, on hand-made votes: which class wins, and what the network is to learn."""

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import TASKS

SECOND_LEVEL = ["artifact", "edge_on", "face_on", "round", "in_between", "cigar"]


def first_level(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["smooth", "featured", "artifact"])


def second_level(*rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=SECOND_LEVEL)


def test_the_tasks_have_the_studys_classes_and_outputs() -> None:
    four = ("edge_on", "face_on", "round", "in_between")
    assert {name: task.classes for name, task in TASKS.items()} == {
        "binary": ("smooth", "featured"),
        "regression": four,
        "regression-all": ("artifact", *four, "cigar"),
        "votes": ("smooth", "featured", "artifact"),
        "classes": ("smooth", "featured"),
    }
    assert TASKS["binary"].targets == ("featured",)
    assert TASKS["regression"].targets == four
    assert len(TASKS["regression-all"].targets) == 6
    assert len(TASKS["votes"].targets) == 37
    assert tuple(TASKS["regression"].candidates) == tuple(TASKS["regression-all"].candidates) == tuple(SECOND_LEVEL)


def test_the_largest_fraction_wins_the_galaxy() -> None:
    table = TASKS["binary"].winners(first_level((0.7, 0.2, 0.1), (0.3, 0.6, 0.1), (0.1, 0.2, 0.7)))
    assert table["winner"].tolist() == ["smooth", "featured", "artifact"]
    assert table["fraction"].tolist() == [0.7, 0.6, 0.7]


def test_of_equals_the_first_wins_and_the_target_agrees() -> None:
    votes = first_level((0.5, 0.5, 0.0))
    assert TASKS["binary"].winners(votes)["winner"].tolist() == ["smooth"]
    assert TASKS["binary"].targets_of(votes)["featured"].tolist() == [0]
    votes = second_level((0.0, 0.0, 0.0, 0.5, 0.5, 0.0), (0.0, 0.3, 0.3, 0.1, 0.0, 0.3))
    assert TASKS["regression"].winners(votes)["winner"].tolist() == ["round", "edge_on"]
    assert TASKS["regression"].classes_of(TASKS["regression"].targets_of(votes).to_numpy()).tolist() == [
        "round",
        "edge_on",
    ]


def test_the_binary_target_is_1_where_features_or_a_disk_win() -> None:
    table = TASKS["binary"].targets_of(first_level((0.9, 0.1, 0.0), (0.1, 0.9, 0.0), (0.45, 0.46, 0.09)))
    assert table.columns.tolist() == ["featured"]
    assert table["featured"].tolist() == [0, 1, 1]


def test_four_regression_targets_are_renormalised_to_sum_to_1() -> None:
    table = TASKS["regression"].targets_of(second_level((0.1, 0.2, 0.4, 0.1, 0.1, 0.1)))
    assert table.columns.tolist() == ["edge_on", "face_on", "round", "in_between"]
    np.testing.assert_allclose(table.to_numpy(), [[0.25, 0.5, 0.125, 0.125]])


def test_all_six_regression_targets_are_the_votes_themselves() -> None:
    row = (0.1, 0.2, 0.4, 0.1, 0.1, 0.1)
    table = TASKS["regression-all"].targets_of(second_level(row))
    assert table.columns.tolist() == ["artifact", "edge_on", "face_on", "round", "in_between", "cigar"]
    np.testing.assert_allclose(table.to_numpy(), [row])


def test_votes_may_have_more_columns_in_any_order() -> None:
    votes = second_level((0.1, 0.2, 0.4, 0.1, 0.1, 0.1))[SECOND_LEVEL[::-1]].assign(odd=1.0)
    assert TASKS["regression"].winners(votes)["winner"].tolist() == ["face_on"]


@pytest.mark.parametrize("output", [0.0, 0.4999, 0.5])
def test_a_probability_up_to_a_half_is_smooth(output: float) -> None:
    assert TASKS["binary"].classes_of(np.array([[output], [np.nextafter(0.5, 1)]])).tolist() == ["smooth", "featured"]


def test_the_predicted_class_of_a_regression_is_the_most_probable_even_outside_0_to_1() -> None:
    outputs = np.array([[-0.1, 0.2, 1.3, 0.1], [-0.1, -0.2, -0.3, -0.05]])
    assert TASKS["regression"].classes_of(outputs).tolist() == ["round", "in_between"]
