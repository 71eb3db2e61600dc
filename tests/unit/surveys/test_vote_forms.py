"""The forms in which a table may hold answers: each becomes the same fractions of all volunteers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.raw_files import SOLUTIONS_CSV, SOLUTIONS_ZIP
from tuning_fork.surveys.survey import Survey, read_survey
from tuning_fork.surveys.votes import CURE, OTHER_COLUMNS, read_votes, with_answers_of

PAGE = """
title: Mine
source: my eyes
id_column: ID
votes: separate
questions:
  - name: features
    answers: [{name: smooth, column: s}, {name: featured, column: f, next: spiral}, {name: star, column: x}]
  - name: spiral
    asked_of: [featured]
    answers: [{name: arms, column: a}, {name: no arms, column: n}]
"""
CLASSES = (ROOT / "surveys/classes.yaml").read_text(encoding="utf-8")
EDGES = CLASSES.replace(
    "column: class", "column: T\n    edges: [-4, 0]\n    answers: [{name: E}, {name: S0}, {name: S}]"
)
FEATURES = ["smooth", "featured", "star"]
HEADER = "ID,s,f,x,a,n"


def survey_of(page: str, **changes: object) -> Survey:
    return Survey.model_validate_json(json.dumps(yaml.safe_load(page) | changes))


def archive(folder: Path, *lines: str) -> Path:
    write_zip(folder / SOLUTIONS_ZIP, [(SOLUTIONS_CSV, "\n".join(lines).encode())])
    return folder / SOLUTIONS_ZIP


def said(folder: Path, survey: Survey, *lines: str, needed: tuple[str, ...] = ()) -> str:
    """Return what is said of a table, without its name before and the cure behind."""
    path = archive(folder, *lines)
    with pytest.raises(UserError) as error:
        read_votes(path, with_answers_of(path, survey), needed)
    text = str(error.value).removeprefix(f"{path}: {SOLUTIONS_CSV}: ")
    assert "\n" not in text
    return text.removesuffix(f": {OTHER_COLUMNS}").removesuffix(f": {CURE}")


def test_fractions_of_each_question_by_itself_are_multiplied_down_the_tree(tmp_path: Path) -> None:
    lines = [HEADER, "9,0.2,0.8,0,0.75,0.25", "7,1,0,0,0,0", "8,0.7,0.2,0.101,0,0", "6,1,0,0,,"]
    votes = read_votes(archive(tmp_path, *lines), survey_of(PAGE), FEATURES)
    assert votes.index.tolist() == [6, 7, 8, 9]
    assert votes.columns.tolist() == [*FEATURES, "arms", "no_arms"]
    np.testing.assert_allclose(votes.loc[9], [0.2, 0.8, 0, 0.6, 0.2])
    np.testing.assert_array_equal(votes.loc[[6, 7]], [[1, 0, 0, 0, 0]] * 2)  # where nobody was led, none answers
    np.testing.assert_allclose(votes.loc[8, FEATURES], np.array([0.7, 0.2, 0.101]) / 1.001)  # digits that were cut off
    assert votes.loc[8, ["arms", "no_arms"]].isna().all()  # some were led there, and no vote is known


def test_counts_become_the_same_fractions(tmp_path: Path) -> None:
    lines = [HEADER, "9,8,32,0,24,8", "7,40,0,0,0,0", "5,0,0,0,0,0"]
    votes = read_votes(archive(tmp_path, *lines), survey_of(PAGE, votes="counts"), FEATURES)
    np.testing.assert_allclose(votes.loc[9], [0.2, 0.8, 0, 0.6, 0.2])
    np.testing.assert_array_equal(votes.loc[7], [1, 0, 0, 0, 0])
    assert votes.loc[5].isna().all()


WRONG = [
    ("separate", "9,0.2,0.8,0,0.5,0.4", "row 3, column a to n: the answers add up to 0.900000, and must to 1"),
    ("separate", "9,0.2,0.8,,1,0", "row 3, column x: empty is not a number"),
    ("separate", "9,20,80,0,1,0", "row 3, column s: 20.0 is not between 0 and 1"),
    ("counts", "9,-1,5,0,1,0", "row 3, column s: -1.0 is less than 0"),
    ("counts", "9,many,5,0,1,0", "row 3, column s: 'many' is not a number"),
]


@pytest.mark.parametrize(("form", "row", "expected"), WRONG)
def test_what_cannot_be_is_named_with_row_and_column(tmp_path: Path, form: str, row: str, expected: str) -> None:
    found = said(tmp_path, survey_of(PAGE, votes=form), HEADER, "7,1,0,0,0,0", row, "6,1,0,0,0,0")
    assert found == expected


def test_percentages_and_another_columns_name_are_told(tmp_path: Path) -> None:
    found = said(tmp_path, survey_of(PAGE), HEADER, "7,20,80,0,50,50", "8,100,0,0,0,0")
    assert "percentages are to be divided by 100" in found
    found = said(tmp_path, survey_of(PAGE), "ID,s,F,x", "7,1,0,0", needed=("smooth",))
    assert found == "no column f, but 'ID', 's', 'F', 'x'"
    assert said(tmp_path, survey_of(PAGE), "id,s,f,x", "7,1,0,0") == "no column ID, but 'id', 's', 'f', 'x'"
    of_arms = said(tmp_path, survey_of(PAGE), "ID,a,n", "7,1,0", needed=("arms",))
    assert of_arms == "no column s, but 'ID', 'a', 'n'"  # what was led there follows from it


def test_questions_that_the_table_has_not_are_not_known(tmp_path: Path) -> None:
    votes = read_votes(archive(tmp_path, "ID,s,f,x", "7,0.5,0.5,0"), survey_of(PAGE), FEATURES)
    assert votes.loc[7, FEATURES].tolist() == [0.5, 0.5, 0]
    assert votes.loc[7, ["arms", "no_arms"]].isna().all()


def test_labels_that_make_the_same_key_or_that_of_another_column_get_a_number(tmp_path: Path) -> None:
    path = archive(tmp_path, "GalaxyID,class", "1,E/S0", "2,E-S0", "3,flags", "4,E S0 2")
    survey = with_answers_of(path, survey_of(CLASSES))
    assert {key: answer.label for key, answer in survey.answers.items()} == {
        "E_S0_2": "E S0 2",
        "E_S0": "E-S0",
        "E_S0_3": "E/S0",
        "flags_2": "flags",
    }
    assert read_votes(path, survey, survey.keys).idxmax(axis=1).tolist() == ["E_S0_3", "E_S0", "flags_2", "E_S0_2"]


def test_labels_that_look_like_nothing_are_classes_too(tmp_path: Path) -> None:
    lines = ["GalaxyID,class", "1,NA", "2,None", "3,null", "4,nan", "5,"]
    survey = with_answers_of(archive(tmp_path, "\n".join(lines)), survey_of(CLASSES))
    assert survey.keys == ("NA", "None", "nan", "null")
    votes = read_votes(tmp_path / SOLUTIONS_ZIP, survey, survey.keys)
    assert votes.idxmax(axis=1).to_dict() == {1: "NA", 2: "None", 3: "null", 4: "nan"}


def test_labels_are_classes_and_galaxies_without_one_are_left_out(tmp_path: Path) -> None:
    path = archive(tmp_path, "GalaxyID,class", "3, spiral ", "1,E+A", "2,", "4,spiral", "5,007")
    survey = with_answers_of(path, survey_of(CLASSES))
    assert survey.keys == ("007", "E_A", "spiral")
    votes = read_votes(path, survey, survey.keys)
    assert votes.index.tolist() == [1, 3, 4, 5]
    assert votes.idxmax(axis=1).tolist() == ["E_A", "spiral", "spiral", "007"]
    assert (votes.sum(axis=1) == 1).all()


def test_numbers_become_classes_by_edges_of_which_each_is_the_end_of_its_class(tmp_path: Path) -> None:
    path = archive(tmp_path, "GalaxyID,T", "1,-5", "2,-4.0", "3,-3.99", "4,0", "5,0.1", "6,11", "7,")
    votes = read_votes(path, survey_of(EDGES), ("E",))
    assert votes.idxmax(axis=1).tolist() == ["E", "E", "S0", "S0", "S", "S"]


NO_CLASSES = [
    (CLASSES, ["GalaxyID,class", "1,a", "2,a"], "column class: has the one class a: name the column of the classes"),
    (CLASSES, ["GalaxyID,class", "1,", "2,"], "column class: has 0 different labels: name the column of the classes"),
    (
        CLASSES,
        ["GalaxyID,class", *(f"{i},{i}" for i in range(200))],
        "column class: has 200 different labels, more than 100: name",
    ),
    (CLASSES, ["GalaxyID,Class", "1,a"], "no column class, but 'GalaxyID', 'Class'"),
    (EDGES, ["GalaxyID,T", "1,E"], "row 2, column T: 'E' is not a number"),
    (
        CLASSES.replace("column: class", "column: class\n    answers: [{name: spiral, value: S}, {name: E}]"),
        ["GalaxyID,class", "1,S", "2,E", "3,Sb"],
        "row 4, column class: 'Sb' is none of S, E",
    ),
]


@pytest.mark.parametrize(("page", "lines", "expected"), NO_CLASSES)
def test_labels_that_make_no_classes_are_told(tmp_path: Path, page: str, lines: list[str], expected: str) -> None:
    assert said(tmp_path, survey_of(page), *lines).startswith(expected)


def test_the_release_of_galaxy_zoo_2_is_read_by_its_page(tmp_path: Path) -> None:
    release = read_survey(ROOT / "surveys/galaxy-zoo-2-release.yaml")
    columns = [str(answer.column) for answer in release.answers.values()]
    row = dict.fromkeys(columns, 0.0) | dict(zip(columns[:5], (0.605, 0.395, 0.0, 0.867, 0.133), strict=True))
    table = pd.DataFrame([row | {columns[13]: 0.026, columns[14]: 0.974, columns[16]: 1.0}]).assign(
        asset_id=68, other=1
    )
    votes = read_votes(archive(tmp_path, table.to_csv(index=False)), release, ("smooth", "edge_on")).loc[68]
    assert votes[["smooth", "odd", "in_between"]].tolist() == [0.605, 0.026, 0.605]
    assert votes["edge_on"] == pytest.approx(0.395 * 0.867)
    assert np.isnan(votes["spiral"])
