"""CSV tables of galaxies: GalaxyIDs to their last digit, and the first thing wrong named by its row and column."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import LOST_DIGITS, GalaxyID, galaxy_id, is_rounded, of_one_kind

SHOWN_COLUMNS = 5
LONGEST_QUOTED = 40
LINE_END = re.compile(rb"[\r\n]")
SEPARATORS = {b";": "';'", b"\t": "tabs", b"|": "'|'"}
"""What other programs put between values, where a CSV file has commas."""


@dataclass(frozen=True)
class GalaxyTable:
    """The `rows` of a CSV file, what to call it, the `cure` of a mistake in it, and the column of the GalaxyIDs.

    `first_row` is the number by which the first row is named: an editor counts the lines from 1, the header is one.
    Columns of a name that comes again are known as pandas calls them; `repeated` are those names.
    """

    name: str
    cure: str
    rows: pd.DataFrame
    id_column: str = "GalaxyID"
    first_row: int = 2
    repeated: frozenset[str] = frozenset()

    @classmethod
    def read(
        cls, content: bytes, needed: Iterable[str], name: str, cure: str, texts: Sequence[str] = ("GalaxyID",)
    ) -> Self:
        """Read a CSV file's bytes; a UserError if they are no table, or one that has not the columns `needed` once.

        Columns of `texts` are read as they are spelled; the first of them has the IDs.
        """
        header = LINE_END.split(content, 1)[0]
        for separator, shown in SEPARATORS.items():
            if separator in header and b"," not in header:
                raise UserError(f"{name}: its values are separated by {shown}: save it with commas: {cure}")

        read_csv = partial(pd.read_csv, low_memory=False, skip_blank_lines=False)
        try:
            rows = read_csv(io.BytesIO(content), dtype=dict.fromkeys(texts, str))
            names = read_csv(io.BytesIO(content), header=None, nrows=1, dtype=str, keep_default_na=False).iloc[0]
        except UnicodeDecodeError:
            raise UserError(f"{name}: not in UTF-8: save it as UTF-8: {cure}") from None
        except ValueError as error:
            raise UserError(f"{name}: not a CSV file ({' '.join(str(error).split())}): {cure}") from None
        if not isinstance(rows.index, pd.RangeIndex):  # pandas took the first values of the rows for their names
            more = "its rows have more values than its header has names (a comma within a number counts)"
            raise UserError(f"{name}: {more}: {cure}")
        if places := [place for place, column in enumerate(rows.columns) if column in texts]:
            as_spelled = {"dtype": str, "keep_default_na": False, "na_values": [""]}  # NA and None may be labels
            rows[rows.columns[places]] = read_csv(io.BytesIO(content), usecols=places, **as_spelled)
        repeated = frozenset(names[names.duplicated()])
        table = cls(name, cure, rows.dropna(how="all"), texts[0], repeated=repeated)  # blank lines count as rows
        table.require(needed)
        return table

    def require(self, columns: Iterable[str]) -> None:
        """Raise a UserError that names the first of the columns which the table has not, or not once."""
        for column in columns:
            if column in self.repeated:
                raise UserError(f"{self.name}: column {column} is there twice: rename one")
            if column not in self.rows.columns:
                has = ", ".join(map(quoted, self.rows.columns[:SHOWN_COLUMNS]))
                others = len(self.rows.columns) - SHOWN_COLUMNS
                has += f" and {others} more" if others > 0 else ""
                raise UserError(f"{self.name}: no column {column}, but {has}: {self.cure}")

    def mistake(self, row: object, column: str, found: str) -> UserError:
        """Return the error that says where in the file."""
        line = int(str(row)) + self.first_row
        return UserError(f"{self.name}: row {line}, column {column}: {found}: {self.cure}")

    def ids(self) -> pd.Series:
        """Return the IDs, int64 if all are numbers, else text; a UserError names the first that is none or repeated."""
        texts = self.rows[self.id_column].str.strip()
        (kept,) = of_one_kind([self._id(row, text) for row, text in texts.items()])
        ids = pd.Series(kept, texts.index, name="GalaxyID")
        for row in ids.index[ids.duplicated()]:
            first = ids.index[ids == ids[row]][0]
            before = f"is the galaxy of row {first + self.first_row} too, {texts[first]} there: keep one row a galaxy"
            raise self.mistake(row, self.id_column, f"{texts[row]} {before}")
        return ids

    def _id(self, row: object, text: str | float) -> GalaxyID:
        """Return the ID that a text is."""
        if not isinstance(text, str):
            raise self.mistake(row, self.id_column, "empty is no GalaxyID")
        try:
            return galaxy_id(text)
        except ValueError as error:
            raise self.mistake(row, self.id_column, f"{quoted(text)} {error}") from None

    def require_all_digits(self, cells: pd.Series) -> None:
        """Raise a UserError that names the first of a column's IDs that is a number without its last digits."""
        for row, text in cells.items():
            if is_rounded(str(text)):
                raise self.mistake(row, str(cells.name), f"{quoted(text)} {LOST_DIGITS}")

    def fractions(self, columns: Sequence[str], unknown: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return columns as float64; a UserError names the first value that is missing or not between 0 and 1.

        But where cells are `unknown`, by column: NaN.
        """
        given = self.rows[list(columns)]
        if unknown is not None:
            given = given.mask(unknown, 0)
        fractions = pd.DataFrame({column: self._numbers(given[column]) for column in columns}, self.rows.index)
        for column in columns:
            for row in fractions.index[~fractions[column].between(0, 1)]:
                found = f"{fractions[column][row]} is not between 0 and 1"
                if (fractions > 1).any(axis=1).mean() > 0.5:
                    found += f", and most rows have such values, up to {fractions.max(axis=None):g}"
                    found += ": percentages are to be divided by 100"
                raise self.mistake(row, column, found)
        return fractions if unknown is None else fractions.mask(unknown)

    def counts(self, columns: Sequence[str], unknown: pd.DataFrame) -> pd.DataFrame:
        """Return columns as float64, NaN where cells are `unknown`; a UserError names the first value below 0."""
        given = self.rows[list(columns)].mask(unknown, 0)
        counts = pd.DataFrame({column: self._numbers(given[column]) for column in columns}, self.rows.index)
        for column in columns:
            for row in counts.index[counts[column] < 0]:
                raise self.mistake(row, column, f"{counts[column][row]} is less than 0")
        return counts.mask(unknown)

    def numbers(self, column: str) -> pd.Series:
        """Return a column as float64, NaN where it is empty; a UserError names the first value that is no number."""
        given = self.rows[column]
        return self._numbers(given.fillna(0)).where(given.notna())

    def labels(self, column: str) -> pd.Series:
        """Return a column of `texts` without the spaces about them, NaN where nothing is left."""
        stripped = self.rows[column].str.strip()
        return stripped.where(stripped != "")

    def _numbers(self, values: pd.Series) -> pd.Series:
        """Return a column as float64; a UserError names the first row whose value is not a number."""
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        for row in numbers.index[numbers.isna()]:
            raise self.mistake(row, str(values.name), f"{quoted(values[row])} is not a number")
        return numbers


def quoted(value: str | float) -> str:
    """Return a value of a table as it is quoted: its beginning, with what cannot be printed as an escape."""
    return "empty" if pd.isna(value) else repr(str(value)[:LONGEST_QUOTED])
