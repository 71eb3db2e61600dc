"""What a few numbers say of a galaxy: brightness, size and shape, measured on its cut-out."""

import numpy as np
import pandas as pd

from tuning_fork.galaxies.labelled import LabelledGalaxies

MEASURED_TOGETHER = 1000
"""Cut-outs that are measured at a time: a shard's."""


def measurements_of(galaxies: LabelledGalaxies) -> pd.DataFrame:
    """Measure the cut-outs of galaxies, in order: see `measurements`."""
    return pd.concat([measurements(images) for images, _ in galaxies.batches(MEASURED_TOGETHER)], ignore_index=True)


def measurements(images: np.ndarray) -> pd.DataFrame:
    """Measure cut-outs, uint8 (n, side, side, channels): a row each. Lengths are pixels, brightness grey levels.

    The background is the median of the border. Size is the radius with half of the light within the largest circle,
    concentration 5 log10 of the radii with 80 and 20 % of it, asymmetry the summed difference from the image turned by
    half a turn over the summed light (Conselice 2003); ellipticity is 1 - b/a of the light's second moments. In colour,
    the differences of neighbouring channels, of all light and of the core's.
    """
    levels = images.astype(float)
    side = levels.shape[1]
    border = np.concatenate([levels[:, 0], levels[:, -1], levels[:, :, 0], levels[:, :, -1]], axis=1)
    light = np.clip(levels - np.median(border, axis=1)[:, None, None], 0, None)
    grey = light.mean(axis=3)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    radius = np.hypot(x, y)
    total = np.maximum(grey.sum(axis=(1, 2)), 1e-9)

    rings = np.arange(1, side // 2 + 1)
    within = np.stack([grey[:, radius < ring].sum(axis=1) for ring in rings], axis=1)
    within /= np.maximum(within[:, -1:], 1e-9)
    r20, r50, r80 = (rings[(within < share).sum(axis=1).clip(max=len(rings) - 1)] for share in (0.2, 0.5, 0.8))
    xx, yy, xy = ((grey * product).sum(axis=(1, 2)) / total for product in (x * x, y * y, x * y))
    spread = np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    long, short = (np.sqrt(np.maximum((xx + yy) / 2 + sign * spread, 1e-9)) for sign in (1, -1))
    table = {
        "brightness": total / side**2,
        "peak": grey[:, radius < 2].mean(axis=1),
        "size": r50,
        "concentration": 5 * np.log10(r80 / r20),
        "asymmetry": np.abs(grey - grey[:, ::-1, ::-1]).sum(axis=(1, 2)) / total,
        "ellipticity": 1 - short / long,
        "extent": long,
    }
    for first in range(levels.shape[3] - 1):
        for place, area in {"colour": radius < side, "core colour": radius < 3}.items():
            channels = light[:, area].mean(axis=1)
            table[f"{place} {first}"] = channels[:, first] - channels[:, first + 1]
    return pd.DataFrame(table)
