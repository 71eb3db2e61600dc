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
from tuning_fork.galaxies.raw_files import IMAGES_FOLDER, IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP
from tuning_fork.params.simulation import Simulation
from tuning_fork.sources.simulated.galaxy import SimulatedGalaxy, draw_galaxy, draw_picture
from tuning_fork.sources.simulated.population import Truth
from tuning_fork.sources.simulated.volunteers import require_known
from tuning_fork.sources.simulated.wide_sky import Telescope
from tuning_fork.surveys.survey import Survey, read_survey, survey_page

ANSWERED = "galaxy-zoo-2"
"""The survey whose questions the volunteers answer."""
TRUTH_CSV = "truth.csv"
TRUTH_COLUMNS = ("GalaxyID", *(field.name for field in fields(Truth)), "observability")
TELESCOPE_COLUMNS = tuple(f"telescope_{field.name}" for field in fields(Telescope))
"""Columns of the truth's table where `simulation.wide` is above 0; empty for galaxies that the default survey sees."""
BYTES_PER_GALAXY = 20_000
"""Room on the disk that a galaxy takes, at most, on average over a survey."""


def write_survey(simulation: Simulation, folder: Path, workers: int | None = None) -> None:
    """Write the images, the solutions and the truth of `simulation.galaxies` galaxies into `folder`.

    The volunteers answer the survey `ANSWERED`. `workers` is the number of processes, all available processors by
    default; it does not change a byte. Raises UserError when the disk is full, or the page is not as they know it.
    """
    page = survey_page(ANSWERED)
    survey = read_survey(page)
    require_known(survey, page)
    columns = {key: str(answer.column) for key, answer in survey.answers.items()}
    with raw_files.file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        raw_files.require_room(folder, simulation.galaxies * BYTES_PER_GALAXY)
        galaxies = map_in_order(partial(_draw, simulation, survey), range(simulation.galaxies), processes(workers))
        with ExitStack() as stack, closing(galaxies):
            images = stack.enter_context(_archive(folder / IMAGES_ZIP))
            solutions = stack.enter_context(_solutions(folder / SOLUTIONS_ZIP))
            votes = _table(solutions, (survey.id_column, *columns.values()))
            truth_part = stack.enter_context(whole_file(folder / TRUTH_CSV))
            of_truth = TRUTH_COLUMNS + (TELESCOPE_COLUMNS if simulation.wide else ())
            truths = _table(stack.enter_context(truth_part.open("w", encoding="ascii", newline="")), of_truth)
            for galaxy, jpeg in tqdm(galaxies, "simulating", simulation.galaxies, unit="galaxy", disable=None):
                images.writestr(undated_member(f"{IMAGES_FOLDER}/{galaxy.galaxy_id}.jpg"), jpeg)
                row = {columns[key]: fraction for key, fraction in galaxy.votes.items()}
                votes.writerow({survey.id_column: galaxy.galaxy_id} | row)
                truths.writerow(_truth_row(galaxy))


def _table(file: TextIO, columns: tuple[str, ...]) -> csv.DictWriter:
    """Start a CSV table in `file` with its heading."""
    table = csv.DictWriter(file, columns, lineterminator="\n")
    table.writeheader()
    return table


def _truth_row(galaxy: SimulatedGalaxy) -> dict[str, object]:
    """Return a row of the truth's table, numbers rounded to what means something."""
    row = {"GalaxyID": galaxy.galaxy_id} | asdict(galaxy.truth) | {"observability": galaxy.observability}
    if galaxy.telescope:
        row |= {f"telescope_{name}": value for name, value in asdict(galaxy.telescope).items()}
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


def _draw(simulation: Simulation, survey: Survey, index: int) -> tuple[SimulatedGalaxy, bytes]:
    galaxy = draw_galaxy(simulation, survey, index)
    return galaxy, draw_picture(simulation, index, galaxy)
