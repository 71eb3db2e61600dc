"""Where it fails: what is taken for what, and the galaxies themselves as pictures."""

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from tuning_fork.figures.palette import class_colour
from tuning_fork.pages.page import picture_uri
from tuning_fork.reporting.run_page.facts import RunFacts

GROUPS = ("mistakes", "uncertain", "typical")
"""The galaxies that are shown: the surest mistakes, the least sure, and the usual ones of each class in turn."""
HEAT = "inferno"
"""The colours of maps of where the network looks."""


@dataclass(frozen=True)
class Cell:
    """How many galaxies of a class, and which share of it, were taken for a class."""

    count: int
    share: float
    is_right: bool


@dataclass(frozen=True)
class Confusion:
    """What is taken for what: `rows` by the volunteers or labels, each with a cell a class of the network."""

    names: list[str]
    rows: list[list[Cell]]

    @property
    def lines(self) -> list[tuple[str, list[Cell]]]:
        """The rows, each with its name."""
        return list(zip(self.names, self.rows, strict=True))

    @property
    def right(self) -> int:
        """Galaxies rightly classified."""
        return sum(cell.count for row in self.rows for cell in row if cell.is_right)

    @property
    def worst(self) -> list[tuple[str, str, Cell]]:
        """The commonest mistakes: of which class, taken for which, and how many."""
        found = [
            (self.names[row], self.names[column], cell)
            for row, cells in enumerate(self.rows)
            for column, cell in enumerate(cells)
            if not cell.is_right and cell.count > 0
        ]
        return sorted(found, key=lambda mistake: -mistake[2].count)[:3]


@dataclass(frozen=True)
class Said:
    """What volunteers or network say: the class, the name of its colour, and its share of the votes."""

    name: str
    colour: str
    share: str


@dataclass(frozen=True)
class Picture:
    """A galaxy as a page shows it; `heat` is where the network sees its class."""

    galaxy: str
    source: str
    alt: str
    voted: Said
    predicted: Said
    heat: str = ""


def confusion(facts: RunFacts) -> Confusion:
    """Return what of the test galaxies is taken for what."""
    classes = facts.task.classes
    counts = confusion_matrix(facts.predictions.classes, facts.predictions.predicted_classes, labels=classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    rows = [
        [Cell(int(count), float(shares[row, column]), row == column) for column, count in enumerate(line)]
        for row, line in enumerate(counts)
    ]
    return Confusion([facts.task.name_of(key) for key in classes], rows)


def pictures(facts: RunFacts, group: str) -> list[Picture]:
    """Return the galaxies of a group, `mistakes`, `uncertain` or `typical`: of these with where the network looks."""
    rows = facts.shown[group]
    heats = facts.shown["saliency"] if group == "typical" else [None] * len(rows)
    found = [
        _picture(facts, int(row), image, heat)
        for row, image, heat in zip(rows, facts.test.images(rows), heats, strict=True)
    ]
    if group == "typical":  # the first of each class first
        rank = pd.Series(facts.predictions.classes[rows]).groupby(facts.predictions.classes[rows]).cumcount()
        return [found[place] for place in np.argsort(rank.to_numpy(), kind="stable")]
    return found


def _picture(facts: RunFacts, row: int, image: np.ndarray, heat: np.ndarray | None) -> Picture:
    voted, predicted = facts.predictions.classes[row], facts.predictions.predicted_classes[row]
    names = [facts.task.name_of(key) for key in (voted, predicted)]
    vote = f"{100 * facts.shown['fraction'][row]:.0f} %" if facts.has_votes else ""
    galaxy = str(facts.test.ids[row])
    alt = f"Galaxy {galaxy}: {'volunteers' if facts.has_votes else 'label'} {names[0]}, network {names[1]}"
    colours = [class_colour(facts.task.classes.index(key)) for key in (voted, predicted)]
    over = "" if heat is None else picture_uri(_heated(image, heat.astype(float)))
    said = Said(names[0], colours[0], vote), Said(names[1], colours[1], f"{100 * facts.shown['share'][row]:.0f} %")
    return Picture(galaxy, picture_uri(image), alt, *said, over)


def _heated(image: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Return a picture with the heat of its pixels, 0 to 1, (side, side), over it."""
    colours = 255 * mpl.colormaps[HEAT](heat)[..., :3]
    opacity = 0.75 * heat[..., None]
    return ((1 - opacity) * np.broadcast_to(image, colours.shape) + opacity * colours).astype(np.uint8)
