"""A survey is drawn on all processors and written, in order and bit for bit the same every time."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from tuning_fork.core.files import undated_member, whole_file
from tuning_fork.core.parallel import map_in_order, processes
from tuning_fork.galaxies import raw_files
from tuning_fork.galaxies.decision_tree import COLUMNS
from tuning_fork.galaxies.raw_files import IMAGES_FOLDER, IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP
from tuning_fork.params.simulation import Simulation
from tuning_fork.sources.simulated.galaxy import SimulatedGalaxy, draw_galaxy, draw_picture
from tuning_fork.sources.simulated.population import Truth

TRUTH_CSV = "truth.csv"
TRUTH_COLUMNS = ("GalaxyID", *(field.name for field in fields(Truth)), "observability")
BYTES_PER_GALAXY = 20_000
"""Room on the disk that a galaxy takes, at most, on average over a survey."""


def write_survey(simulation: Simulation, folder: Path, workers: int | None = None) -> None:
    """Write the images, the solutions and the truth of `simulation.galaxies` galaxies into `folder`.

    `workers` is the number of processes, all available processors by default; it does not change a byte. Raises
    UserError when the disk is full.
    """
    with raw_files.file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        raw_files.require_room(folder, simulation.galaxies * BYTES_PER_GALAXY)
        galaxies = map_in_order(partial(_draw, simulation), range(simulation.galaxies), processes(workers))
        with ExitStack() as stack, closing(galaxies):
            images = stack.enter_context(_archive(folder / IMAGES_ZIP))
            votes = _table(stack.enter_context(_solutions(folder / SOLUTIONS_ZIP)), ("GalaxyID", *COLUMNS))
            truth_part = stack.enter_context(whole_file(folder / TRUTH_CSV))
            truths = _table(stack.enter_context(truth_part.open("w", encoding="ascii", newline="")), TRUTH_COLUMNS)
            for galaxy, jpeg in tqdm(galaxies, "simulating", simulation.galaxies, unit="galaxy", disable=None):
                images.writestr(undated_member(f"{IMAGES_FOLDER}/{galaxy.galaxy_id}.jpg"), jpeg)
                votes.writerow({"GalaxyID": galaxy.galaxy_id} | galaxy.votes)
                truths.writerow(_truth_row(galaxy))


def _table(file: TextIO, columns: tuple[str, ...]) -> csv.DictWriter:
    """Start a CSV table in `file` with its heading."""
    table = csv.DictWriter(file, columns, lineterminator="\n")
    table.writeheader()
    return table


def _truth_row(galaxy: SimulatedGalaxy) -> dict[str, object]:
    """Return a row of the truth's table, numbers rounded to what means something."""
    row = {"GalaxyID": galaxy.galaxy_id} | asdict(galaxy.truth) | {"observability": galaxy.observability}
    return {name: round(float(value), 5) if isinstance(value, float) else value for name, value in row.items()}


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive for writing that takes its name only when it is whole."""
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        yield archive


@contextmanager
def _solutions(path: Path) -> Iterator[TextIO]:
    """Open the table of solutions inside its archive for writing."""
    with (
        _archive(path) as archive,
        archive.open(undated_member(SOLUTIONS_CSV), "w") as file,
        io.TextIOWrapper(file, encoding="ascii", newline="") as text,
    ):
        yield text


def _draw(simulation: Simulation, index: int) -> tuple[SimulatedGalaxy, bytes]:
    galaxy = draw_galaxy(simulation, index)
    return galaxy, draw_picture(simulation, index, galaxy.truth)
