"""The votes of a survey's table, whatever its form: checked row by row, and made fractions of all volunteers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from tuning_fork.core.checked_yaml import checked
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.raw_files import SOLUTIONS_CSV, read_solutions
from tuning_fork.galaxies.tables import GalaxyTable
from tuning_fork.surveys.survey import Question, Survey, key_of
from tuning_fork.surveys.survey_checks import RESERVED
from tuning_fork.surveys.tree_sums import led_to, violated_sums
from tuning_fork.surveys.vote_forms import SHARES

CURE = "correct the table and run `dvc repro -f download`"
"""What mends a mistake in the table; DVC does not watch the folder that the table came from."""
OTHER_COLUMNS = f"{CURE}, or choose or write the survey's page that names its columns (params.yaml: labels.survey)"
MOST_ANSWERS = 100
"""A column with more labels than this is none of classes."""


@dataclass(frozen=True)
class RawTable:
    """A table as a CSV file's bytes, with what to call it, the cure of a mistake, and the number of its first row."""

    content: bytes
    name: str
    cure: str = CURE
    other_columns: str = OTHER_COLUMNS
    """The cure where it lacks columns."""
    first_row: int = 2

    @classmethod
    def of(cls, archive: Path) -> Self:
        """Return the one in a zip such as Kaggle's `training_solutions_rev1.zip`."""
        return cls(read_solutions(archive), f"{archive}: {SOLUTIONS_CSV}")


def read_votes(archive: Path, survey: Survey, needed: Iterable[str]) -> pd.DataFrame:
    """Read the votes in a zip such as Kaggle's `training_solutions_rev1.zip`: see `votes_of`."""
    return votes_of(RawTable.of(archive), survey, needed)


def votes_of(raw: RawTable, survey: Survey, needed: Iterable[str]) -> pd.DataFrame:
    """Return the votes that a table has, by GalaxyID in ascending order.

    A column an answer, by its key: the fraction of all volunteers who give it, NaN where that is not known. The table
    may lack columns of the survey, but for those that the answers `needed` follow from. A UserError names the row and
    column of the first value that cannot be, of the first GalaxyID that is none or comes twice, and of the first sum
    that does not hold.

    Of joint fractions, all answers to a question may be empty in a row, but not those needed. Of the other forms, a
    question without votes is not known, unless nobody was led to it: then its fractions are 0.
    """
    needed = set(needed)
    table = _read(raw, survey, _columns_of(survey, needed))
    votes = _joint(table, survey, needed) if survey.votes == "joint" else _multiplied(table, survey)
    ids = table.ids()
    if survey.votes == "label":
        ids = ids[votes.notna().any(axis=1)]  # the others are not labelled yet
    return votes.reindex(index=ids.index, columns=list(survey.keys)).set_index(ids).sort_index()


def with_answers_of(archive: Path, survey: Survey) -> Survey:
    """Return the survey with the answers that its page leaves to the table in such a zip: see `filled_in`."""
    return filled_in(RawTable.of(archive), survey)


def filled_in(raw: RawTable, survey: Survey) -> Survey:
    """Return the survey with the answers that its page leaves to the table: the labels in it, sorted.

    Those that make the same key as one before them, or that of a column of the project's, get a number.
    """
    if all(question.answers for question in survey.questions):
        return survey
    table = _read(raw, survey, [question.column or "" for question in survey.questions])
    page = survey.model_dump(mode="json")
    taken = {*RESERVED, *survey.keys}
    for number, question in enumerate(survey.questions):
        if not question.answers:
            page["questions"][number]["answers"] = [_answer(label, taken) for label in _labels(table, question)]
    return checked(page, Survey, table.name)


def _answer(label: str, taken: set[str]) -> dict[str, str]:
    """Return the answer that is this label, whose key is added to those that are `taken`."""
    names = (label, *(f"{label} {number}" for number in range(2, MOST_ANSWERS + len(RESERVED))))
    name = next(name for name in names if key_of(name) not in taken)
    taken.add(key_of(name))
    return {"name": name} | ({} if name == label else {"value": label})


def _labels(table: GalaxyTable, question: Question) -> list[str]:
    """Return the labels that a question's column has; a UserError if they make no classes."""
    found = sorted(set(table.labels(str(question.column)).dropna()))
    if 2 <= len(found) <= MOST_ANSWERS:
        return found
    cure = "name the column of the classes, or edges between numbers, in the survey's page"
    has = f"has the one class {found[0]}" if len(found) == 1 else f"has {len(found)} different labels"
    has += f", more than {MOST_ANSWERS}" if len(found) > MOST_ANSWERS else ""
    raise UserError(f"{table.name}: column {question.column}: {has}: {cure}")


def _read(raw: RawTable, survey: Survey, columns: Iterable[str]) -> GalaxyTable:
    """Read the table, which must have these columns and a galaxy."""
    texts = [question.column for question in survey.questions if question.column and not question.edges]
    table = GalaxyTable.read(raw.content, (), raw.name, raw.cure, [survey.id_column, *texts])
    replace(table, cure=raw.other_columns).require((survey.id_column, *columns))
    if table.rows.empty:
        raise UserError(f"{raw.name}: no galaxies in it: {raw.cure}")
    return replace(table, first_row=raw.first_row)


def _columns_of(survey: Survey, needed: set[str]) -> list[str]:
    """Return the columns that these answers follow from."""
    if survey.votes == "joint":
        return [str(answer.column) for key, answer in survey.answers.items() if key in needed]
    columns: list[str] = []
    for question in reversed(survey.questions):
        if not needed.isdisjoint(question.keys):
            needed = needed | set(question.tops)
            columns = [*question.columns, *columns]
    return columns


def _joint(table: GalaxyTable, survey: Survey, needed: set[str]) -> pd.DataFrame:
    """Return fractions of all volunteers as the table has them: those of the answers whose columns are there."""
    names = {answer.column: key for key, answer in survey.answers.items() if answer.column in table.rows.columns}
    columns = [column for column in table.rows.columns if column in names]
    table.require(columns)
    cells = table.rows[columns].rename(columns=names)
    unknown = _unknown(cells, survey, needed).set_axis(columns, axis=1)
    votes = table.fractions(columns, unknown).rename(columns=names)
    for sum_ in violated_sums(votes, survey):
        found = f"the answers add up to {sum_.found:.6f}, and {sum_.expected:.6f} led to the question"
        raise table.mistake(sum_.row, " to ".join(sum_.question.columns[:: len(sum_.question.columns) - 1]), found)
    return votes


def _unknown(cells: pd.DataFrame, survey: Survey, needed: set[str]) -> pd.DataFrame:
    """Return where cells may be empty: where a row has no answer to a question of which none is needed."""
    unknown: dict[str, pd.Series] = {}
    for question in survey.questions:
        answers = [key for key in question.keys if key in cells.columns]
        is_needed = not needed.isdisjoint(answers)
        unknown |= dict.fromkeys(answers, cells[answers].isna().all(axis=1) & (not is_needed))
    return pd.DataFrame(unknown, cells.index).reindex(columns=cells.columns)


def _multiplied(table: GalaxyTable, survey: Survey) -> pd.DataFrame:
    """Return each question's fractions among those asked, times the fraction of all who were led there."""
    votes = pd.DataFrame(index=table.rows.index, columns=list(survey.keys), dtype=float)
    for question in survey.questions:
        if any(column in table.rows.columns for column in question.columns):
            led = led_to(votes, question)
            fractions = SHARES[survey.votes](table, question).to_numpy() * led[:, None]
            votes[list(question.keys)] = np.where(led[:, None] == 0, 0.0, fractions)
    return votes
