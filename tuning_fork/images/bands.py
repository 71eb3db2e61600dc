"""Which colour a band is: wavelengths by the bands' usual names."""

import re

WAVELENGTHS = {
    **{"u": 355, "g": 475, "r": 620, "i": 760, "z": 905, "y": 1000},
    **{"U": 365, "B": 445, "V": 550, "R": 660, "I": 805, "Y": 1020, "J": 1250, "H": 1650, "K": 2200, "Ks": 2150},
}
"""Wavelengths of the usual bands, in nanometres.

Small letters are the bands of SDSS and its successors, capital ones Johnson's and those of the near infrared.
"""
SPACE_FILTER = re.compile(r"F(\d{3,4})[A-Z]+\d?")
"""A filter of Hubble or Webb by its number: nanometres, or below `TENS` (in the infrared) tens of them."""
TENS = 200


def band_names(text: str) -> tuple[str, ...]:
    """Return the names in a text, letters as grz or with commas between; a ValueError says which is no band's."""
    names = tuple(text.split(",")) if "," in text else tuple(text)
    for name in names:
        if wavelength(name) is None:
            raise ValueError(f"{text}: {name} is no band that is known: letters as grz, or F814W")
    return names


def wavelength(name: str) -> int | None:
    """Return about the wavelength, in nanometres, of a band by its usual name, as `r`, `SDSS r` or `F814W`."""
    if found := SPACE_FILTER.search(name):
        number = int(found[1])
        return number * 10 if number < TENS else number
    for word in re.split(r"[^A-Za-z]+", name):
        for letter in (word, word.lower()):
            if letter in WAVELENGTHS:
                return WAVELENGTHS[letter]
    return None
