"""Figures as SVG in the colours of the page they are on, light or dark."""

import io
import re

import matplotlib as mpl
from matplotlib.figure import Figure

from tuning_fork.figures.palette import LIGHT, css_variables

NAMES = {value: name for name, value in LIGHT.items()}


def svg_of(figure: Figure) -> bytes:
    """Return a figure as SVG, the same bytes for the same figure.

    Where it was drawn in colours of the palette's light half, it takes the dark half's when the reader prefers that.
    """
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "figure", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    drawn = re.sub(r"#[0-9a-f]{6}\b", _named, buffer.getvalue().decode())
    return re.sub(r"(<svg [^>]*>)", rf"\1<style>{css_variables()}</style>", drawn, count=1).encode()


def _named(colour: re.Match[str]) -> str:
    name = NAMES.get(colour[0])
    return colour[0] if name is None else f"var(--{name})"
