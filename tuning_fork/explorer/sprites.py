"""Many small pictures in a few large ones, which a browser loads and draws faster."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

COLUMNS = 32
"""Pictures in a row of a sheet, and rows of a sheet: 1,024 pictures of 64 pixels are 2,048 pixels a side."""
QUALITY = 82


def sheets(images: np.ndarray) -> Iterator[bytes]:
    """Yield sheets of cut-outs, uint8 (n, side, side, channels), row by row, as JPEG: the same bytes for the same."""
    for start in range(0, len(images), COLUMNS**2):
        yield _sheet(images[start : start + COLUMNS**2])


def _sheet(images: np.ndarray) -> bytes:
    count, side, _, channels = images.shape
    rows = -(-count // COLUMNS)
    padded = np.zeros((rows * COLUMNS, side, side, channels), np.uint8)
    padded[:count] = images
    laid_out = padded.reshape(rows, COLUMNS, side, side, channels).swapaxes(1, 2)
    picture = laid_out.reshape(rows * side, COLUMNS * side, channels)
    buffer = io.BytesIO()
    Image.fromarray(picture[..., 0] if channels == 1 else picture).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
