"""Which galaxies are labelled already: the names in a column of a table."""

import csv
import re
from pathlib import Path

from tuning_fork.core.errors import UserError
from tuning_fork.images.image_search import SUFFIX


def labelled_names(table: Path, column: str) -> frozenset[str]:
    """Return the names, as `called` has them, in a column of a CSV file; a UserError if it is no such table."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if column not in (rows.fieldnames or ()):
                has = ", ".join((rows.fieldnames or ["nothing"])[:5])
                raise UserError(f"--labelled {table}: no column {column}, but {has}: name the one of IDs by --id")
            return frozenset(called(row[column]) for row in rows if row[column])
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"--labelled {table}: not a CSV file ({error}): save it as one, with commas") from None
    except OSError as error:
        raise UserError(f"--labelled {table}: {error.strerror}: name a CSV file") from None


def called(text: str) -> str:
    """Return what a galaxy is called, of its ID or its file: without folder, suffix, blanks, zeros before a number."""
    name = SUFFIX.sub("", text.strip()).rpartition("/")[2]
    number = re.fullmatch(r"0*([0-9]+)(\.0)?", name)
    return number[1] if number else name
