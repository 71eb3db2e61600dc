"""Which published score stands beside a run's."""

import pytest

from tests.data.run_facts import facts_of
from tests.helpers.imports import ROOT
from tuning_fork.reporting.run_page.published import Published, published

STUDY = ROOT / "study.yaml"


def test_the_same_recipe_has_its_own_published_score() -> None:
    found = published(facts_of("binary", model={"augment": True}), STUDY)
    assert found["accuracy"] == (Published(0.9702, "the same recipe in the study"),)
    assert found["balanced_accuracy"][0].value == 0.9685  # the study's auc


def test_another_recipe_has_the_best_of_the_same_question() -> None:
    found = published(facts_of("binary", model={"dropout": 0.1}), STUDY)
    assert found["accuracy"] == (Published(0.9707, "the study's best"),)
    found = published(
        facts_of("regression", labels={"task": "regression", "confidence": 0.7}, model={"dropout": 0.1}), STUDY
    )
    assert (found["mse"][0].value, found["r2"][0].value) == (0.0145, 0.8485)


@pytest.mark.parametrize(
    "labels", [{"task": "binary", "confidence": 0.65}, {"task": "binary", "survey": "classes", "confidence": 0.8}]
)
def test_nothing_is_published_of_another_question_or_survey(labels: dict[str, object]) -> None:
    assert "accuracy" not in published(facts_of("binary", labels=labels), STUDY)


def test_all_answers_stand_beside_the_challenges_winner() -> None:
    assert [one.value for one in published(facts_of("votes"), STUDY)["rmse"]] == [0.0749, 0.0725]
