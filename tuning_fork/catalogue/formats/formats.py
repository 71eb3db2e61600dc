"""The table formats of a catalogue by the file's suffix."""

from pathlib import Path

from tuning_fork.catalogue.formats.columns import Meaning
from tuning_fork.catalogue.formats.csv_table import CSV
from tuning_fork.catalogue.formats.fits_table import FITS
from tuning_fork.catalogue.formats.format import Format, Parts
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


def write_table(path: Path, suffix: str, parts: Parts, meaning: Meaning) -> None:
    """Write the table in the format of that suffix; it takes its name when it is whole."""
    with whole_file(path) as unfinished:
        FORMATS[suffix].write(unfinished, parts, meaning)
