"""A catalogue as a FITS binary table.

What it means is in keywords (TUNIT, TCOMM for descriptions, TUCD), and once more in the comments that astropy reads.
"""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.format import Format, Parts

if TYPE_CHECKING:
    import pandas as pd
    from astropy.io import fits

BLOCK = 2880
LONGEST_HEAD = 100_000
"""Bytes of a file in which its columns are looked for."""
NUMBERS = {int: ">i8", float: ">f8"}


def _write(path: Path, parts: Parts, meaning: Meaning) -> None:
    """Write a FITS binary table; numbers that are not known are NaN, texts empty and in ASCII (others as escapes)."""
    from astropy.io import fits

    texts = [name for name, column in meaning.columns.items() if column.kind is str]
    widths = dict.fromkeys(texts, 1)
    rows = 0
    for part in parts():
        rows += len(part)
        for name in texts:
            widths[name] = max(widths[name], _ascii(part[name]).str.len().max())
    kinds = [(name, NUMBERS.get(column.kind) or f"S{widths[name]}") for name, column in meaning.columns.items()]
    with path.open("wb") as file:
        file.write(fits.PrimaryHDU().header.tostring().encode("ascii"))
        file.write(_header(kinds, rows, meaning).tostring().encode("ascii"))
        for part in parts():
            block = np.empty(len(part), kinds)
            for name in part:
                block[name] = _ascii(part[name]).str.encode("ascii") if name in widths else part[name]
            file.write(block.tobytes())
        file.write(b"\0" * (-file.tell() % BLOCK))


def _header(kinds: list[tuple[str, str]], rows: int, meaning: Meaning) -> "fits.Header":
    """Return the table's header: what the columns mean is in it for astropy, which writes it, and for other readers."""
    from astropy.io import fits
    from astropy.table import Column, Table

    table = Table()
    for name, kind in kinds:
        column = meaning.columns[name]
        values = np.empty(0, kind)
        described = Column(values, unit=column.unit, description=_escaped(column.description), meta={"ucd": column.ucd})
        table[_escaped(name)] = described
    empty = io.BytesIO()
    table.write(empty, format="fits")
    empty.seek(0)
    header = fits.getheader(empty, 1)
    header["NAXIS2"] = rows
    header["EXTNAME"] = "CATALOGUE"
    for number, name in enumerate(meaning.columns, start=1):
        header[f"TCOMM{number}"] = _escaped(meaning.columns[name].description)
        header[f"TUCD{number}"] = meaning.columns[name].ucd
    for fact in meaning.facts:
        header[fact.name] = (_escaped(fact.value), fact.description)
    return header


def _escaped(text: str) -> str:
    """Return a text with what is not ASCII as escapes, as a FITS header has it."""
    return text.encode("ascii", "backslashreplace").decode()


def _ascii(texts: "pd.Series") -> "pd.Series":
    """Return texts, what is not known empty and what is not ASCII escaped."""
    return texts.fillna("").str.encode("ascii", "backslashreplace").str.decode("ascii")


def _column_names(path: Path) -> list[str]:
    with path.open("rb") as file:
        head = file.read(LONGEST_HEAD).decode("ascii", "replace")
    return re.findall(r"TTYPE\d+ *= '([^ ']+)", head) if head.startswith("SIMPLE") else []


FITS = Format(_write, _column_names)
