"""Anyone's image made what the network was trained on: JPEG, PNG, TIFF, FITS, of any size, the galaxy in the centre."""

import io
from typing import NamedTuple

import numpy as np
import simplejpeg
from PIL import Image

from tuning_fork.images.fits_images import FitsOptions, Header, Planes, read_planes
from tuning_fork.images.framing import cut_frame, find_frame
from tuning_fork.images.jpeg_cutout import UnusableImageError, cut_out
from tuning_fork.params.images import IMAGE_SIDE, STRETCH, Preparation

MOST_PIXELS = 25_000_000
SMALLEST_SIDE = 16
SOFTENING = 5.9
"""Of the arcsinh that made the survey's JPEGs from its data."""
BRIGHT = 150.0
"""Brightness of a galaxy's brightest pixel, in those units."""
UNTOLD: Header = {}
"""What a picture without a FITS header tells."""
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins, of either order of bytes, of 32 or 64 bits."""
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")


class Options(NamedTuple):
    """In what images are looked at otherwise than `Preparation` says, if in anything: the frame, how FITS is read."""

    frame: float | str | None = None
    bands: tuple[str, ...] | None = None
    extension: str | None = None
    stretch: float | None = None

    def frame_of(self, images: Preparation) -> float | str:
        """Return the share of a picture that is the frame, or `AUTO`."""
        return images.frame if self.frame is None else self.frame

    def fits_of(self, images: Preparation) -> FitsOptions:
        """Return how FITS files are read."""
        return FitsOptions(
            self.bands or images.bands, self.extension or images.extension, self.stretch or images.stretch
        )


class Picture(NamedTuple):
    """An image as it is: RGB levels of 0 to 255, (height, width, 3), and what is known of it beside."""

    pixels: np.ndarray
    header: Header = UNTOLD
    note: str = ""


class Prepared(NamedTuple):
    """An image made ready for the network, uint8 images.shape, and what is known of it beside."""

    cutout: np.ndarray
    is_usual_size: bool
    frame: float = 1.0
    """Share of the picture's shorter side that stands for the training's frame."""
    header: Header = UNTOLD
    note: str = ""


AS_IT_IS, FITS_AS_IT_IS = Options(), FitsOptions()


def prepare(content: bytes, images: Preparation, options: Options = AS_IT_IS, usual: float = 0.0) -> Prepared:
    """Return the cut-out of an image file's content.

    Of its shorter side the frame is the share that `options`, or else `images`, have; of the frame images.crop of 424
    parts are cut from the centre and averaged down, or enlarged, to images.size. The frame `AUTO` is that in which the
    galaxy has the `usual` Kron radius. A JPEG of 424x424 pixels all of which is the frame is read by `cut_out`. What is
    no picture (`read_picture`), or smaller than 16x16 pixels, is an UnusableImageError.
    """
    frame = options.frame_of(images)
    if frame == 1 and _is_common_jpeg(content):
        return Prepared(cut_out(content, images), True)
    pixels, header, note = read_picture(content, options.fits_of(images))
    height, width, _ = pixels.shape
    if min(height, width) < SMALLEST_SIDE:
        raise UnusableImageError(f"too small: {width}x{height} pixels")
    share = find_frame(pixels, images, usual) if isinstance(frame, str) else frame
    is_usual_size = (height, width) == (IMAGE_SIDE, IMAGE_SIDE)
    return Prepared(cut_frame(pixels, images, share), is_usual_size, share, header, note)


def read_picture(content: bytes, options: FitsOptions = FITS_AS_IT_IS) -> Picture:
    """Return the picture in an image file's content, of whatever format and size.

    Transparent pixels are black, 16 bits become 8. FITS images, read as `options` say, and TIFF of one plane of
    fractional numbers, are physical: their sky is taken off each plane, and an arcsinh in units of its noise makes
    levels of them (Lupton et al. 2004, arXiv:astro-ph/0312483). What is no image, damaged, without pixels in the centre
    or larger than 25 million pixels is an UnusableImageError.
    """
    if not content:
        raise UnusableImageError("zero bytes")
    if content.startswith(b"PK\x03\x04"):
        raise UnusableImageError("a damaged zip archive")
    try:
        if content.startswith((b"SIMPLE", b"\x1f\x8b")):
            planes = read_planes(content, options)
            return Picture(_arcsinh(planes, options.stretch), planes.header, planes.note)
        return Picture(_picture(content))
    except UnusableImageError:
        raise
    except Exception as error:
        raise UnusableImageError(f"unreadable: {' '.join(str(error).split()) or type(error).__name__}") from None


def _is_common_jpeg(content: bytes) -> bool:
    """Return whether this is a JPEG like those of the training."""
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
        if content.startswith(TIFF):
            kinds = "damaged, or of a kind that is not read, as fractional numbers in three planes"
            raise UnusableImageError(f"a TIFF, {kinds}: copy it anew, or save it as FITS") from None
        raise UnusableImageError("not an image of a known format") from None
    _require_size(*picture.size)
    if picture.mode in SIXTEEN_BITS or (picture.mode == "I" and picture.format == "PNG"):
        return np.repeat(np.asarray(picture)[..., None] / np.float32(257), 3, axis=2)
    if picture.mode in {"F", "I"}:
        return _arcsinh(Planes(np.asarray(picture)[None], UNTOLD, ""), STRETCH)
    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture.convert("RGBA"))
    return np.asarray(picture.convert("RGB"))


def _arcsinh(planes: Planes, stretch: float) -> np.ndarray:
    """Map planes of physical brightness to RGB levels, (height, width, 3)."""
    from astropy.stats import sigma_clipped_stats  # not before a picture needs them, as they load slowly
    from astropy.visualization import make_lupton_rgb

    height, width = planes.values.shape[1:]
    _require_size(width, height)
    values = planes.values.astype(float)
    is_known = np.isfinite(values)
    centre = np.s_[:, height * 7 // 16 : height - height * 7 // 16, width * 7 // 16 : width - width * 7 // 16]
    if is_known[centre].mean(axis=(1, 2)).min() < 0.5:
        raise UnusableImageError("most pixels of its centre are no numbers")
    _, sky, noise = sigma_clipped_stats(values, mask=~is_known, axis=(1, 2))
    light = np.where(is_known, values - np.reshape(sky, (-1, 1, 1)), 0.0)
    if not np.all(noise > 0):  # a model without noise, or a mask: as if the brightest pixel were bright for a galaxy
        noise = np.full(len(light), light.max() / BRIGHT or 1.0)
    light /= np.reshape(noise, (-1, 1, 1))
    red, green, blue = light if len(light) == 3 else np.repeat(light, 3, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):  # where a pixel is as dark as the sky; it becomes 0
        return make_lupton_rgb(red, green, blue, stretch=stretch, Q=SOFTENING)


def _require_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise UnusableImageError(f"too large: {width}x{height} pixels, more than {MOST_PIXELS:,}")
