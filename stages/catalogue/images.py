"""Anyone's image made what the network was trained on: JPEG, PNG, TIFF or FITS, of any size, galaxy in the centre."""

import gzip
import io
import math

import numpy as np
import simplejpeg
from astropy.io import fits
from astropy.stats import sigma_clipped_stats
from astropy.visualization import make_lupton_rgb
from PIL import Image

from stages.catalogue.sources import MOST_BYTES
from stages.galaxies.cutouts import UnusableImageError, area_average, cut_out
from stages.params import IMAGE_SIDE, Preparation

MOST_PIXELS = 25_000_000
SMALLEST_SIDE = 16
SOFTENING, STRETCH = 5.9, 25.0
"""Of the arcsinh that made the survey's JPEGs from its data, in units of the sky's noise."""
BRIGHT = 150.0
"""Of a galaxy's brightest pixel, in those units."""
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
LUMA = np.array([0.299, 0.587, 0.114])
"""Of red, green and blue: ITU-R BT.601."""


def prepare(content: bytes, images: Preparation) -> tuple[np.ndarray, bool]:
    """Return the cut-out of an image file's content, uint8 images.shape, and whether it was 424x424 pixels.

    An image of that size is prepared as those of the training were. Of any other, the same share of its shorter side is
    cut from its centre and averaged down, or enlarged, to images.size. Transparent pixels are black, 16 bits become 8.
    FITS images, and TIFF with fractional numbers, are physical: their sky is taken off each plane, and an arcsinh in
    units of its noise makes levels of them (Lupton et al. 2004, arXiv:astro-ph/0312483); three planes are red, green
    and blue. What is no image, blank, damaged, smaller than 16x16 or larger than 25 million pixels is an
    UnusableImageError.
    """
    if not content:
        raise UnusableImageError("zero bytes")
    if content.startswith(b"PK\x03\x04"):
        raise UnusableImageError("a damaged zip archive")
    if _is_common_jpeg(content):
        return _not_blank(cut_out(content, images)), True
    try:
        pixels = _fits(content) if content.startswith((b"SIMPLE", b"\x1f\x8b")) else _picture(content)
    except UnusableImageError:
        raise
    except Exception as error:
        raise UnusableImageError(f"unreadable: {' '.join(str(error).split()) or type(error).__name__}") from None
    height, width, _ = pixels.shape
    side = min(height, width)
    if side < SMALLEST_SIDE:
        raise UnusableImageError(f"too small: {width}x{height} pixels")
    top, left = (height - side) // 2, (width - side) // 2
    margin = side * (1 - images.crop / IMAGE_SIDE) / 2
    edge = math.floor(margin)
    square = pixels[top + edge : top + side - edge, left + edge : left + side - edge]
    if images.grayscale:
        square = square @ LUMA[:, None]
    edges = np.linspace(margin, side - margin, images.size + 1) - edge
    return _not_blank(area_average(square, edges)), (height, width) == (IMAGE_SIDE, IMAGE_SIDE)


def _not_blank(cutout: np.ndarray) -> np.ndarray:
    if cutout.min() == cutout.max():
        raise UnusableImageError("blank: all pixels are the same")
    return cutout


def _is_common_jpeg(content: bytes) -> bool:
    """Whether this is a JPEG like those of the training."""
    if not content.startswith(b"\xff\xd8"):
        return False
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(content)
    except ValueError:
        return False
    return (height, width) == (IMAGE_SIDE, IMAGE_SIDE) and colours in {"YCbCr", "RGB", "Gray"}


def _picture(content: bytes) -> np.ndarray:
    """Return the RGB pixels, 0 to 255, of a picture that Pillow reads, (height, width, 3)."""
    try:
        picture = Image.open(io.BytesIO(content))
    except Image.DecompressionBombError as error:
        raise UnusableImageError(f"too large: {error}") from None
    except Image.UnidentifiedImageError:
        raise UnusableImageError("not an image of a known format") from None
    _require_size(*picture.size)
    if picture.mode in SIXTEEN_BITS or (picture.mode == "I" and picture.format == "PNG"):
        return np.repeat(np.asarray(picture)[..., None] / np.float32(257), 3, axis=2)
    if picture.mode in {"F", "I"}:
        return _arcsinh(np.asarray(picture, float)[None])
    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture.convert("RGBA"))
    return np.asarray(picture.convert("RGB"))


def _fits(content: bytes) -> np.ndarray:
    """Return the RGB pixels, 0 to 255, of the first image in a FITS file, (height, width, 3)."""
    if content.startswith(b"\x1f\x8b"):
        content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MOST_BYTES)
    with fits.open(io.BytesIO(content), memmap=False) as units:
        for unit in units:
            if unit.is_image and unit.header.get("NAXIS", 0) >= 2:
                shape = unit.shape
                if math.prod(shape[:-2]) not in {1, 3}:
                    raise UnusableImageError(f"a FITS image of {'x'.join(map(str, shape))}: 1 or 3 planes are needed")
                _require_size(*shape[-2:])
                return _arcsinh(np.reshape(unit.data, (-1, *shape[-2:])).astype(float))
    raise UnusableImageError("FITS without an image")


def _arcsinh(planes: np.ndarray) -> np.ndarray:
    """Map planes of physical brightness, (1 or 3, height, width), to RGB levels, (height, width, 3)."""
    _, sky, noise = sigma_clipped_stats(planes, mask=~np.isfinite(planes), axis=(1, 2))
    light = np.nan_to_num(planes - np.reshape(sky, (-1, 1, 1)), nan=0.0, posinf=0.0, neginf=0.0)
    if not np.all(noise > 0):  # a model without noise, or a mask: as if the brightest pixel were bright for a galaxy
        noise = np.full(len(light), light.max() / BRIGHT or 1.0)
    light /= np.reshape(noise, (-1, 1, 1))
    red, green, blue = light if len(light) == 3 else np.repeat(light, 3, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):  # where a pixel is as dark as the sky; it becomes 0
        return make_lupton_rgb(red, green, blue, stretch=STRETCH, Q=SOFTENING)


def _require_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise UnusableImageError(f"too large: {width}x{height} pixels, more than {MOST_PIXELS:,}")
