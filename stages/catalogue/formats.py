"""A catalogue's file: CSV, Parquet, FITS or VOTable, written part by part."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.io import fits, votable
from astropy.table import Table

from stages.files import whole_file

Parts = Callable[[], Iterator[pd.DataFrame]]
"""Gives the parts of a table, in order, as often as asked."""
FITS_BLOCK = 2880
ROWS = b"<TABLEDATA>", b"</TABLEDATA>"


def write_csv(path: Path, parts: Parts) -> None:
    """Write a CSV file; what is not known is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(parts()):
            part.to_csv(file, index=False, header=number == 0, lineterminator="\n")


def write_parquet(path: Path, parts: Parts) -> None:
    """Write a Parquet file; what is not known is null."""
    kinds = {"i": pa.int64(), "f": pa.float64()}
    first = next(parts())
    schema = pa.schema([(name, kinds.get(kind.kind, pa.string())) for name, kind in first.dtypes.items()])
    with pq.ParquetWriter(path, schema) as writer:
        for part in parts():
            writer.write_table(pa.Table.from_pandas(part, schema, preserve_index=False))


def write_fits(path: Path, parts: Parts) -> None:
    """Write a FITS binary table; numbers that are not known are NaN, texts empty and in ASCII (others as escapes)."""
    widths: dict[str, int] = {}
    rows = 0
    for part in parts():
        rows += len(part)
        for name, column in _texts(part).items():
            widths[name] = max(widths.get(name, 1), column.str.len().max())
    first = next(parts())
    numbers = {"i": ">i8", "f": ">f8"}
    kinds = [(name, f"S{widths[name]}" if name in widths else numbers[first[name].dtype.kind]) for name in first]
    header = fits.BinTableHDU(np.empty(0, kinds), name="CATALOGUE").header
    header["NAXIS2"] = rows
    with path.open("wb") as file:
        file.write(fits.PrimaryHDU().header.tostring().encode("ascii"))
        file.write(header.tostring().encode("ascii"))
        for part in parts():
            encoded = part.assign(**{name: column.str.encode("ascii") for name, column in _texts(part).items()})
            block = np.empty(len(part), kinds)
            for name in first:
                block[name] = encoded[name].to_numpy()
            file.write(block.tobytes())
        file.write(b"\0" * (-file.tell() % FITS_BLOCK))


def write_votable(path: Path, parts: Parts) -> None:
    """Write a VOTable; numbers that are not known are NaN, texts empty."""
    with path.open("wb") as file:
        end = b""
        for number, part in enumerate(parts()):
            texts = {name: part[name].fillna("") for name in _texts(part)}
            document = votable.from_table(Table.from_pandas(part.assign(**texts)))
            for field in document.get_first_table().fields:
                if field.datatype in {"char", "unicodeChar"}:
                    field.datatype, field.arraysize = "unicodeChar", "*"
            text = io.BytesIO()
            document.to_xml(text)
            before, _, rest = text.getvalue().partition(ROWS[0])
            rows, _, after = rest.partition(ROWS[1])
            file.write((before + ROWS[0] if number == 0 else b"") + rows.rstrip())
            end = b"\n" + ROWS[1] + after
        file.write(end)


def _texts(part: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the columns of text, what is not known empty and what is not ASCII escaped."""
    columns = {name: part[name] for name, kind in part.dtypes.items() if kind.kind not in "if"}
    return {
        name: column.fillna("").map(lambda text: text.encode("ascii", "backslashreplace").decode())
        for name, column in columns.items()
    }


FORMATS = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".fits": write_fits,
    ".vot": write_votable,
    ".xml": write_votable,
}
"""By the file's suffix."""


def write_table(path: Path, parts: Parts) -> None:
    """Write the table in the format of the path's suffix; it takes its name when it is whole."""
    with whole_file(path) as unfinished:
        FORMATS[path.suffix.lower()](unfinished, parts)
