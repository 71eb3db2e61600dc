"""Kaggle's CSV: read whole, and the first thing wrong in it named by row and column."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.surveys import COLUMNS, KEYS, SURVEY, TASKS
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.raw_files import SOLUTIONS_CSV, SOLUTIONS_ZIP
from tuning_fork.surveys.votes import OTHER_COLUMNS, read_votes

NEEDED = tuple(TASKS["regression"].candidates)
NEEDED_COLUMNS = [column for key, column in zip(KEYS, COLUMNS, strict=True) if key in NEEDED]
SEVENTEEN = [column for column in COLUMNS if column.split(".")[0] in ("Class1", "Class2", "Class6", "Class7", "Class8")]


@pytest.fixture
def solutions(kaggle_files: Path) -> pd.DataFrame:
    """Give the table as it stands in the file, as text."""
    with zipfile.ZipFile(kaggle_files / SOLUTIONS_ZIP) as archive:
        return pd.read_csv(archive.open(SOLUTIONS_CSV), dtype=str)


def archive_of(folder: Path, csv: str | bytes) -> Path:
    path = folder / SOLUTIONS_ZIP
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(SOLUTIONS_CSV, csv)
    return path


def read(folder: Path, solutions: pd.DataFrame) -> pd.DataFrame:
    return read_votes(archive_of(folder, solutions.to_csv(index=False)), SURVEY, NEEDED)


def mistake(folder: Path, csv: str | bytes) -> str:
    """Return what is said of a file: one line that begins with its name."""
    path = archive_of(folder, csv)
    with pytest.raises(UserError) as error:
        read_votes(path, SURVEY, NEEDED)
    place, _, said = str(error.value).partition(f"{path}: {SOLUTIONS_CSV}: ")
    assert place == ""
    assert "\n" not in said
    return said


def test_the_whole_file_is_fractions_by_galaxy(kaggle_files: Path, solutions: pd.DataFrame) -> None:
    votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, NEEDED)
    assert votes.index.name == "GalaxyID"
    assert votes.index.dtype == np.int64
    assert votes.index.is_monotonic_increasing
    assert votes.columns.tolist() == list(KEYS)
    assert (votes.dtypes == np.float64).all()
    galaxy = solutions.iloc[7]
    assert votes.loc[int(galaxy["GalaxyID"])].tolist() == [float(galaxy[column]) for column in COLUMNS]


@pytest.mark.parametrize("columns", [NEEDED_COLUMNS, SEVENTEEN])
def test_a_file_with_fewer_columns_will_do(tmp_path: Path, solutions: pd.DataFrame, columns: list[str]) -> None:
    votes = read(tmp_path, solutions[["GalaxyID", *columns]])
    known = [key for key, column in zip(KEYS, COLUMNS, strict=True) if column in columns]
    assert votes.columns.tolist() == list(KEYS)
    assert votes.columns[votes.notna().all()].tolist() == known
    assert votes.columns[votes.isna().all()].tolist() == [key for key in KEYS if key not in known]
    assert len(votes) == 60


def test_columns_that_are_none_of_the_trees_are_passed_over(tmp_path: Path, solutions: pd.DataFrame) -> None:
    assert "remark" not in read(tmp_path, solutions.assign(remark="a fine galaxy")).columns


def test_rows_in_another_order_are_the_same_votes(tmp_path: Path, solutions: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(read(tmp_path, solutions[::-1]), read(tmp_path, solutions))


def set_value(row: int, column: str, value: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change of one value, in the row that an editor counts as `row`."""
    return lambda table: table.assign(**{column: table[column].where(table.index != row - 2, value)})


def emptied(solutions: pd.DataFrame, *questions: int) -> pd.DataFrame:
    """Return the table with every third row's answers to questions empty."""
    columns = [column for column in COLUMNS if int(column[len("Class") :].partition(".")[0]) in questions]
    return solutions.assign(**{column: solutions[column].where(solutions.index % 3 > 0, "") for column in columns})


def test_questions_whose_answers_are_not_known_are_nan_and_the_rest_is_as_it_stands(
    tmp_path: Path, solutions: pd.DataFrame
) -> None:
    whole, found = read(tmp_path, solutions), read(tmp_path, emptied(solutions, 3, 4, 5, 9, 10, 11))
    lacking = found["bar"].isna()
    assert lacking.sum() == 20
    assert found.loc[lacking, "unclear_arms"].isna().all()
    pd.testing.assert_frame_equal(found[~lacking], whole[~lacking])
    pd.testing.assert_frame_equal(found[list(NEEDED)], whole[list(NEEDED)])


