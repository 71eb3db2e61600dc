"""The scores that the page shows large, and where they stand on their scales."""

from dataclasses import replace

import pytest

from tests.data.run_facts import facts_of
from tests.data.surveys import TASKS
from tuning_fork.reporting.run_page.headline import Headline, Mark, headlines, shown
from tuning_fork.tasks.votes import study_questions


@pytest.mark.parametrize("task", TASKS)
def test_four_or_five_scores_are_shown_each_beside_its_floor(task: str) -> None:
    found = headlines(facts_of(task))
    assert 2 <= len(found) <= 5
    for one in found:
        assert one.marks[0].key == "floor"
        for value in (one.low, one.value, one.high, *(mark.value for mark in one.marks)):
            assert 0 <= one.place(value) <= 100
        assert one.place(one.best) == 100
    accuracy = next(one for one in found if one.key == "accuracy")
    assert [mark.key for mark in accuracy.marks][:2] == ["floor", "baseline"]


@pytest.mark.parametrize(("higher", "better", "worse"), [(True, 0.9, 0.6), (False, 0.1, 0.2)])
def test_the_right_of_the_scale_is_better_whichever_way_that_is(higher: bool, better: float, worse: float) -> None:
    one = Headline("r2", "", better, better - 0.05, better + 0.05, higher, (Mark("floor", worse),))
    assert 0 < one.place(worse) < one.place(better) < 100


def test_votes_answer_the_studys_questions_too() -> None:
    facts = facts_of("votes")
    scores = dict(facts.scores)
    for question in study_questions(facts.task.survey):
        name = "accuracy" if len(question.task.targets) == 1 else "r2"
        ends = {"": 0.9, "_low": 0.88, "_high": 0.92}
        scores |= {f"{question.name}_{name}{end}": value for end, value in ends.items()}
        scores[f"{question.name}_majority_accuracy"] = 0.6
    found = headlines(replace(facts, scores=scores))
    assert [one.key for one in found] == ["rmse", "accuracy", "accuracy", "accuracy", "r2"]
    assert [one.of for one in found[2:]] == [
        "smooth or featured, where 80 % agree",
        "smooth or featured, where 50 % agree",
        "shares of 4 classes, where 70 % agree",
    ]
    assert [mark.value for mark in found[2].marks] == [0.6, 0.9707]  # the study's best at that confidence


@pytest.mark.parametrize(
    ("value", "uncertainty", "is_share", "text"),
    [
        (0.91626, 0.02, True, "91.6 %"),
        (0.99131, 0.0004, True, "99.1 %"),
        (0.962832, 0.015, False, "0.963"),
        (0.016564, 0.0012, False, "0.0166"),
        (1.0, 0.0, False, "1.000"),
    ],
)
def test_a_value_has_the_digits_that_are_sure(value: float, uncertainty: float, is_share: bool, text: str) -> None:
    assert shown(value, uncertainty, is_share) == text
