"""From one image file to the square of pixels that a network sees."""

import math

import numpy as np
import simplejpeg

from tuning_fork.params.images import IMAGE_SIDE, Preparation


class UnusableImageError(Exception):
    """An image that cannot become a cut-out; its text is the reason."""


def cut_out(jpeg: bytes, images: Preparation) -> np.ndarray:
    """Return the central square of a 424x424 JPEG, area-averaged, as uint8 (size, size, channels).

    `images.crop` pixels of the centre become `images.size` pixels. Where 2, 4 or 8 pixels become one, the JPEG is
    decoded at that fraction of its scale, which averages inside its 8x8 blocks at a fraction of the time: of 256 pixels
    made 64, they differ from those of a full decode by 0.4 of 255 grey levels on average. Grey is the luma of ITU-R
    BT.601, which is what a JPEG stores. Raises UnusableImageError for a file that is empty, unreadable, truncated or of
    another size.
    """
    if not jpeg:
        raise UnusableImageError("zero bytes")
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(jpeg)
    except ValueError:
        raise UnusableImageError("not a JPEG image") from None
    if (width, height) != (IMAGE_SIDE, IMAGE_SIDE):
        raise UnusableImageError(f"{width}x{height} pixels, not {IMAGE_SIDE}x{IMAGE_SIDE}")
    reduction = _reduction(images)
    side = IMAGE_SIDE // reduction
    try:
        pixels = simplejpeg.decode_jpeg(jpeg, "GRAY" if images.grayscale else "RGB", min_height=side, min_width=side)
    except ValueError as error:
        raise UnusableImageError(f"unreadable: {error}") from None
    first, last = ((IMAGE_SIDE + sign * images.crop) / 2 / reduction for sign in (-1, 1))
    if images.crop == images.size * reduction and first.is_integer():
        return pixels[int(first) : int(last), int(first) : int(last)].copy()
    return area_average(pixels, np.linspace(first, last, images.size + 1))


def _reduction(images: Preparation) -> int:
    """Return the largest reduction of a JPEG that leaves `size` pixels or more, and the border of the square whole."""
    reductions = (8, 4, 2)
    usable = (r for r in reductions if images.size * r <= images.crop and (IMAGE_SIDE - images.crop) % (2 * r) == 0)
    return next(usable, 1)


def area_average(pixels: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the means of `pixels` (side, side, channels) between n + 1 `edges` both ways, as uint8 (n, n, channels).

    A pixel on an edge counts on each side by its part there (Pillow's box filter counts it whole on one). The sum over
    an area is the difference of the running sums at its edges.
    """
    start, end = math.floor(edges[0]), math.ceil(edges[-1])
    whole = np.minimum(edges.astype(int), end - 1)
    part = (edges - whole)[:, None, None]
    means = pixels[start:end, start:end].astype(float)
    for _ in range(2):
        before = np.cumsum(means, axis=0) - means
        at_edges = before[whole - start] + part * means[whole - start]
        means = np.diff(at_edges, axis=0).swapaxes(0, 1) / (edges[1] - edges[0])
    return np.floor(means + 0.5).astype(np.uint8)
