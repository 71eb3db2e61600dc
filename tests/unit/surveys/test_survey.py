"""A survey's page: what it says of questions and answers, the sums that follow, and each mistake as one line."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.data.surveys import COLUMNS, KEYS, QUESTIONS, SURVEY
from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.surveys.survey import WATCHED, Survey, load_survey, read_survey
from tuning_fork.surveys.tree_sums import violated_sums

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
PAGES = sorted((ROOT / "surveys").glob("*.yaml"))


@pytest.fixture
def votes() -> pd.DataFrame:
    values = [fraction for question in FIRST_GALAXY for fraction in question]
    return pd.DataFrame([values], index=[100008], columns=list(KEYS))


def broken(votes: pd.DataFrame) -> list[str]:
    return [violation.question.name for violation in violated_sums(votes, SURVEY)]


def test_galaxy_zoo_2_has_11_questions_and_the_37_columns_in_kaggles_order() -> None:
    assert [len(question.answers) for question in QUESTIONS] == [3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6]
    assert (
        tuple(
            f"Class{number}.{answer}"
            for number, question in enumerate(QUESTIONS, 1)
            for answer in range(1, len(question.answers) + 1)
        )
        == COLUMNS
    )


def test_short_names_are_the_names_of_columns_and_each_is_one_answers_or_one_questions() -> None:
    for keys in (KEYS, [question.key for question in QUESTIONS]):
        assert len(set(keys)) == len(keys)
        assert all(key.isidentifier() and key == key.lower() for key in keys)


def test_the_answers_to_a_question_have_the_rows_that_add_up_to_those_it_is_asked_of(votes: pd.DataFrame) -> None:
    row = votes.to_numpy()[0]
    assert sorted(number for question in QUESTIONS for number in SURVEY.rows_of(question)) == list(range(37))
    for question in QUESTIONS:
        asked = SURVEY.rows_asked(question)
        assert row[SURVEY.rows_of(question)].sum() == pytest.approx(row[asked].sum() if asked else 1, abs=1e-5)
    assert [question.name for question in QUESTIONS if not question.asked_of] == ["features", "odd"]


def test_the_release_asks_the_same_questions_and_has_columns_of_its_own() -> None:
    release = read_survey(ROOT / "surveys/galaxy-zoo-2-release.yaml")
    bare = [
        [question.model_dump(include={"name", "text", "asked_of"}) for question in survey.questions]
        + [answer.model_dump(exclude={"column"}) for answer in survey.answers.values()]
        for survey in (release, SURVEY)
    ]
    assert bare[0] == bare[1]
    assert {str(answer.column) for answer in release.answers.values()}.isdisjoint(COLUMNS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_survey_is_the_same_when_it_is_read_again_from_the_labels(page: Path, tmp_path: Path) -> None:
    survey = read_survey(page)
    (tmp_path / "survey.json").write_text(survey.model_dump_json(), encoding="utf-8")
    assert load_survey(tmp_path / "survey.json") == survey


def test_a_real_row_keeps_every_sum(votes: pd.DataFrame) -> None:
    assert broken(votes) == []


def test_a_broken_sum_is_named_with_its_question_its_row_and_what_was_due(votes: pd.DataFrame) -> None:
    votes["round"] += 0.01
    (found,) = violated_sums(votes, SURVEY)
    assert (found.question.name, found.row) == ("roundness", 100008)
    assert (found.found, found.expected) == (pytest.approx(0.393147), pytest.approx(0.383147))


def test_a_missing_value_breaks_its_sum(votes: pd.DataFrame) -> None:
    votes["odd"] = float("nan")
    assert broken(votes) == ["odd", "oddity"]


def test_a_question_without_an_answer_breaks_no_sum_but_those_it_leads_to(votes: pd.DataFrame) -> None:
    votes[["bar", "no_bar"]] = float("nan")
    assert broken(votes) == []
    votes[["odd", "not_odd"]] = float("nan")
    assert broken(votes) == ["oddity"]


def test_a_sum_with_an_absent_column_is_not_checked(votes: pd.DataFrame) -> None:
    votes["round"] += 0.5
    assert broken(votes.drop(columns="cigar")) == []
    assert broken(votes.drop(columns="smooth")) == []


PAGE = """
title: Mine
source: my eyes
id_column: ID
votes: separate
questions:
  - name: features
    answers: [{name: smooth, column: s}, {name: featured, column: f, next: spiral}]
  - name: spiral
    asked_of: [featured]
    answers: [{name: arms, column: a}, {name: no arms, column: n}]
"""
LABELS = """
title: Mine
source: my eyes
id_column: ID
votes: label
questions:
  - name: type
    column: T
    edges: [-4, 0]
    answers: [{name: early}, {name: middle}, {name: late}]
