"""A catalogue as a VOTable: what it means is in the elements FIELD and PARAM."""

import io
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.format import Format, Parts

if TYPE_CHECKING:
    import pandas as pd
    from astropy.io.votable.tree import VOTableFile

ROWS = b"<TABLEDATA>", b"</TABLEDATA>"
TEXT = {"datatype": "unicodeChar", "arraysize": "*"}


def _write(path: Path, parts: Parts, meaning: Meaning) -> None:
    """Write a VOTable; numbers that are not known are NaN, texts empty."""
    with path.open("wb") as file:
        end = b""
        for number, part in enumerate(parts()):
            text = io.BytesIO()
            _document(part, meaning).to_xml(text)
            before, _, rest = text.getvalue().partition(ROWS[0])
            rows, _, after = rest.partition(ROWS[1])
            file.write((before + ROWS[0] if number == 0 else b"") + rows.rstrip())
            end = b"\n" + ROWS[1] + after
        file.write(end)


def _document(part: "pd.DataFrame", meaning: Meaning) -> "VOTableFile":
    """Return a whole VOTable of a part."""
    from astropy.io.votable import from_table
    from astropy.io.votable.tree import Param
    from astropy.table import Table

    texts = [name for name, column in meaning.columns.items() if column.kind is str]
    table = Table.from_pandas(part.assign(**{name: part[name].fillna("") for name in texts}))
    for name, column in meaning.columns.items():
        table[name].description, table[name].unit = column.description, column.unit
        table[name].meta["ucd"] = column.ucd
    document = from_table(table)
    described = document.get_first_table()
    for field in described.fields:
        if field.name in texts:
            field.datatype, field.arraysize = TEXT["datatype"], TEXT["arraysize"]
    for fact in meaning.facts:
        param = Param(document, name=fact.name, value=fact.value, **TEXT)
        param.description = fact.description
        described.params.append(param)
    return document


def _column_names(path: Path) -> list[str]:
    try:
        return _field_names(path)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error


def _field_names(path: Path) -> list[str]:
    names = []
    for _, element in ElementTree.iterparse(path, ["start"]):
        if element.tag.endswith("}DATA"):
            break
        if element.tag.endswith("}FIELD"):
            names.append(element.get("name"))
    return names


VOTABLE = Format(_write, _column_names)