def test_answers_that_are_needed_or_known_in_part_must_be_there(tmp_path: Path, solutions: pd.DataFrame) -> None:
    said = mistake(tmp_path, emptied(solutions, 7).to_csv(index=False))
    assert said == f"row 2, column Class7.1: empty is not a number: {CURE}"
    in_part = set_value(9, "Class11.4", "")(solutions)
    said = mistake(tmp_path, in_part.to_csv(index=False))
    assert said == f"row 9, column Class11.4: empty is not a number: {CURE}"


LARGE = "is no GalaxyID: a number is at most 9223372036854775807"
LOST = "has a decimal point: so large a number lost its last digits when it got that"
WRONG_VALUES = [
    ("Class7.2", "abc", "'abc' is not a number"),
    ("Class7.2", "0,5", "'0,5' is not a number"),
    ("Class7.2", "", "empty is not a number"),
    ("Class7.2", "1.5", "1.5 is not between 0 and 1"),
    ("Class7.2", "-0.1", "-0.1 is not between 0 and 1"),
    ("Class7.2", "inf", "inf is not between 0 and 1"),
    ("Class11.6", "2", "2.0 is not between 0 and 1"),
    ("GalaxyID", "", "empty is no GalaxyID"),
    ("GalaxyID", " ", "'' is no GalaxyID: it has 1 to 255 characters"),
    ("GalaxyID", "N" * 256, f"'{'N' * 40}' is no GalaxyID: it has 1 to 255 characters"),
    ("GalaxyID", "5.87723E+17", f"'5.87723E+17' {LOST}"),
    ("GalaxyID", "9223372036854775808", f"'9223372036854775808' {LARGE}"),
    ("GalaxyID", "9" * 5000, f"'{'9' * 40}' {LARGE}"),
    ("GalaxyID", "587722981746540704.0", f"'587722981746540704.0' {LOST}"),
]
CURE = "correct the table and run `dvc repro -f download`"


@pytest.mark.parametrize(("column", "value", "said"), WRONG_VALUES)
def test_a_wrong_value_is_named_with_its_row_and_column(
    tmp_path: Path, solutions: pd.DataFrame, column: str, value: str, said: str
) -> None:
    for row in (2, 41, 61):
        changed = set_value(row, column, value)(solutions)
        assert mistake(tmp_path, changed.to_csv(index=False)) == f"row {row}, column {column}: {said}: {CURE}"


@pytest.mark.parametrize("again", ["{}", "00{}", "{}.0", " {} "])
def test_a_galaxy_that_comes_twice_is_named_with_both_rows(tmp_path: Path, solutions: pd.DataFrame, again: str) -> None:
    first = solutions["GalaxyID"][0]
    changed = set_value(30, "GalaxyID", again.format(first))(solutions)
    said = mistake(tmp_path, changed.to_csv(index=False))
    text = again.format(first).strip()
    both = f"{text} is the galaxy of row 2 too, {first} there: keep one row a galaxy"
    assert said == f"row 30, column GalaxyID: {both}: {CURE}"


def test_one_id_that_is_text_makes_text_of_all(tmp_path: Path, solutions: pd.DataFrame) -> None:
    names = {
        2: "PGC0000212",
        3: "J0012+0123",
        4: "0012",
        5: "587722981746540704",
        6: "spirals/NGC 224.FITS.gz",
        7: "1e5",
    }
    for row, text in names.items():
        solutions = set_value(row, "GalaxyID", text)(solutions)
    votes = read(tmp_path, solutions)
    assert {"PGC0000212", "J0012+0123", "12", "587722981746540704", "NGC 224", "1e5"} <= set(votes.index)
    assert votes.loc["NGC 224", "smooth"] == float(solutions["Class1.1"][4])


