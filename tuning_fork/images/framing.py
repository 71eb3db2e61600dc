"""How a picture is framed: the share of it that stands for the training's frame, chosen or found from the galaxy.

Kaggle's frames hold 8.48 times the Petrosian radius R90 of their galaxy; other surveys' hold more, or less, of the sky.
"""

import math

import numpy as np
import sep

from tuning_fork.images.jpeg_cutout import area_average
from tuning_fork.params.images import IMAGE_SIDE, Preparation

LUMA = np.array([0.299, 0.587, 0.114])
"""Shares of red, green and blue in the luma of ITU-R BT.601."""
DETECTED = 2.0
"""Standard deviations of the sky above which pixels belong to an object."""
SMALLEST_NOISE = 0.7
"""Noise of the sky, at least, in grey levels: that of a black sky, which shows none."""
FEWEST_PIXELS = 9
DEBLENDED = 0.02
"""Share of an object's light above which a part of it is another object."""
REACH = 6.0
"""Isophotal radii within which the light is that Kron radii are made of, as SExtractor has it."""
STEEPEST = math.pi / 2 - 1e-6
"""Angle of an ellipse, at most: SEP refuses what rounding puts beyond a quarter turn."""
STEPS = 4
"""Times that a frame is found anew from the galaxy in it: changes of a hundredth remain."""
USUAL_KRON_RADIUS = 0.187
"""Median Kron radius of galaxies in Kaggle's frames, as a share of half the frame.

Measured by `kron_radius` on 611 of Kaggle's training images (every 12th of 7,331), each cropped to 256 of its 424
pixels and averaged to 64; 68 % are between 0.159 and 0.212. Of whole frames it is 0.206, as more faint light is in.
"""
SMALLEST = 0.03
"""Smallest share of a picture that is taken for the frame."""


def cut_frame(pixels: np.ndarray, images: Preparation, frame: float = 1.0) -> np.ndarray:
    """Return the cut-out of a picture (height, width, 3), levels 0 to 255, as uint8 images.shape.

    The central `frame` of the picture's shorter side stands for the training's whole frame of 424 pixels, of which the
    central `images.crop` are kept, averaged down or enlarged to `images.size`. `frame` is at most `largest_frame`.
    """
    height, width, _ = pixels.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    margin = side * (1 - min(frame * images.crop / IMAGE_SIDE, 1)) / 2
    edge = math.floor(margin)
    square = pixels[top + edge : top + side - edge, left + edge : left + side - edge]
    if images.grayscale:
        square = square @ LUMA[:, None]
    return area_average(square, np.linspace(margin, side - margin, images.size + 1) - edge)


def largest_frame(images: Preparation) -> float:
    """Return the share of a picture that can stand for the frame when all of the picture becomes the cut-out."""
    return IMAGE_SIDE / images.crop


def usual_radius(images: Preparation) -> float:
    """Return the Kron radius of Kaggle's galaxies as a share of half the side of such cut-outs."""
    return USUAL_KRON_RADIUS * IMAGE_SIDE / images.crop


def find_frame(pixels: np.ndarray, images: Preparation, usual: float) -> float:
    """Return the share of a picture that is the frame in which its galaxy has the `usual` Kron radius.

    The radius is a share of half the cut-out's side. The frame is 1, the whole picture, where no object is found in the
    middle.
    """
    frame = 1.0
    for _ in range(STEPS):
        radius = kron_radius(cut_frame(pixels, images, frame))
        if radius is None:
            return 1.0
        frame = float(np.clip(frame * radius / usual, SMALLEST, largest_frame(images)))
    return frame


def kron_radius(image: np.ndarray) -> float | None:
    """Return the Kron radius (1980, ApJS 43, 305) of the object in the middle of a cut-out, or None if there is none.

    `image` is uint8 (side, side, channels); the radius, the mean of both axes, is a share of half the side. Measured by
    SEP (Barbary 2016, JOSS 1, 58), as SExtractor does, on the mean of the channels as it is, stretched by an arcsinh.
    """
    side = len(image)
    grey, noise = _above_sky(np.ascontiguousarray(image.mean(axis=2, dtype=np.float32)))
    try:
        objects, of_pixel = sep.extract(
            grey, DETECTED, err=noise, minarea=FEWEST_PIXELS, deblend_cont=DEBLENDED, segmentation_map=True
        )
    except Exception:  # SEP has no other: a picture of more objects than it can hold
        return None
    middle = np.s_[side // 2 - 2 : side // 2 + 2]
    number = int(of_pixel[middle, middle].max()) - 1
    if number < 0:
        return None
    found = objects[number : number + 1]
    a, b = np.maximum(found["a"], 0.5), np.maximum(found["b"], 0.5)
    angle = np.clip(found["theta"], -STEEPEST, STEEPEST)
    others = (of_pixel > 0) & (of_pixel != number + 1)
    scale, _ = sep.kron_radius(grey, found["x"], found["y"], a, b, angle, REACH, mask=others)
    return float(max(scale[0], 0.5) * np.sqrt(a[0] * b[0])) / (side / 2)


def _above_sky(grey: np.ndarray) -> tuple[np.ndarray, float]:
    """Return an image less the median of its border, and the noise of that."""
    width = max(1, len(grey) // 32)
    border = np.concatenate([part.ravel() for part in (grey[:width], grey[-width:], grey[:, :width], grey[:, -width:])])
    sky = np.median(border)
    return grey - sky, max(1.4826 * float(np.median(np.abs(border - sky))), SMALLEST_NOISE)
