"""Galleries of test galaxies: where the network fails, where it wavers, and what it looks at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib.figure import Figure

from tuning_fork.calibration.eight_views import turned_back, views_of
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.figures.panels import as_it_is
from tuning_fork.figures.saliency import grad_cam
from tuning_fork.galaxies.labelled import LabelledGalaxies

COLUMNS, ROWS = 8, 3
LONGEST_NAME = 24
"""Characters of a galaxy's name under its picture, at most."""
Shown = dict[str, np.ndarray]
"""Which of the test galaxies are shown, and what is shown of them."""


@dataclass(frozen=True)
class GallerySelection:
    """Which of the test galaxies the galleries show, and what is written under them.

    Beside `predictions`, `fraction` (n,) is the volunteers' vote for their class; `shares` and `uncertainty`
    (n, classes) are the network's.
    """

    predictions: Predictions
    fraction: np.ndarray
    shares: np.ndarray
    uncertainty: np.ndarray

    @cached_property
    def lead(self) -> np.ndarray:
        """By how many of their uncertainties the share of the network's class exceeds that of the next, (n,)."""
        second, first = np.argsort(self.shares, axis=1)[:, -2:].T
        rows = np.arange(len(self.shares))
        uncertainty = np.hypot(self.uncertainty[rows, first], self.uncertainty[rows, second])
        return (self.shares[rows, first] - self.shares[rows, second]) / uncertainty

    def captions(self, rows: np.ndarray) -> list[str]:
        """Return what volunteers and network say of galaxies."""
        predictions, task = self.predictions, self.predictions.task
        voted, predicted = (
            map(task.name_of, names[rows]) for names in (predictions.classes, predictions.predicted_classes)
        )
        share = self.shares.max(axis=1)
        told = zip(predictions.ids[rows], voted, self.fraction[rows], predicted, share[rows], strict=True)
        known = "label: {}" if task.survey.votes == "label" else "votes: {} {:.0%}"
        return [
            f"{shortened(str(galaxy))}\n{known.format(one, fraction)}\nnetwork: {other} {said:.0%}"
            for galaxy, one, fraction, other, said in told
        ]

    def most_confident_mistakes(self) -> np.ndarray:
        """Return the rows of galaxies taken for another class, the surest first."""
        wrong = np.flatnonzero(~self.predictions.is_right)
        return wrong[np.argsort(-self.lead[wrong], kind="stable")][: COLUMNS * ROWS]

    def most_uncertain(self) -> np.ndarray:
        """Return the rows of the galaxies that the network is least sure of, the least first."""
        return np.argsort(self.lead, kind="stable")[: COLUMNS * ROWS]

    def typical(self) -> np.ndarray:
        """Return rows of each class in turn: galaxies rightly taken for it, of which it is about as sure as usual."""
        chosen, predictions = [], self.predictions
        for name in predictions.task.classes:
            rows = np.flatnonzero((predictions.classes == name) & predictions.is_right)
            unusual = np.abs(self.lead[rows] - np.median(self.lead[rows])) if len(rows) > 0 else np.array([])
            chosen.append(rows[np.argsort(unusual, kind="stable")][:COLUMNS])
        return np.concatenate(chosen)


def shown_galaxies(selection: GallerySelection, galaxies: LabelledGalaxies, model: TrainedModel) -> Shown:
    """Return what is shown of the test galaxies, all by row: see `data/test_galaxies.npz` in the README.

    `mistakes`, `uncertain` and `typical` are rows, `saliency` (typical, side, side) is where the network sees the class
    of the typical ones; of all n galaxies `fraction` is the volunteers' vote for their class, `share` that of the
    network for its own.
    """
    typical = selection.typical()
    classes = selection.shares[typical].argmax(axis=1)
    side = galaxies.shape[0]
    heat = np.zeros((0, side, side))
    if len(typical) > 0:
        heat = seen_from_all_sides(model, galaxies.images(typical), classes)
    return {
        "mistakes": selection.most_confident_mistakes(),
        "uncertain": selection.most_uncertain(),
        "typical": typical,
        "saliency": heat.astype(np.float16),
        "fraction": selection.fraction.astype(np.float32),
        "share": selection.shares.max(axis=1).astype(np.float32),
    }


def seen_from_all_sides(model: TrainedModel, images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return Grad-CAM of images for their classes, the mean of eight views, from 0 to 1 an image: (n, side, side).

    From one side the map of a deep network leans to where its strides begin.
    """
    views = (grad_cam(model.network, model.task, np.ascontiguousarray(view), classes) for view in views_of(images, 8))
    heat = turned_back(list(views))
    return heat / np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-12)


def galleries(selection: GallerySelection, galaxies: LabelledGalaxies, shown: Shown) -> dict[str, Figure]:
    """Return the galleries: mistakes, uncertain, typical, and what speaks for the class in the typical ones."""

    def of(name: str, title: str, heat: np.ndarray | None = None) -> Figure:
        return gallery(galaxies.images(shown[name]), selection.captions(shown[name]), title, heat)

    return {
        "mistakes": of("mistakes", "The most confident mistakes"),
        "uncertain": of("uncertain", "The most uncertain"),
        "typical": of("typical", "Typical of each class"),
        "saliency": of("typical", "What speaks for the class (Grad-CAM)", shown["saliency"].astype(float)),
    }


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
        axes.text(0.5, -0.04, as_it_is(caption), transform=axes.transAxes, ha="center", va="top", fontsize=7)
    return figure


def shortened(name: str) -> str:
    """Return a galaxy's name, or its beginning and end where it is too long to stand under a picture."""
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half + 1 :]}"
