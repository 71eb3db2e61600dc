"""How all figures look, and how they are saved."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType
from tqdm import tqdm

from tuning_fork.core.files import whole_file

STYLE: dict[RcKeyType, object] = {
    "figure.dpi": 150,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "savefig.bbox": "tight",
}


def human(name: str) -> str:
    """Return a class or target name as text: face_on becomes face-on."""
    return name.replace("_", "-")


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save the figures made within the block in the project's style."""
    with mpl.rc_context(STYLE):
        yield


def save_figures(folder: Path, figures: Mapping[str, Figure]) -> None:
    """Write each figure into `folder` as a PNG of its name."""
    for name, figure in tqdm(figures.items(), desc=f"Drawing {folder}", unit="figure", leave=False, disable=None):
        with whole_file(folder / f"{name}.png") as part:
            figure.savefig(part, format="png")
