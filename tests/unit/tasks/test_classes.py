"""The task of one label a galaxy: any number of classes, of labels or of votes, and what it says of too few."""

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import TASKS, survey_of_classes
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.galaxies.splits import SPLITS
from tuning_fork.params.labels import Labels
from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.classes import classes
from tuning_fork.tasks.labelling import label
from tuning_fork.training.class_weights import class_weights

NAMES = ("disk", "edge on", "merger", "ring", "round")
KEYS = ("disk", "edge_on", "merger", "ring", "round")


def labelled(survey: Survey, labels: list[str], confidence: float = 0.0) -> tuple[pd.DataFrame, dict]:
    """Label galaxies 1, 2, ... that have these classes, by their keys."""
    ids = pd.Index(range(1, len(labels) + 1), name="GalaxyID")
    votes = pd.DataFrame({key: [float(key == one) for one in labels] for key in survey.keys}, index=ids)
    params = Labels(survey="classes", task="classes", confidence=confidence, split=(0.6, 0.2, 0.2), seed=1)
    return label(votes, list(ids), [], params, classes(survey))


@pytest.mark.parametrize("confidence", [0.0, 0.8])
def test_every_galaxy_with_a_label_is_kept_and_has_1_in_its_class(confidence: float) -> None:
    labels = [*KEYS] * 20
    table, counts = labelled(survey_of_classes(*NAMES), labels, confidence)
    assert table.columns.tolist() == ["split", *KEYS]
    assert [table.columns[1:][row.argmax()] for row in table[[*KEYS]].to_numpy()] == labels
    assert table[[*KEYS]].sum(axis=1).tolist() == [1] * 100
    assert sum(counts[split]["ring"] for split in SPLITS) == 20
    assert set(counts["dropped"].values()) == {0}


def test_a_class_that_the_page_leaves_out_is_dropped_and_counted() -> None:
    survey = survey_of_classes(*NAMES, left_out=("merger",))
    table, counts = labelled(survey, [*KEYS] * 20)
    assert classes(survey).targets == ("disk", "edge_on", "ring", "round")
    assert "merger" not in table.columns
    assert counts["dropped"]["merger"] == 20
    assert counts["kept"] == len(table) == 80


def test_two_classes_are_enough_and_a_page_must_leave_them() -> None:
    assert classes(survey_of_classes("a", "b")).targets == ("a", "b")
    with pytest.raises(ValueError, match="question 'class': left_out leaves fewer than two answers"):
        survey_of_classes("a", "b", left_out=("b",))


@pytest.mark.parametrize("rings", [0, 1])
def test_a_class_with_too_few_training_galaxies_is_one_line_with_its_number_and_the_cure(rings: int) -> None:
    with pytest.raises(UserError) as error:
        labelled(survey_of_classes(*NAMES), [*(key for key in KEYS if key != "ring")] * 20 + ["ring"] * rings)
    assert str(error.value) in {
        f"data/raw: class 'ring' has {found} training galaxies, of {rings} in all, and needs 2: label more of it, or "
        "leave it out: by left_out: true at its answer in surveys/classes.yaml, or by emptying its labels in the table"
        for found in (0, rings)
    }


def test_a_class_that_the_votes_rarely_give_is_said_with_the_confidence() -> None:
    task = TASKS["classes"]
    ids = pd.Index(range(60), name="GalaxyID")
    votes = pd.DataFrame([(0.9, 0.1, 0.0)] * 59 + [(0.1, 0.9, 0.0)], ids, list(task.candidates))
    params = Labels(survey="galaxy-zoo-2", task="classes", confidence=0.5, split=(0.6, 0.2, 0.2), seed=1)
    with pytest.raises(
        UserError, match=r"class 'featured' has . training .* needs 2: lower labels.confidence, use more"
    ):
        label(votes, list(ids), [], params, task)


def test_the_class_is_the_most_probable_and_the_undecided_have_equal_shares() -> None:
    task = classes(survey_of_classes(*NAMES))
    assert task.classes_of(np.array([[0.1, 0.2, 0.3, 0.2, 0.2], [0.3, 0.1, 0.1, 0.2, 0.3]])).tolist() == [
        "merger",
        "disk",
    ]
    assert task.undecided.tolist() == [0.2] * 5


def test_rare_classes_count_more_and_galaxies_one_in_the_mean() -> None:
    numbers = np.array([0] * 6 + [1] * 3 + [3])
    galaxies = LabelledGalaxies((Part(np.arange(10), np.eye(5)[numbers], np.zeros((10, 1, 1, 1), np.uint8)),))
    weights = class_weights(galaxies)
    assert weights == {0: pytest.approx(10 / 18), 1: pytest.approx(10 / 9), 3: pytest.approx(10 / 3)}
    assert np.mean([weights[number] for number in numbers]) == pytest.approx(1)
