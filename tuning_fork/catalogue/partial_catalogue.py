"""A partial catalogue: its parts on disk as they are done, so that the work can be stopped anywhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tuning_fork.catalogue.classify import Columns
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import full_disk_told


class PartialCatalogue:
    """The finished parts of a catalogue, a line of JSON each, in a file beside it.

    The first line is a hash of all that the catalogue follows from; of another one, the file is begun anew. A line that
    was not written to its end is taken off.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self.path = path
        self.parts = 0
        head = json.dumps(digest).encode() + b"\n"
        if not path.exists() or next(_whole_lines(path), None) != head:
            path.write_bytes(head)
            return
        lines = [len(line) for line in _whole_lines(path)]
        self.parts = len(lines) - 1
        with path.open("rb+") as file:
            file.truncate(sum(lines))

    def add(self, part: Columns) -> None:
        """Add a part."""
        with full_disk_told(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(part) + "\n")
        self.parts += 1

    def tables(self) -> Iterator[pd.DataFrame]:
        """Yield the parts as tables, in order."""
        lines = _whole_lines(self.path)
        next(lines)
        for line in lines:
            try:
                yield pd.DataFrame(json.loads(line))
            except ValueError:
                raise UserError(f"{self.path}: damaged: remove it and run the same command again") from None


def _whole_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines that end as lines do."""
    with path.open("rb") as file:
        yield from (line for line in file if line.endswith(b"\n"))
