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
    scaled = bands * BAND_SCALES[:, None, None] + PEDESTAL[:, None, None]
    mean = np.maximum(scaled.mean(axis=0), 1e-3)
    levels = scaled[::-1] * (SLOPE * np.arcsinh(SOFTENING * mean) / (SOFTENING * mean))
    levels *= 255 / np.maximum(levels.max(axis=0), 255.0)
    return np.round(np.clip(levels, 0, 255)).astype(np.uint8).transpose(1, 2, 0)