"""
MISTAKES = [
    (PAGE, "title: Mine", "titel: Mine", "titel: unknown key: remove it or correct its spelling"),
    (PAGE, "column: s}", "colum: s}", "questions.0.answers.0.colum: unknown key: remove it or correct its spelling"),
    (
        PAGE,
        "votes: separate",
        "votes: shares",
        "votes: input should be 'joint', 'separate', 'counts' or 'label' (found",
    ),
    (PAGE, "next: spiral", "next: arms", "answer 'featured': next: 'arms' is none of the questions features, spiral"),
    (PAGE, ", next: spiral", "", "question 'spiral': no answer leads there: name it as the next of one"),
    (PAGE, "column: n}", "column: n, next: features}", "questions lead in a circle: features to spiral to features"),
    (PAGE, "column: n}", "column: n, next: spiral}", "questions lead in a circle: spiral to spiral"),
    (PAGE, "[featured]", "[disk]", "question 'spiral': asked_of: 'disk' is no answer to a question above it"),
    (PAGE, "[featured]", "[arms]", "question 'spiral': asked_of: 'arms' is no answer to a question above it"),
    (
        PAGE,
        "column: n}",
        "column: n, left_out: true}",
        "answer 'no arms': left_out is for answers to the first question",
    ),
    (PAGE, "column: s}", "column: s, left_out: true}", "question 'features': left_out leaves fewer than two answers"),
    (PAGE, "name: arms,", "name: smooth,", "answer 'smooth' is there twice: give one of them another name"),
    (PAGE, "name: no arms,", "name: flags,", "answer 'flags': the project's tables have a column of that name: give"),
    (PAGE, "  - name: spiral", "  - name: features", "question 'features' is there twice: give one of them another"),
    (PAGE, "column: a}", "column: f}", "column 'f' is there twice: give one of them another name"),
    (PAGE, "column: a}", "column: ID}", "column 'ID' is there twice: give one of them another name"),
    (PAGE, ", column: a}", "}", "question 'spiral': answer 'arms' has no column: add it"),
    (PAGE, "[{name: smooth, column: s}, ", "[", "question 'features': needs two answers at least (found 1)"),
    (PAGE, "votes: separate", "votes: joint\nshown: {Spirals: spiral}", "shown: 'Spirals' is of 'spiral', which is no"),
    (PAGE, "votes: separate", "votes: label", "question 'features': has no column: add it"),
    (LABELS, "[-4, 0]", "[0, -4]", "question 'type': edges: must ascend (found [0.0, -4.0])"),
    (LABELS, "[-4, 0]", "[0, 0]", "question 'type': edges: must ascend (found [0.0, 0.0])"),
    (
        LABELS,
        ", {name: late}",
        "",
        "question 'type': edges: 2 edges need 3 answers, one below each and one above the l",
    ),
    (LABELS, "{name: late}", "{name: late, value: L}", "question 'type': answer 'late': value beside edges: take one"),
    (LABELS, "votes: label", "votes: counts", "question 'type': column and edges are of votes: label: take them out"),
]


@pytest.mark.parametrize(("page", "was", "now", "said"), MISTAKES)
def test_a_mistake_in_a_page_is_one_line(page: str, was: str, now: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(page, encoding="utf-8")
    read_survey(path)
    assert was in page
    path.write_text(page.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_survey(path)
    assert str(error.value).startswith(f"{path}: {said}")
    assert "\n" not in str(error.value)


def test_a_page_in_surveys_has_the_lines_that_dvc_watches(tmp_path: Path) -> None:
    path = tmp_path / "surveys/mine.yaml"
    path.parent.mkdir()
    lines = list(WATCHED.values())
    path.write_text("\n".join([LABELS, *lines]), encoding="utf-8")
    read_survey(path)
    for number, missing in enumerate(lines):
        path.write_text("\n".join([LABELS, *lines[:number], *lines[number + 1 :]]), encoding="utf-8")
        with pytest.raises(UserError, match=f"surveys/mine.yaml: add `{missing}`, or what else they are"):
            read_survey(path)


def test_labels_without_a_survey_say_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"survey.json: not found: run `dvc repro label`$"):
        load_survey(tmp_path / "survey.json")


def test_a_question_may_be_asked_of_several_answers() -> None:
    page = yaml.safe_load(PAGE.replace("[featured]", "[smooth, featured]"))
    survey = Survey.model_validate_json(json.dumps(page))
    assert survey.rows_asked(survey.questions[1]) == [0, 1]
    votes = pd.DataFrame([[0.3, 0.6, 0.5, 0.4]], columns=list(survey.keys))
    assert [(one.question.name, one.expected) for one in violated_sums(votes, survey)] == [("features", 1.0)]
