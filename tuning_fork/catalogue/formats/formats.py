"""A catalogue's file: CSV, Parquet, FITS or VOTable, written part by part, so that memory does not grow with its rows.

What its columns and the catalogue mean is in the file too, but for CSV, which is plain: in Parquet in the metadata of
the fields and the schema; in FITS in keywords (TUNIT, TCOMM for descriptions, TUCD), and once more in the comments from
which astropy reads them; in VOTable in the elements FIELD and PARAM.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.fits_table import write_fits
from tuning_fork.catalogue.formats.votable import write_votable
from tuning_fork.core.files import whole_file

Parts = Callable[[], Iterator[pd.DataFrame]]
"""A function that yields the parts of a table, in order, as often as it is called."""
PARTS_A_GROUP = 500
"""Parts that are one row group of Parquet, which says so much of each group that small ones make it large."""
PARQUET_TYPES = {int: pa.int64(), float: pa.float64(), str: pa.string()}


def write_csv(path: Path, parts: Parts, meaning: Meaning) -> None:
    """Write a CSV file; what is not known is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(parts()):
            part.to_csv(file, columns=list(meaning.columns), index=False, header=number == 0, lineterminator="\n")


def write_parquet(path: Path, parts: Parts, meaning: Meaning) -> None:
    """Write a Parquet file; what is not known is null."""
    fields = []
    for name, column in meaning.columns.items():
        texts = {"description": column.description, "ucd": column.ucd, "unit": column.unit}
        known = {key: text for key, text in texts.items() if text}
        fields.append(pa.field(name, PARQUET_TYPES[column.kind], metadata=known))
    schema = pa.schema(fields, {fact.name: fact.value for fact in meaning.facts})
    tables = (pa.Table.from_pandas(part, schema, preserve_index=False) for part in parts())
    with pq.ParquetWriter(path, schema) as writer:
        for group in iter(lambda: list(islice(tables, PARTS_A_GROUP)), []):
            writer.write_table(pa.concat_tables(group))


FORMATS = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".fits": write_fits,
    ".vot": write_votable,
    ".xml": write_votable,
}
"""The function that writes a table, by the file's suffix."""


def write_table(path: Path, suffix: str, parts: Parts, meaning: Meaning) -> None:
    """Write the table in the format of that suffix; it takes its name when it is whole."""
    with whole_file(path) as unfinished:
        FORMATS[suffix](unfinished, parts, meaning)
