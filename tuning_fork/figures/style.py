"""How all figures look, and how they are saved."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType
from tqdm import tqdm

from tuning_fork.core.files import whole_file
from tuning_fork.figures.palette import CLASSES, LIGHT
from tuning_fork.figures.svg import svg_of

STYLE: dict[RcKeyType, object] = {
    "figure.dpi": 150,
    "figure.facecolor": LIGHT["paper"],
    "savefig.facecolor": LIGHT["paper"],
    "savefig.bbox": "tight",
    "font.size": 9,
    "text.color": LIGHT["ink"],
    "axes.facecolor": LIGHT["paper"],
    "axes.edgecolor": LIGHT["muted"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.prop_cycle": cycler(color=[LIGHT[name] for name in CLASSES]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "legend.frameon": False,
    "legend.labelcolor": LIGHT["ink"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.labelcolor": LIGHT["ink"],
    "ytick.labelcolor": LIGHT["ink"],
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save the figures made within the block in the project's style."""
    with mpl.rc_context(STYLE):
        yield


def save_vectors(folder: Path, figures: Mapping[str, Figure]) -> None:
    """Write each figure into `folder` as an SVG of its name, which follows its reader's light or dark."""
    for name, figure in tqdm(figures.items(), desc=f"Drawing {folder}", unit="figure", leave=False, disable=None):
        with whole_file(folder / f"{name}.svg") as part:
            part.write_bytes(svg_of(figure))


def save_figures(folder: Path, figures: Mapping[str, Figure]) -> None:
    """Write each figure into `folder` as a PNG of its name."""
    for name, figure in tqdm(figures.items(), desc=f"Drawing {folder}", unit="figure", leave=False, disable=None):
        with whole_file(folder / f"{name}.png") as part:
            figure.savefig(part, format="png")
