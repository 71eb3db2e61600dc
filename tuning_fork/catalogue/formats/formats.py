"""The table formats of a catalogue by the file's suffix, and those that have a name."""

from pathlib import Path

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.csv_table import CSV
from tuning_fork.catalogue.formats.fits_table import FITS
from tuning_fork.catalogue.formats.format import Format, Parts
from tuning_fork.catalogue.formats.kaggle_submission import KAGGLE
from tuning_fork.catalogue.formats.parquet_table import PARQUET
from tuning_fork.catalogue.formats.votable import VOTABLE
from tuning_fork.core.files import whole_file

FORMATS: dict[str, Format] = {
    ".csv": CSV,
    ".parquet": PARQUET,
    ".fits": FITS,
    ".vot": VOTABLE,
    ".xml": VOTABLE,
}
NAMED: dict[str, dict[str, Format]] = {"kaggle": {".csv": KAGGLE}}
"""The formats that --format names, by the suffixes that they can have."""


def write_table(path: Path, form: Format, parts: Parts, meaning: Meaning) -> str | None:
    """Write the table in that format, and return what is to be said of it; it takes its name when it is whole."""
    with whole_file(path) as unfinished:
        return form.write(unfinished, parts, meaning)
