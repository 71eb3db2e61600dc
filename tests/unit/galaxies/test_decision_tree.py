"""The decision tree: Kaggle's columns, and the sums that every row of votes keeps."""

import pandas as pd
import pytest
from tuning_fork.galaxies.decision_tree import ANSWERS, COLUMNS, QUESTIONS, row_asked, rows_of

from tuning_fork.galaxies.tree_sums import SumViolation, violated_sums

# Galaxy 100008, the first of Kaggle's training set, as published.
FIRST_GALAXY = [
    [0.383147, 0.616853, 0.0],
    [0.0, 0.616853],
    [0.038452149, 0.578400851],
    [0.418397819, 0.198455181],
    [0.0, 0.104752126, 0.512100874, 0.0],
    [0.054453, 0.945547],
    [0.201462524, 0.181684476, 0.0],
    [0.0, 0.027226, 0.0, 0.027227, 0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0],
    [0.279952491, 0.138445328, 0.0],
    [0.0, 0.092885571, 0.0, 0.0, 0.0, 0.325512248],
]


@pytest.fixture
def votes() -> pd.DataFrame:
    values = [fraction for question in FIRST_GALAXY for fraction in question]
    return pd.DataFrame([values], index=[100008], columns=COLUMNS)


def test_the_tree_has_11_questions_and_the_37_columns_in_kaggles_order() -> None:
    assert [question.number for question in QUESTIONS] == list(range(1, 12))
    assert [len(question.answers) for question in QUESTIONS] == [3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6]
    assert len(COLUMNS) == 37
    assert COLUMNS[:4] == ("Class1.1", "Class1.2", "Class1.3", "Class2.1")
    assert COLUMNS[-1] == "Class11.6"


def test_the_answers_that_lead_to_a_question_are_its_parents() -> None:
    leads = {q.number: {a.column for a in ANSWERS.values() if a.next_question == q.number} for q in QUESTIONS}
    for number in (2, 3, 7, 8, 9):
        parents = next(question.parents for question in QUESTIONS if question.number == number)
        assert set(parents) == leads[number]


def test_short_names_are_the_names_of_columns_and_each_is_one_answers_or_one_questions() -> None:
    for named in (ANSWERS.values(), QUESTIONS):
        keys = [one.key for one in named]
        assert len(set(keys)) == len(keys)
        assert all(key.isidentifier() and key == key.lower() for key in keys)


def test_the_answers_to_a_question_have_the_rows_that_add_up_to_the_one_that_leads_there(votes: pd.DataFrame) -> None:
    row = votes.to_numpy()[0]
    assert sorted(number for question in QUESTIONS for number in rows_of(question)) == list(range(37))
    for question in QUESTIONS:
        asked = row_asked(question)
        assert tuple(COLUMNS[number] for number in rows_of(question)) == question.columns
        assert row[rows_of(question)].sum() == pytest.approx(1 if asked is None else row[asked], abs=1e-5)
    assert [question.number for question in QUESTIONS if row_asked(question) is None] == [1, 6]


def test_no_question_comes_before_the_one_that_leads_to_it() -> None:
    for question in QUESTIONS:
        asked = row_asked(question)
        assert len(question.parents) == (asked is not None)
        assert asked is None or asked < min(rows_of(question))


def test_a_real_row_keeps_every_sum(votes: pd.DataFrame) -> None:
    assert list(violated_sums(votes)) == []


def test_a_broken_sum_is_named_with_its_question_its_row_and_what_was_due(votes: pd.DataFrame) -> None:
    votes["Class7.1"] += 0.01
    assert list(violated_sums(votes)) == [SumViolation(7, 100008, pytest.approx(0.393147), pytest.approx(0.383147))]


def test_a_missing_value_breaks_its_sum(votes: pd.DataFrame) -> None:
    votes["Class6.1"] = float("nan")
    assert [violation.question for violation in violated_sums(votes)] == [6, 8]


def test_a_question_without_an_answer_breaks_no_sum_but_those_it_leads_to(votes: pd.DataFrame) -> None:
    votes[["Class3.1", "Class3.2"]] = float("nan")
    assert list(violated_sums(votes)) == []
    votes[["Class6.1", "Class6.2"]] = float("nan")
    assert [violation.question for violation in violated_sums(votes)] == [8]


def test_a_sum_with_an_absent_column_is_not_checked(votes: pd.DataFrame) -> None:
    votes["Class7.1"] += 0.5
    assert list(violated_sums(votes.drop(columns="Class7.3"))) == []
    assert list(violated_sums(votes.drop(columns="Class1.1"))) == []
