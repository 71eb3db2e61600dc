"""FITS: the colours that the header says, several extensions put together, and where on the sky the picture is."""

import io

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from tests.unit.catalogue.test_catalogue_images import galaxy, sky
from tuning_fork.images.fits_images import UNNAMED, FitsOptions, read_planes, wavelength
from tuning_fork.images.jpeg_cutout import UnusableImageError

G, R, Z = (sky(galaxy(60, 60)[..., 0] * share) for share in (0.2, 0.6, 1.0))


def content(*units: fits.ImageHDU | fits.PrimaryHDU | fits.CompImageHDU) -> bytes:
    buffer = io.BytesIO()
    first = () if isinstance(units[0], fits.PrimaryHDU) else (fits.PrimaryHDU(),)
    fits.HDUList([*first, *units]).writeto(buffer)
    return buffer.getvalue()


def cube(*planes: np.ndarray, **header: str) -> bytes:
    return content(fits.PrimaryHDU(np.stack(planes), fits.Header(header)))


@pytest.mark.parametrize(
    "header",
    [
        {"BANDS": "grz", "BAND0": "g", "BAND1": "r", "BAND2": "z"},
        {"BANDS": "grz"},
        {"BAND0": "g", "BAND1": "r", "BAND2": "z"},
        {"FILTER1": "g", "FILTER2": "r", "FILTER3": "z"},
        {"FILTER": "g, r, z"},
        {"FILTERS": "F475W/F625W/F850LP"},
    ],
)
def test_bands_are_ordered_as_the_header_says(header: dict[str, str]) -> None:
    found = read_planes(cube(G, R, Z, **header), FitsOptions(("z", "r", "g")))
    np.testing.assert_array_equal(found.values, np.stack([Z, R, G]))
    assert found.note == ""


@pytest.mark.parametrize(
    ("names", "header"),
    [
        ("F115W,F277W,F444W", {}),
        ("F090W,F200W,F410M", {}),
        ("F182M,F210M,F410M", {}),
        ("F150W,F187N,F410M", {"TELESCOP": "JWST"}),
        ("F150W,F187N,F410M", {"INSTRUME": "NIRCAM"}),
        ("F606W,F814W,F444W", {"TELESCOP": "HST"}),
        ("F300W,F410M,F555W", {"TELESCOP": "HST"}),
        ("F410M,F606W,F105W", {}),
    ],
)
def test_the_numbers_of_webbs_filters_are_tens_of_nanometres_and_hubbles_of_the_optical_nanometres(
    names: str, header: dict[str, str]
) -> None:
    by_option = read_planes(cube(G, R, Z, **header), FitsOptions(tuple(names.split(","))))
    by_header = read_planes(cube(G, R, Z, **header, FILTERS=names), FitsOptions())
    for found in (by_option, by_header):
        np.testing.assert_array_equal(found.values, np.stack([Z, R, G]))


def test_bands_are_ordered_by_the_option_where_the_header_is_silent_and_else_taken_as_they_come() -> None:
    np.testing.assert_array_equal(read_planes(cube(G, R, Z), FitsOptions(("g", "r", "z"))).values, np.stack([Z, R, G]))
    unknown = read_planes(cube(G, R, Z), FitsOptions())
    assert read_planes(cube(G, R, Z), FitsOptions(())).note == unknown.note == UNNAMED
    np.testing.assert_array_equal(unknown.values, np.stack([G, R, Z]))
    assert unknown.note == UNNAMED


@pytest.mark.parametrize(
    "header",
    [
        {"FILTER": "N/A"},
        {"FILTER": "rrr"},
        {"FILTER1": "CLEAR1L", "FILTER2": "F814W"},
        {"BAND0": "?", "BAND1": "r", "BAND2": "z"},
    ],
)
def test_names_in_the_header_that_are_no_bands_do_not_count(header: dict[str, str]) -> None:
    found = read_planes(cube(G, R, Z, **header), FitsOptions(("g", "r", "z")))
    np.testing.assert_array_equal(found.values, np.stack([Z, R, G]))
    assert found.note == ""
    assert read_planes(cube(G, R, Z, **header), FitsOptions()).note == UNNAMED
    later = read_planes(cube(G, R, Z, **header, FILTERS="g r z"), FitsOptions())
    np.testing.assert_array_equal(later.values, np.stack([Z, R, G]))


