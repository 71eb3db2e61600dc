"""Which published score stands beside a run's."""

import pytest

from tests.data.run_facts import facts_of
from tests.helpers.imports import ROOT
from tuning_fork.reporting.run_page.published import published

STUDY = ROOT / "study.yaml"


def test_the_same_recipe_has_its_own_published_score() -> None:
    found = published(facts_of("binary", model={"augment": True}), STUDY)
    assert (found["accuracy"].value, found["accuracy"].who) == (0.9702, "the same recipe in the study")
    assert found["balanced_accuracy"].value == 0.9685  # the study's auc


def test_another_recipe_has_the_best_of_the_same_question() -> None:
    found = published(facts_of("binary", training={"epochs": 3}, model={"network": "residual"}), STUDY)
    assert (found["accuracy"].value, found["accuracy"].who) == (0.9446, "the same recipe in the study")
    found = published(facts_of("regression", labels={"task": "regression", "confidence": 0.7}), STUDY)
    assert (found["mse"].value, found["r2"].value) == (0.0145, 0.8485)
    assert found["r2"].who == "the study's best"


@pytest.mark.parametrize(
    "labels", [{"task": "binary", "confidence": 0.65}, {"task": "binary", "survey": "classes", "confidence": 0.8}]
)
def test_nothing_is_published_of_another_question_or_survey(labels: dict[str, object]) -> None:
    assert "accuracy" not in published(facts_of("binary", labels=labels), STUDY)


def test_all_answers_stand_beside_the_challenges_winner() -> None:
    assert published(facts_of("votes"), STUDY)["rmse"].value == 0.0749
