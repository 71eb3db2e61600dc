"""Which colour a band is: wavelengths by the bands' usual names, and the names that a FITS header gives."""

import re
from collections.abc import Mapping, Sequence

WAVELENGTHS = {
    **{"u": 355, "g": 475, "r": 620, "i": 760, "z": 905, "y": 1000},
    **{"U": 365, "B": 445, "V": 550, "R": 660, "I": 805, "Y": 1020, "J": 1250, "H": 1650, "K": 2200, "Ks": 2150},
}
"""Wavelengths of the usual bands, in nanometres.

Small letters are the bands of SDSS and its successors, capital ones Johnson's and those of the near infrared.
"""
SPACE_FILTER = re.compile(r"F(\d{3,4})[A-Z]+\d?")
"""A filter of Hubble or Webb by its number: nanometres, or, in the infrared, tens of them."""
TENS = 200
"""Filters of numbers below this are of the infrared."""
WEBB = re.compile(
    r"F((070|090|115|150|200|277|322|356|444|560|770|1000|1130|1280|1500|1800|2100|2550)W|(212|323|405|466|470)N|"
    r"(140|158|162|182|210|250|300|335|360|380|430|460|480)M|(1065|1140|1550|2300)C)"
)
"""Filters of Webb that are none of Hubble's for visible light: all of the infrared."""
OF_BOTH = "F410M"
"""The one filter whose name both have: of 4,100 nanometres is Webb's, of 410 is Hubble's."""

WEBBS = ("JWST", "NIRCAM", "NIRISS", "MIRI")
"""What the header of Webb's images says of telescope or instrument."""


def band_names(text: str) -> tuple[str, ...]:
    """Return the names in a text, letters as grz or with commas between; a ValueError says which is no band's."""
    names = tuple(text.split(",")) if "," in text else tuple(text)
    for name in names:
        if wavelength(name) is None:
            raise ValueError(f"{text}: {name} is no band that is known: letters as grz, or F814W")
    return names


def wavelength(name: str, is_webb: bool = False) -> int | None:
    """Return about the wavelength, in nanometres, of a band by its usual name, as `r`, `SDSS r` or `F814W`."""
    if found := SPACE_FILTER.search(name):
        number = int(found[1])
        is_infrared = number < TENS or WEBB.match(found[0]) or (is_webb and found[0] == OF_BOTH)
        return number * 10 if is_infrared else number
    for word in re.split(r"[^A-Za-z]+", name):
        for letter in (word, word.lower()):
            if letter in WAVELENGTHS:
                return WAVELENGTHS[letter]
    return None


def wavelengths(names: Sequence[str], is_webb: bool = False) -> list[int | None]:
    """Return the wavelengths of one picture's bands; they are Webb's too if one of them is known to be."""
    is_webb = is_webb or any(WEBB.search(name) for name in names)
    return [wavelength(name, is_webb) for name in names]


def bands_of(header: Mapping[str, object], count: int) -> tuple[str, ...] | None:
    """Return the names of a cube's planes, if its header gives them all as bands, three of them different."""
    for keyword in ("BANDS", "BAND", "FILTERS", "FILTER"):
        text = str(header.get(keyword, "")).strip()
        numbered = ([str(header.get(f"{keyword}{first + plane}", "")) for plane in range(count)] for first in (0, 1))
        for names in (re.split(r"[\s,;/|]+", text), text, *numbered):
            waves = wavelengths(names)
            if len(names) == count and None not in waves and len(set(waves)) >= 3:
                return tuple(names)
    return None


def is_of_webb(header: Mapping[str, object]) -> bool:
    """Return whether a header says that its image is Webb's."""
    return any(str(header.get(keyword, "")).strip().upper() in WEBBS for keyword in ("TELESCOP", "INSTRUME"))