@pytest.mark.parametrize(
    ("count", "bands", "header", "reason"),
    [
        (3, "gr", {}, "a FITS image of 3x60x60, but 2 bands, g, r: name one a plane, at least three different ones"),
        (3, "grizy", {}, "3x60x60, but 5 bands, g, r, i, z, y: name one a plane"),
        (5, "grz", {}, "5x60x60, but 3 bands, g, r, z: name one a plane"),
        (3, "ggr", {}, "3x60x60, but 3 bands, g, g, r: name one a plane, at least three different ones"),
        (2, "gr", {}, "a FITS image of 2x60x60: 1 or 3 planes are needed: save one of them as a file of its own"),
        (2, None, {"BANDS": "gr"}, "a FITS image of 2x60x60: 1 or 3 planes are needed: save one of them"),
    ],
)
def test_planes_that_their_bands_do_not_fit_are_no_picture(
    count: int, bands: str | None, header: dict[str, str], reason: str
) -> None:
    with pytest.raises(UnusableImageError) as error:
        read_planes(cube(*[R] * count, **header), FitsOptions(tuple(bands) if bands else None))
    assert reason in str(error.value)
    np.testing.assert_array_equal(read_planes(cube(R), FitsOptions(("g", "r"))).values, R[None])


def test_of_more_than_three_bands_those_of_the_survey_are_chosen() -> None:
    planes = [R * 0 + number for number in range(5)]
    found = read_planes(cube(*planes, BANDS="ugriz"), FitsOptions())
    np.testing.assert_array_equal(found.values[:, 0, 0], [3, 2, 1])
    assert found.note == "bands i, r, g of u, g, r, i, z"
    with pytest.raises(UnusableImageError, match="5x60x60: 1 or 3 planes are needed, or their bands"):
        read_planes(cube(*planes), FitsOptions())
    doubled = read_planes(cube(*planes[:4], BANDS="rgrz"), FitsOptions())
    np.testing.assert_array_equal(doubled.values[:, 0, 0], [3, 0, 1])
    assert doubled.note == "bands z, r, g of r, g, r, z"


def test_an_image_an_extension_is_put_together_when_the_bands_are_named() -> None:
    units = [fits.ImageHDU(plane, fits.Header({"FILTER": name})) for plane, name in ((R, "r"), (G, "g"), (Z, "z"))]
    np.testing.assert_array_equal(read_planes(content(*units), FitsOptions()).values, np.stack([Z, R, G]))
    named = [fits.ImageHDU(plane, name=name) for plane, name in ((G, "g"), (R, "r"), (Z, "z"))]
    np.testing.assert_array_equal(read_planes(content(*named), FitsOptions()).values, np.stack([Z, R, G]))


def test_of_several_images_without_bands_the_choice_of_the_first_is_named() -> None:
    found = read_planes(content(fits.ImageHDU(R, name="SCI"), fits.ImageHDU(G, name="ERR")), FitsOptions())
    np.testing.assert_array_equal(found.values, R[None])
    assert found.note == "the first of 2 images in the file: SCI, not ERR"


@pytest.mark.parametrize("order", ["SCI ERR", "ERR SCI", "DRZ WHT", "MODEL SCI VAR_POISSON", "SCI MODEL DQ"])
def test_maps_of_errors_and_weights_are_no_colours(order: str) -> None:
    def unit(kind: str, plane: np.ndarray, **header: str) -> fits.ImageHDU:
        return fits.ImageHDU(plane if kind in {"SCI", "DRZ"} else np.full_like(plane, 7), fits.Header(header))

    kinds, bands = order.split(), {"g": G, "r": R, "z": Z}
    for headers in (
        lambda kind, band: {"FILTER": band, "EXTNAME": kind},
        lambda kind, band: {"EXTNAME": f"{band}_{kind}"},
        lambda kind, band: {"FILTER1": "CLEAR1L", "FILTER2": band, "EXTNAME": kind},
    ):
        units = [unit(kind, plane, **headers(kind, band)) for band, plane in bands.items() for kind in kinds]
        found = read_planes(content(*units), FitsOptions())
        np.testing.assert_array_equal(found.values, np.stack([Z, R, G]))
        assert found.note.startswith(f"3 of {len(units)} images in the file: ")


