"""From one image file to the square of pixels that a network sees."""

import io
import math

import numpy as np
from PIL import Image, UnidentifiedImageError

from stages.params import IMAGE_SIDE, Preparation


class UnusableImageError(Exception):
    """An image that cannot become a cut-out; its text is the reason."""


def cut_out(jpeg: bytes, images: Preparation) -> np.ndarray:
    """Return the central square of a 424x424 JPEG, area-averaged, as uint8 (size, size, channels).

    `images.crop` pixels of the centre become `images.size` pixels. Where at least 2, 4 or 8 pixels become one, the JPEG
    is decoded at that fraction of its scale, which averages inside its 8x8 blocks at a fraction of the time: pixels
    differ from those of a full decode by 0.4 of 255 grey levels on average. Grey is the luma of ITU-R BT.601, which is
    what a JPEG stores. Raises UnusableImageError for a file that is empty, unreadable, truncated or of another size.
    """
    if not jpeg:
        raise UnusableImageError("zero bytes")
    mode = "L" if images.grayscale else "RGB"
    try:
        image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        if image.size != (IMAGE_SIDE, IMAGE_SIDE):
            raise UnusableImageError(f"{image.width}x{image.height} pixels, not {IMAGE_SIDE}x{IMAGE_SIDE}")
        reduced = int(IMAGE_SIDE * images.size / images.crop)
        image.draft(mode, (reduced, reduced))
        pixels = np.asarray(image.convert(mode)).reshape(*image.size, images.channels)
    except UnidentifiedImageError:
        raise UnusableImageError("not a JPEG image") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusableImageError(f"unreadable: {error}") from None
    return _central_areas(pixels, images.crop / IMAGE_SIDE, images.size)


def _central_areas(pixels: np.ndarray, share: float, size: int) -> np.ndarray:
    """Return the central square, `share` of the side of square `pixels`, averaged over size x size equal areas.

    Pixels on the border of two areas count for each by the part that is in it (Pillow's box filter counts them whole
    for one). A mean over an area is the difference of running sums at its edges.
    """
    side = len(pixels)
    edges = np.linspace((1 - share) / 2 * side, (1 + share) / 2 * side, size + 1)
    start, end = math.floor(edges[0]), math.ceil(edges[-1])
    means = pixels[start:end, start:end].astype(float)
    whole = np.minimum(edges.astype(int) - start, end - start - 1)
    part = (edges - start - whole)[:, None, None]
    for _ in range(2):
        sums = np.cumsum(means, axis=0) - means
        means = np.diff(sums[whole] + part * means[whole], axis=0) / (edges[1] - edges[0])
        means = means.swapaxes(0, 1)
    return np.floor(means + 0.5).astype(np.uint8)
