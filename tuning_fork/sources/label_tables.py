"""Tables of galaxies in the formats that astronomers have, as a CSV file's bytes: every value to its last digit."""

import csv
import io
import math
import warnings
from collections.abc import Callable
from pathlib import Path

from tuning_fork.core.errors import UserError

CSV = ".csv"


def read_table(path: Path) -> tuple[bytes, int]:
    """Return a table as a CSV file's bytes, and which number its first row has, by a reader's count.

    A CSV file is left as it is, and its rows are an editor's lines. Of other formats, columns of several values a row
    are left out, and what is not known is empty. A UserError says that the suffix is none of `READERS`, or that the
    file is not in its format.
    """
    name = path.name.lower()
    if name.endswith(CSV):
        return path.read_bytes(), 2
    reader = next((reader for suffix, reader in READERS.items() if name.endswith(suffix)), None)
    if reader is None:
        raise UserError(f"{path}: the suffix says the format of a table: one of {', '.join((CSV, *READERS))}")
    try:
        columns = reader(path)
    except Exception as error:  # astropy and pyarrow have many for what is wrong in a file
        found = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{path}: no table in that format ({found}): save it anew, or as {CSV}") from None
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode(), 1


def _parquet(path: Path) -> dict[str, list[str]]:
    from pyarrow.parquet import read_table as read
    from pyarrow.types import is_nested

    table = read(path)
    names = [field.name for field in table.schema if not is_nested(field.type)]
    return {name: [_text(value) for value in table[name].to_pylist()] for name in names}


def _fits(path: Path) -> dict[str, list[str]]:
    return _astropy(path, "fits")


def _votable(path: Path) -> dict[str, list[str]]:
    return _astropy(path, "votable")


def _astropy(path: Path, form: str) -> dict[str, list[str]]:
    """Return the columns of the file's first table."""
    from astropy.table import Table

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of several tables, and of what astropy mends in them
        table = Table.read(path, format=form)
    return {name: [_text(value) for value in table[name].tolist()] for name in table.colnames if table[name].ndim == 1}


def _text(value: object) -> str:
    """Return a value as text: numbers with all their digits, and nothing for what is not known."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


READERS: dict[str, Callable[[Path], dict[str, list[str]]]] = {
    ".parquet": _parquet,
    ".fits": _fits,
    ".fits.gz": _fits,
    ".vot": _votable,
    ".xml": _votable,
}
"""What reads the columns of a table, as text, by the file's suffix."""
