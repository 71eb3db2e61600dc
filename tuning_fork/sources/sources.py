"""Where galaxies come from, by the name that download.source has for it."""

from collections.abc import Callable
from pathlib import Path

from tuning_fork.params.download import Download
from tuning_fork.params.simulation import Simulation

PARTIAL = Path("data/partial")
"""What has arrived of a download that is not whole."""

Fetch = Callable[[Download, Simulation, str, Path], None]
"""Fills a folder with the two raw files, by sections of params.yaml and the survey's column of IDs."""


def _simulated(_: Download, simulation: Simulation, __: str, raw: Path) -> None:
    from tuning_fork.sources import simulated

    simulated.fetch(simulation, raw)


def _archive(download: Download, _: Simulation, __: str, raw: Path) -> None:
    from tuning_fork.sources import archive

    archive.fetch(download.archive, raw)


def _kaggle(_: Download, __: Simulation, ___: str, raw: Path) -> None:
    from tuning_fork.sources import kaggle

    kaggle.fetch(raw, PARTIAL)


def _folder(download: Download, _: Simulation, id_column: str, raw: Path) -> None:
    from tuning_fork.sources import folder

    folder.fetch(download.images or "", download.labels, id_column, raw)


SOURCES: dict[str, Fetch] = {
    "simulated": _simulated,
    "archive": _archive,
    "kaggle": _kaggle,
    "folder": _folder,
}
"""The sources; what each works with is imported when it is asked for."""
