"""FITS images: which of a file's planes make the picture, what colours they are, and where on the sky it is."""

import gzip
import io
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tuning_fork.images.bands import WAVELENGTHS, wavelength, wavelengths
from tuning_fork.images.image_search import MOST_BYTES
from tuning_fork.images.jpeg_cutout import UnusableImageError
from tuning_fork.params.images import STRETCH

if TYPE_CHECKING:  # astropy, which takes half a second to load, waits for the first FITS file
    from astropy.io import fits

USUAL = (WAVELENGTHS["i"], WAVELENGTHS["r"], WAVELENGTHS["g"])
"""Wavelengths that are red, green and blue in the survey's pictures."""
WEBB = ("JWST", "NIRCAM", "NIRISS", "MIRI")
"""What the header of Webb's images says of telescope or instrument."""
UNNAMED = "bands not named: longest wavelength taken first"


class FitsOptions(NamedTuple):
    """How FITS files are read: the bands of planes that the header does not name, the extension, and the stretch."""

    bands: tuple[str, ...] | None = None
    extension: str | None = None
    stretch: float = STRETCH


Header = Mapping[str, float | None]
"""What a FITS header tells of a picture, by the catalogue's column; None where it does not."""


class Planes(NamedTuple):
    """A picture's planes of physical brightness, (1 or 3, height, width), of three red first and blue last."""

    values: np.ndarray
    header: Header
    """What its header tells."""
    note: str
    """What was chosen or taken for granted, if anything was."""


def read_planes(content: bytes, options: FitsOptions) -> Planes:
    """Return the planes of a FITS file's picture: its first image, or three bands' images put together.

    Where `options` name an extension, it is that one's image. Which bands they are is taken from the header (BANDS,
    BAND0 and so on, FILTER), else from `options.bands`, the names of the planes in order; where neither says so, the
    longest wavelength is taken to come first. Of more than three bands those nearest to the survey's i, r and g are
    chosen. An UnusableImageError says what is not an image.
    """
    from astropy.io import fits

    if content.startswith(b"\x1f\x8b"):
        content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MOST_BYTES)
    with fits.open(io.BytesIO(content), memmap=False) as units:
        images = _images(units, options.extension)
        first = images[0]
        told = _told(first.header, *first.shape[-2:])
        is_webb = any(_is_of_webb(unit.header) for unit in (units[0], first))
        if math.prod(first.shape[:-2]) > 1:
            names = _names(first.header, math.prod(first.shape[:-2])) or options.bands
            values = np.reshape(_values(first), (-1, *first.shape[-2:]))
            return _three_bands(values, names, told, is_webb)
        layers = {name: unit for unit in images if unit.shape[-2:] == first.shape[-2:] and (name := _name(unit.header))}
        if len(images) > 1 and len(layers) >= 3:
            stack = np.stack([np.reshape(_values(unit), first.shape[-2:]) for unit in layers.values()])
            return _three_bands(stack, tuple(layers), told, is_webb)
        first_name, *others = (unit.name or str(number) for number, unit in enumerate(images))
        note = f"the first of {len(images)} images in the file: {first_name}, not {', '.join(others)}" if others else ""
        return Planes(np.reshape(_values(first), (1, *first.shape[-2:])), told, note)


def _images(units: "fits.HDUList", extension: str | None) -> list["fits.PrimaryHDU | fits.ImageHDU"]:
    """Return the units that hold images, at least one; or that one alone whose name or number is `extension`."""
    images = {
        number: unit
        for number, unit in enumerate(units)
        if unit.is_image and len(unit.shape) >= 2 and math.prod(unit.shape) > 0
    }
    if not images:
        raise UnusableImageError("FITS without an image")
    if extension is None:
        return list(images.values())
    named = [unit for number, unit in images.items() if extension.upper() in {unit.name.upper(), str(number)}]
    if not named:
        there = ", ".join(unit.name or str(number) for number, unit in images.items())
        raise UnusableImageError(f"FITS without an image in extension {extension}: it has {there}")
    return named[:1]


