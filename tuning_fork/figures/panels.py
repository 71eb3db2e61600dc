"""What the figures of a run are made of: panels of one size, with words in the colours of what they name."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tuning_fork.figures.palette import LIGHT, class_colour

WIDTH, HEIGHT = 3.5, 2.9
"""Inches of a panel, which a page shows at about that size, on a telephone too."""
SMALL = 2.3
"""Inches of the side of one of many panels."""
MUTED, INK, LINE, ACCENT = (LIGHT[name] for name in ("muted", "ink", "line", "accent"))
MOST_NAMED = 8
"""Curves that have names, at most."""
LONGEST_NAME = 20
"""Characters of a name in a panel, at most."""
_STEP = 0.09


def colour_of(number: int) -> str:
    """Return the colour of a task's class of that number, from 0."""
    return LIGHT[class_colour(number)]


def as_it_is(text: str) -> str:
    """Return a text that matplotlib writes as it is: no formula, whatever is in it."""
    return text.replace("$", r"\$")


def short(name: str) -> str:
    """Return a name, or as much of it as has room in a panel."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def panel(title: str, x: str, y: str, width: float = WIDTH, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """Return a figure of one panel, with its title and what its axes show."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.set(title=as_it_is(title), xlabel=as_it_is(x), ylabel=as_it_is(y))
    return figure, axes


def diagonal(axes: Axes) -> None:
    """Draw where what is said is what is so."""
    axes.axline((0, 0), slope=1, color=MUTED, linestyle=":", linewidth=1)


def name_corner(axes: Axes, names: Sequence[tuple[str, str]], at_bottom: bool = False) -> None:
    """Write names, each in its colour, one below the other: at the upper left, or at the lower right."""
    x, y, side = (0.98, 0.04 + _STEP * (len(names) - 1), "right") if at_bottom else (0.04, 0.9, "left")
    for row, (text, colour) in enumerate(names):
        axes.text(x, y - _STEP * row, as_it_is(text), color=colour, ha=side, transform=axes.transAxes)  # pyright: ignore[reportArgumentType]


def name_ends(axes: Axes, ends: Sequence[tuple[str, float, str]]) -> None:
    """Write the name of each line at its last height, in its colour, to the right of the panel: none over another."""
    low, high = axes.get_ylim()
    placed = -np.inf
    for text, height, colour in sorted(ends, key=lambda end: end[1]):
        placed = max((height - low) / (high - low), placed + _STEP)
        axes.text(1.02, placed, text, color=colour, va="center", transform=axes.transAxes)
