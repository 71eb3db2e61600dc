"""A catalogue as Parquet: what it means is in the metadata of the fields and the schema."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.format import Format, Parts

if TYPE_CHECKING:
    import pyarrow as pa

PARTS_A_GROUP = 500
"""Parts that are one row group of Parquet, which says so much of each group that small ones make it large."""
TYPES = {int: "int64", float: "float64", str: "string"}


def _write(path: Path, parts: Parts, meaning: Meaning) -> None:
    """Write a Parquet file; what is not known is null."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = _schema(meaning)
    tables = (pa.Table.from_pandas(part, schema, preserve_index=False) for part in parts())
    with ParquetWriter(path, schema) as writer:
        for group in iter(lambda: list(islice(tables, PARTS_A_GROUP)), []):
            writer.write_table(pa.concat_tables(group))


def _schema(meaning: Meaning) -> "pa.Schema":
    """Return the types of the columns, and what they and the catalogue mean."""
    import pyarrow as pa

    fields = []
    for name, column in meaning.columns.items():
        texts = {"description": column.description, "ucd": column.ucd, "unit": column.unit}
        known = {key: text for key, text in texts.items() if text}
        fields.append(pa.field(name, TYPES[column.kind], metadata=known))
    return pa.schema(fields, {fact.name: fact.value for fact in meaning.facts})


def _column_names(path: Path) -> list[str]:
    from pyarrow.parquet import read_schema

    return read_schema(path).names


PARQUET = Format(_write, _column_names)
