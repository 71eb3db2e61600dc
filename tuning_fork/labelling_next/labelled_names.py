"""Which galaxies are labelled already: the IDs in a table, of any format that labels are read from."""

from dataclasses import replace
from pathlib import Path

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import as_written
from tuning_fork.galaxies.tables import GalaxyTable
from tuning_fork.sources.label_tables import read_table


def labelled_names(path: Path, id_column: str, column: str | None) -> frozenset[str]:
    """Return the IDs, as text, in a table's column: of rows with something in another column, if one is named.

    A UserError says what is wrong with the table, which column it has not, or which ID lost its last digits.
    """
    if not path.is_file():
        raise UserError(f"--labelled {path}: {'is a folder' if path.exists() else 'does not exist'}: name a table")
    content, first_row = read_table(path)
    names = [id_column] if column in {None, id_column} else [id_column, str(column)]
    table = GalaxyTable.read(content, (), f"--labelled {path}", "correct the table, or name another", names)
    replace(table, cure="name its column of IDs by --id, and of labels by --column").require(names)
    are_labelled = table.labels(names[-1]).notna()
    found = table.labels(id_column)[are_labelled].dropna()
    replace(table, first_row=first_row).require_all_digits(found)
    return frozenset(str(as_written(name)) for name in found)
