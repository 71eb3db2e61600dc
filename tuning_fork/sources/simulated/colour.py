"""From survey fluxes in three bands to the colours of a survey JPEG: the arcsinh mapping of Lupton et al. 2004.

Lupton et al. 2004 (PASP 116, 133; arXiv:astro-ph/0312483) stretch the mean of the bands with an arcsinh and scale each
band by the same factor, so that a colour does not wash out where an object is bright. The constants were fitted to the
brightness, the colour and the noise of the survey's own JPEGs.
"""

import numpy as np

BAND_SCALES = np.array([1.70, 1.20, 1.04])
"""Factors of g, r, i."""
PEDESTAL = np.array([-0.011, -0.004, -0.004])
"""What is added to the scaled g, r, i: the survey's pictures have a nearly black sky, about half its noise cut off."""
SOFTENING = 6.0
"""Where the arcsinh bends: at a mean of 1 / SOFTENING nanomaggies a pixel."""
SLOPE = 275.0
"""Levels, of 255, for each scaled nanomaggie where the mapping is still linear."""


def rgb(bands: np.ndarray) -> np.ndarray:
    """Map g, r, i images (3, height, width) in nanomaggies a pixel to 8-bit RGB (height, width, 3): i, r, g."""
    shown = levels(bands, BAND_SCALES, PEDESTAL, SOFTENING, SLOPE)
    return np.round(np.clip(shown, 0, 255)).astype(np.uint8).transpose(1, 2, 0)


def levels(bands: np.ndarray, scales: np.ndarray, pedestal: np.ndarray, softening: float, slope: float) -> np.ndarray:
    """Map g, r, i images (3, height, width) to levels of red, green and blue, at most 255; where dark below 0.

    `scales` and `pedestal` are of g, r, i; of `softening` and `slope` see `SOFTENING` and `SLOPE`.
    """
    scaled = bands * scales[:, None, None] + pedestal[:, None, None]
    mean = np.maximum(scaled.mean(axis=0), 1e-3)
    shown = scaled[::-1] * (slope * np.arcsinh(softening * mean) / (softening * mean))
    shown *= 255 / np.maximum(shown.max(axis=0), 255.0)
    return shown