def test_images_that_are_passed_over_are_named() -> None:
    units = [
        fits.ImageHDU(plane, name=f"{band}_{kind}")
        for band, plane in {"g": G, "r": R, "z": Z}.items()
        for kind in ("wht", "sci")
    ]
    note = "3 of 6 images in the file: G_SCI, R_SCI, Z_SCI, not G_WHT, R_WHT, Z_WHT"
    assert read_planes(content(*units), FitsOptions()).note == note
    alike = [fits.ImageHDU(R, fits.Header({"FILTER": band}), name=kind) for band in "gr" for kind in ("SCI", "ERR")]
    found = read_planes(content(*alike), FitsOptions())
    assert found.note == "the first of 4 images in the file: 1 (SCI), not 2 (ERR), 3 (SCI), 4 (ERR)"
    later = read_planes(content(fits.ImageHDU(G, name="WHT"), fits.ImageHDU(R, name="SCI")), FitsOptions())
    np.testing.assert_array_equal(later.values, R[None])
    assert later.note == "one of 2 images in the file: SCI, not WHT"
    nameless = content(fits.ImageHDU(G), fits.ImageHDU(R))
    assert read_planes(nameless, FitsOptions()).note == "the first of 2 images in the file: 1, not 2"
    np.testing.assert_array_equal(read_planes(nameless, FitsOptions(extension="2")).values, R[None])
    stack = fits.PrimaryHDU(np.stack([G, R, Z]), fits.Header({"BANDS": "grz"}))
    beside = read_planes(content(stack, fits.ImageHDU(np.stack([G, G, G]), name="IVAR")), FitsOptions())
    np.testing.assert_array_equal(beside.values, np.stack([Z, R, G]))
    assert beside.note == "the first of 2 images in the file: PRIMARY, not IVAR"


def test_a_map_is_the_picture_where_there_is_nothing_else_or_it_is_asked_for() -> None:
    alone = read_planes(content(fits.ImageHDU(R, name="WHT")), FitsOptions())
    np.testing.assert_array_equal(alone.values, R[None])
    units = fits.ImageHDU(G, name="SCI"), fits.ImageHDU(R, name="WHT")
    np.testing.assert_array_equal(read_planes(content(*units), FitsOptions(extension="WHT")).values, R[None])


def test_of_a_band_in_two_images_the_first_is_taken_and_never_a_band_twice() -> None:
    planes = {"r": R, "R_deep": R * 2, "g": G, "z": Z, "g_deep": G * 2}
    units = [
        fits.ImageHDU(plane, fits.Header({"FILTER": name[0].lower()}), name=name) for name, plane in planes.items()
    ]
    found = read_planes(content(*units), FitsOptions())
    np.testing.assert_array_equal(found.values, np.stack([Z, R, G]))
    assert found.note == "3 of 5 images in the file: R, G, Z, not R_DEEP, G_DEEP"


def test_compressed_images_are_read() -> None:
    found = read_planes(content(fits.CompImageHDU(R, compression_type="GZIP_1", quantize_level=0)), FitsOptions())
    np.testing.assert_array_equal(found.values[0], R)


def test_the_position_is_that_of_the_centre() -> None:
    system = WCS(naxis=2)
    system.wcs.ctype = "RA---TAN", "DEC--TAN"
    system.wcs.crval = 150.0, 2.0
    system.wcs.crpix = 1.0, 1.0
    system.wcs.cdelt = -0.001, 0.001
    ra, dec = read_planes(content(fits.PrimaryHDU(R, system.to_header())), FitsOptions()).header.values()
    assert (ra, dec) == pytest.approx((150 - 29.5e-3 / np.cos(np.radians(2.0295)), 2.0295), abs=1e-5)
    assert read_planes(content(fits.PrimaryHDU(R)), FitsOptions()).header == {"ra": None, "dec": None}
    damaged = fits.Header({"CTYPE1": "RA---TAN", "CTYPE2": "nonsense", "CD1_1": 0.0})
    assert read_planes(content(fits.PrimaryHDU(R, damaged)), FitsOptions()).header == {"ra": None, "dec": None}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[("r", 620), ("SDSS g", 475), ("g DECam SDSS c0001 4720.0 1520.0", 475), ("HSC-I", 805), ("Ks", 2150)],
        *[("F814W", 814), ("F105W", 1050), ("ERR", None), ("", None)],
    ],
)
def test_bands_are_known_by_their_usual_names(name: str, expected: int | None) -> None:
    assert wavelength(name) == expected