def _values(unit: "fits.PrimaryHDU | fits.ImageHDU") -> np.ndarray:
    """Return what an image's pixels hold; an UnusableImageError where the file ends before them."""
    try:
        return unit.data
    except TypeError:  # of numpy, which finds too few bytes
        raise UnusableImageError(f"FITS cut off in its image {unit.name or 0}: copy it anew") from None


def _three_bands(values: np.ndarray, names: tuple[str, ...] | None, header: Header, is_webb: bool) -> Planes:
    """Return the three of the planes (k, height, width) that make the picture, red first: of each band the first."""
    planes: dict[int, int] = {}
    for plane, wave in enumerate(wavelengths(names or (), is_webb)):
        if wave is not None:
            planes.setdefault(wave, plane)
    _require_three(values.shape, names, len(planes))
    if names is None:
        return Planes(values, header, UNNAMED)
    left = sorted(planes)
    chosen = []
    for usual in USUAL if len(left) > 3 else ():
        chosen.append(min(left, key=lambda wave: abs(wave - usual)))
        left.remove(chosen[-1])
    order = [planes[wave] for wave in sorted(chosen or left, reverse=True)]
    note = f"bands {', '.join(names[plane] for plane in order)} of {', '.join(names)}" if len(values) > 3 else ""
    return Planes(values[order], header, note)


def _require_three(shape: tuple[int, ...], names: tuple[str, ...] | None, different: int) -> None:
    """Raise an UnusableImageError unless planes of that shape are three, or each has its name, three different ones."""
    found, where = f"a FITS image of {'x'.join(map(str, shape))}", "(--bands, or the survey's page)"
    if shape[0] == 2:
        raise UnusableImageError(f"{found}: 1 or 3 planes are needed: save one of them as a file of its own")
    if names is None and shape[0] != 3:
        raise UnusableImageError(f"{found}: 1 or 3 planes are needed, or their bands {where}")
    if names and (len(names) != shape[0] or different < 3):
        given = f"{len(names)} bands, {', '.join(names)}"
        raise UnusableImageError(f"{found}, but {given}: name one a plane, at least three different ones {where}")


def _names(header: "fits.Header", count: int) -> tuple[str, ...] | None:
    """Return the names of a cube's planes, if its header gives them all as bands, three of them different."""
    for keyword in ("BANDS", "BAND", "FILTERS", "FILTER"):
        text = str(header.get(keyword, "")).strip()
        numbered = ([str(header.get(f"{keyword}{first + plane}", "")) for plane in range(count)] for first in (0, 1))
        for names in (re.split(r"[\s,;/|]+", text), text, *numbered):
            waves = wavelengths(names)
            if len(names) == count and None not in waves and len(set(waves)) >= 3:
                return tuple(names)
    return None


def _name(header: "fits.Header") -> str | None:
    """Return the name of an image's band, if its header gives one that is known."""
    names = (str(header[keyword]) for keyword in ("FILTER", "BAND", "FILTER1", "EXTNAME") if keyword in header)
    return next((name for name in names if wavelength(name)), None)


def _is_of_webb(header: "fits.Header") -> bool:
    """Return whether a header says that its image is Webb's."""
    return any(str(header.get(keyword, "")).strip().upper() in WEBB for keyword in ("TELESCOP", "INSTRUME"))


def _told(header: "fits.Header", height: int, width: int) -> Header:
    """Return what a header tells of a picture: each is a column of the catalogue with `from_header`."""
    ra, dec = _position(header, height, width) or (None, None)
    return {
        "ra": ra,
        "dec": dec,
    }


def _position(header: "fits.Header", height: int, width: int) -> tuple[float, float] | None:
    """Return right ascension and declination of an image's centre, ICRS, degrees, if there is a valid WCS."""
    if "CTYPE1" not in header:
        return None
    from astropy.wcs import WCS

    try:
        system = WCS(header).celestial
        centre = system.pixel_to_world((width - 1) / 2, (height - 1) / 2).icrs
        position = float(centre.ra.deg), float(centre.dec.deg)
    except Exception:  # astropy has many for what is wrong in a header: no position is known then
        return None
    return position if all(map(math.isfinite, position)) else None
