"""FITS images: which of a file's planes make the picture, what colours they are, and where on the sky it is."""

import gzip
import io
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from tuning_fork.images.bands import WAVELENGTHS, bands_of, is_of_webb, wavelength, wavelengths
from tuning_fork.images.image_search import MOST_BYTES
from tuning_fork.images.jpeg_cutout import UnusableImageError
from tuning_fork.params.images import STRETCH

if TYPE_CHECKING:  # astropy, which takes half a second to load, waits for the first FITS file
    from astropy.io import fits

    Unit: TypeAlias = fits.PrimaryHDU | fits.ImageHDU

USUAL = (WAVELENGTHS["i"], WAVELENGTHS["r"], WAVELENGTHS["g"])
"""Wavelengths that are red, green and blue in the survey's pictures."""
MAPS = {
    *("ERR", "ERROR", "RMS", "SIGMA", "UNC", "UNCERT", "VAR", "VARIANCE", "IVAR", "INVVAR", "WHT", "WEIGHT", "COV"),
    *("DQ", "MASK", "MASKBITS", "FLAG", "FLAGS", "FLG", "BPM", "CON", "CTX", "NEXP", "SAMP", "TIME", "PSF"),
}
"""Words in the names of images that say of another image how good it is."""
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
    """Return the planes of a FITS file's picture: the image SCI, or the first, or three bands' images put together.

    Maps of errors, weights and the like are no pictures where there is something else. Where `options` name an
    extension, it is that one's image. Which bands they are is taken from the header (BANDS, BAND0 and so on, FILTER),
    else from `options.bands`, the names of the planes in order; where neither says so, the longest wavelength is taken
    to come first. Of more than three bands those nearest to the survey's i, r and g are chosen. An UnusableImageError
    says what is not an image.
    """
    from astropy.io import fits

    if content.startswith(b"\x1f\x8b"):
        content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MOST_BYTES)
    with fits.open(io.BytesIO(content), memmap=False) as units:
        images = _images(units, options.extension)
        pictures = {label: unit for label, unit in images.items() if not MAPS & _words(unit)} or images
        pictures = dict(sorted(pictures.items(), key=lambda picture: "SCI" not in _words(picture[1])))
        label, first = next(iter(pictures.items()))
        shape, count = first.shape[-2:], math.prod(first.shape[:-2])
        told = _told(first.header, *shape)
        is_webb = any(is_of_webb(unit.header) for unit in (units[0], first))
        layers = _layers(pictures, shape, is_webb) if count == 1 else {}
        if layers:
            stack = np.stack([np.reshape(_values(pictures[layer]), shape) for layer in layers])
            found = _three_bands(stack, tuple(layers.values()), told, is_webb)
        elif count > 1:
            names = bands_of(first.header, count) or options.bands or None
            found = _three_bands(np.reshape(_values(first), (-1, *shape)), names, told, is_webb)
        else:
            found = Planes(np.reshape(_values(first), (1, *shape)), told, "")
        choice = _choice([*images], [*layers] or [label])
        return found._replace(note="; ".join(filter(None, (choice, found.note))))


def _images(units: "fits.HDUList", extension: str | None) -> "dict[str, Unit]":
    """Return the units that hold images, at least one, by name or number; or that one alone which `extension` names."""
    images = {
        number: unit
        for number, unit in enumerate(units)
        if unit.is_image and len(unit.shape) >= 2 and math.prod(unit.shape) > 0
    }
    if not images:
        raise UnusableImageError("FITS without an image")
    names = {number: unit.name or str(number) for number, unit in images.items()}
    counts = Counter(names.values())
    labels = {number: name if counts[name] == 1 else f"{number} ({name})" for number, name in names.items()}
    if extension is None:
        return {labels[number]: unit for number, unit in images.items()}
    for number, unit in images.items():
        if extension.upper() in {unit.name.upper(), str(number)}:
            return {labels[number]: unit}
    raise UnusableImageError(f"FITS without an image in extension {extension}: it has {', '.join(labels.values())}")


def _words(unit: "Unit") -> set[str]:
    """Return the words in an image's name, as G and WHT of `g_wht`."""
    return set(re.findall("[A-Z]+", unit.name.upper()))


def _layers(pictures: "dict[str, Unit]", shape: tuple[int, ...], is_webb: bool) -> dict[str, str]:
    """Return the bands, by label, of the pictures that make one: of each band the first; none if they are not three."""
    names = {}
    for label, unit in pictures.items():
        if unit.shape[-2:] == shape and math.prod(unit.shape[:-2]) == 1 and (name := _band(unit.header)):
            names[label] = name
    labels: dict[int | None, str] = {}
    for label, wave in zip(names, wavelengths([*names.values()], is_webb), strict=True):
        labels.setdefault(wave, label)
    return {label: names[label] for label in labels.values()} if len(labels) >= 3 else {}


def _band(header: "fits.Header") -> str | None:
    """Return the name of an image's band, if its header gives one that is known."""
    names = (str(header.get(keyword, "")) for keyword in ("FILTER", "BAND", "FILTER1", "FILTER2", "EXTNAME"))
    return next((name for name in names if wavelength(name)), None)


def _choice(images: list[str], taken: list[str]) -> str:
    """Return which of a file's images are taken and which not, if any is not."""
    passed = [image for image in images if image not in taken]
    which = len(taken) if len(taken) > 1 else "the first" if taken == images[:1] else "one"
    return f"{which} of {len(images)} images in the file: {', '.join(taken)}, not {', '.join(passed)}" if passed else ""


def _values(unit: "Unit") -> np.ndarray:
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
    if names is not None and (len(names) != shape[0] or different < 3):
        given = f"{len(names)} bands, {', '.join(names)}"
        raise UnusableImageError(f"{found}, but {given}: name one a plane, at least three different ones {where}")


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
