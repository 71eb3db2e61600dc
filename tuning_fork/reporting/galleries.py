"""Galleries of test galaxies: where the network fails, where it wavers, and what it looks at."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.reporting.figures import human

COLUMNS, ROWS = 8, 3


@dataclass(frozen=True)
class Verdicts:
    """What volunteers and network say of the test galaxies, and which of them the galleries show.

    Beside `predictions`, `fraction` (n,) is the volunteers' vote for their class; `shares` and `uncertainty`
    (n, classes) are the network's.
    """

    predictions: Predictions
    fraction: np.ndarray
    shares: np.ndarray
    uncertainty: np.ndarray

    @property
    def lead(self) -> np.ndarray:
        """By how many of their uncertainties the share of the network's class exceeds that of the next, (n,)."""
        second, first = np.argsort(self.shares, axis=1)[:, -2:].T
        rows = np.arange(len(self.shares))
        uncertainty = np.hypot(self.uncertainty[rows, first], self.uncertainty[rows, second])
        return (self.shares[rows, first] - self.shares[rows, second]) / uncertainty

    def captions(self, rows: np.ndarray) -> list[str]:
        """Return what volunteers and network say of galaxies."""
        voted, predicted = self.predictions.classes[rows], self.predictions.predicted_classes[rows]
        share = self.shares.max(axis=1)
        told = zip(self.predictions.ids[rows], voted, self.fraction[rows], predicted, share[rows], strict=True)
        return [
            f"{galaxy}\nvotes: {human(one)} {fraction:.0%}\nnetwork: {human(other)} {said:.0%}"
            for galaxy, one, fraction, other, said in told
        ]

    def most_confident_mistakes(self) -> np.ndarray:
        """Return the rows of galaxies taken for another class, the surest first."""
        wrong = np.flatnonzero(self.predictions.classes != self.predictions.predicted_classes)
        return wrong[np.argsort(-self.lead[wrong], kind="stable")][: COLUMNS * ROWS]

    def most_uncertain(self) -> np.ndarray:
        """Return the rows of the galaxies that the network is least sure of, the least first."""
        return np.argsort(self.lead, kind="stable")[: COLUMNS * ROWS]

    def typical(self) -> np.ndarray:
        """Return rows of each class in turn: galaxies rightly taken for it, of which it is about as sure as usual."""
        chosen = []
        for name in self.predictions.task.classes:
            rows = np.flatnonzero((self.predictions.predicted_classes == name) & (self.predictions.classes == name))
            unusual = np.abs(self.lead[rows] - np.median(self.lead[rows])) if len(rows) > 0 else np.array([])
            chosen.append(rows[np.argsort(unusual, kind="stable")][:COLUMNS])
        return np.concatenate(chosen)


def gallery(images: np.ndarray, captions: list[str], title: str, heat: np.ndarray | None = None) -> Figure:
    """Lay out cut-outs, uint8 (n, side, side, channels), with their captions; over each its `heat` (n, side, side)."""
    rows = max(1, -(-len(images) // COLUMNS))
    figure = Figure(figsize=(1.6 * COLUMNS, 2.2 * rows + 0.4), layout="constrained")
    figure.suptitle(title if len(images) > 0 else f"{title}: none")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in panels:
        axes.axis("off")
    for number, (axes, image, caption) in enumerate(zip(panels, images, captions, strict=False)):
        axes.imshow(image if image.shape[-1] == 3 else image[..., 0], cmap="gray", vmin=0, vmax=255)
        if heat is not None:
            axes.imshow(heat[number], cmap="inferno", vmin=0, vmax=1, alpha=0.6 * heat[number])
        axes.text(0.5, -0.04, caption, transform=axes.transAxes, ha="center", va="top", fontsize=7)
    return figure