def test_galaxy_ids_are_read_to_their_last_digit(tmp_path: Path, solutions: pd.DataFrame) -> None:
    neighbours = {2: "587722981746540704", 3: "587722981746540705", 4: "9223372036854775807", 5: "007", 6: "12.0"}
    for row, text in neighbours.items():
        solutions = set_value(row, "GalaxyID", text)(solutions)
    found = set(read(tmp_path, solutions).index)
    assert {587722981746540704, 587722981746540705, 2**63 - 1, 7, 12} <= found
    assert len(found) == 60


@pytest.mark.parametrize("column", ["GalaxyID", *NEEDED_COLUMNS])
def test_a_missing_column_is_named(tmp_path: Path, solutions: pd.DataFrame, column: str) -> None:
    said = mistake(tmp_path, solutions.drop(columns=column).to_csv(index=False))
    others = [name for name in COLUMNS if name != column]
    first, rest = (COLUMNS[:5], 32) if column == "GalaxyID" else (["GalaxyID", *others[:4]], 32)
    assert said == f"no column {column}, but {', '.join(map(repr, first))} and {rest} more: {OTHER_COLUMNS}"


@pytest.mark.parametrize(("separator", "named"), [(";", "';'"), ("\t", "tabs"), ("|", "'|'")])
@pytest.mark.parametrize("decimal", [".", ","])
def test_a_table_without_commas_is_told_to_have_them(
    tmp_path: Path, solutions: pd.DataFrame, separator: str, named: str, decimal: str
) -> None:
    text = solutions.astype({column: float for column in COLUMNS}).to_csv(index=False, sep=separator, decimal=decimal)
    assert mistake(tmp_path, text) == f"its values are separated by {named}: save it with commas: {CURE}"


def test_percentages_are_told_to_be_divided(tmp_path: Path, solutions: pd.DataFrame) -> None:
    percent = solutions.astype({column: float for column in COLUMNS})
    percent[list(COLUMNS)] *= 100
    first = percent["Class1.1"][0]
    assert mistake(tmp_path, percent.to_csv(index=False)) == (
        f"row 2, column Class1.1: {first} is not between 0 and 1, and most rows have such values, up to 100: "
        f"percentages are to be divided by 100: {CURE}"
    )


def test_a_broken_sum_of_the_tree_is_named_with_what_was_due(tmp_path: Path, solutions: pd.DataFrame) -> None:
    row = solutions.index[solutions["Class1.1"].astype(float).between(0.3, 0.6)][0]
    smooth, change = float(solutions["Class1.1"][row]), 0.25
    changed = set_value(row + 2, "Class1.1", f"{smooth + change:.6f}")(solutions)
    assert mistake(tmp_path, changed.to_csv(index=False)) == (
        f"row {row + 2}, column Class1.1 to Class1.3: the answers add up to 1.250000, and 1.000000 led to the "
        f"question: {CURE}"
    )


@pytest.mark.parametrize("csv", ["", b"\xff\xfe\x00GalaxyID", 'GalaxyID,Class1.1\n"1,0.5\n', "\x00\x00\x00"])
def test_something_that_is_no_table_is_one_line(tmp_path: Path, csv: str | bytes) -> None:
    assert mistake(tmp_path, csv)


@pytest.mark.parametrize("surplus", ["", "0.5", "x"])
def test_rows_with_a_value_more_than_the_header_are_one_line(
    tmp_path: Path, solutions: pd.DataFrame, surplus: str
) -> None:
    header, *rows = solutions.to_csv(index=False).splitlines()
    said = mistake(tmp_path, "\n".join([header, *(f"{row},{surplus}" for row in rows)]))
    many = "its rows have more values than its header has names (a comma within a number counts)"
    assert said == f"{many}: {CURE}"


def test_a_table_without_rows_is_an_error(tmp_path: Path, solutions: pd.DataFrame) -> None:
    with pytest.raises(UserError, match="no galaxies in it"):
        read(tmp_path, solutions[:0])


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path, solutions: pd.DataFrame) -> None:
    lines = solutions[:5].to_csv(index=False).splitlines()
    lines = [*lines[:3], "", *lines[3:], "", ""]
    archive = archive_of(tmp_path, "\n".join(lines))
    assert len(read_votes(archive, SURVEY, NEEDED)) == 5
    lines[5] = lines[5][lines[5].index(",") :]
    with pytest.raises(UserError, match="row 6, column GalaxyID"):
        read_votes(archive_of(tmp_path, "\n".join(lines)), SURVEY, NEEDED)
