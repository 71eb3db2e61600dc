"""Where galaxies come from, by the name that download.source has for it."""

from collections.abc import Callable
from pathlib import Path

from tuning_fork.params.download import Download
from tuning_fork.params.simulation import Simulation

PARTIAL = Path("data/partial")
"""What has arrived of a download that is not whole."""

ID_COLUMN = "GalaxyID"
"""The column of a table of one's own that has the names of the images."""

Fetch = Callable[[Download, Simulation, Path], None]
"""Fills a folder with the two raw files, by the sections `download` and `simulation` of params.yaml."""


def _simulated(_: Download, simulation: Simulation, raw: Path) -> None:
    from tuning_fork.sources import simulated

    simulated.fetch(simulation, raw)


def _archive(download: Download, _: Simulation, raw: Path) -> None:
    from tuning_fork.sources import archive

    archive.fetch(download.archive, raw)


def _kaggle(_: Download, __: Simulation, raw: Path) -> None:
    from tuning_fork.sources import kaggle

    kaggle.fetch(raw, PARTIAL)


def _folder(download: Download, _: Simulation, raw: Path) -> None:
    from tuning_fork.sources import folder

    folder.fetch(download.images or "", download.labels, ID_COLUMN, raw)


SOURCES: dict[str, Fetch] = {
    "simulated": _simulated,
    "archive": _archive,
    "kaggle": _kaggle,
    "folder": _folder,
}
"""The sources; what each works with is imported when it is asked for."""
