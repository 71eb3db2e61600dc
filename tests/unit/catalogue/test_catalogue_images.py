"""Anyone's image made what the network was trained on, and what cannot be: each with its reason."""

import gzip
import io
import struct
import zlib

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from tuning_fork.images.jpeg_cutout import UnusableImageError, cut_out
from tuning_fork.images.preparing import Options, prepare
from tuning_fork.params.images import Preparation

COLOUR = Preparation(crop=256, size=64, grayscale=False)
GREY = Preparation(crop=256, size=64, grayscale=True)


def galaxy(height: int = 424, width: int = 424) -> np.ndarray:
    """Return RGB pixels of a reddish blob in the centre, (height, width, 3)."""
    y, x = np.mgrid[:height, :width]
    radius = np.hypot(y - (height - 1) / 2, x - (width - 1) / 2) / min(height, width)
    light = 200 * np.exp(-radius / 0.06)
    return np.round(light[..., None] * [1.0, 0.8, 0.5] + 5).astype(np.uint8)


def file(picture: np.ndarray | Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def fits_file(*planes: np.ndarray | None) -> bytes:
    buffer = io.BytesIO()
    units = [fits.PrimaryHDU(planes[0]), *(fits.ImageHDU(one) for one in planes[1:])]
    fits.HDUList(units).writeto(buffer)
    return buffer.getvalue()


def sky(signal: np.ndarray, level: float = 1000.0, noise: float = 2.0) -> np.ndarray:
    """Return what a camera makes of light: on a sky, with noise; float32."""
    return (signal + np.random.default_rng(1).normal(level, noise, signal.shape)).astype(np.float32)


def exact(pixels: np.ndarray) -> np.ndarray:
    """Return the central 256 of 424 pixels, averaged four by four."""
    return pixels[84:340, 84:340].reshape(64, 4, 64, 4, -1).mean(axis=(1, 3))


@pytest.mark.parametrize("images", [COLOUR, GREY])
def test_a_jpeg_of_the_usual_size_is_prepared_as_for_the_training(images: Preparation) -> None:
    jpeg = file(galaxy(), "JPEG", quality=90)
    found = prepare(jpeg, images)
    np.testing.assert_array_equal(found.cutout, cut_out(jpeg, images))
    assert found.is_usual_size


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_picture_without_loss_is_averaged_exactly(kind: str) -> None:
    found = prepare(file(galaxy(), kind), COLOUR)
    np.testing.assert_allclose(found.cutout, exact(galaxy()), atol=0.51)
    assert found.is_usual_size


@pytest.mark.parametrize(("height", "width"), [(848, 848), (212, 212), (500, 848), (848, 600), (100, 100)])
def test_the_same_galaxy_of_another_size_looks_the_same(height: int, width: int) -> None:
    for kind in ("PNG", "JPEG"):
        found = prepare(file(galaxy(height, width), kind), COLOUR)
        assert found.cutout.shape == (64, 64, 3)
        assert np.abs(found.cutout - exact(galaxy())).mean() < 2.5
        assert not found.is_usual_size


def test_transparent_pixels_are_black() -> None:
    alpha = np.full((424, 424, 1), 255, np.uint8)
    alpha[:, :200] = 0
    found = prepare(file(np.concatenate([galaxy(), alpha], axis=2), "PNG"), COLOUR).cutout
    assert found[:, :28].max() == 0
    np.testing.assert_allclose(found[:, 30:], exact(galaxy())[:, 30:], atol=0.51)


def test_sixteen_bits_become_eight() -> None:
    grey = galaxy()[..., 0]
    deep = prepare(file(grey.astype(np.uint16) * 257, "PNG"), GREY).cutout
    np.testing.assert_allclose(deep[..., 0], exact(grey[..., None])[..., 0], atol=0.51)


def test_cmyk_and_palettes_keep_their_colours() -> None:
    picture = Image.fromarray(galaxy())
    for content in (file(picture.convert("CMYK"), "JPEG", quality=95), file(picture.quantize(256), "PNG")):
        assert np.abs(prepare(content, COLOUR).cutout - exact(galaxy())).mean() < 3


def test_grey_is_the_luma_of_the_colours() -> None:
    found = prepare(file(galaxy(), "PNG"), GREY).cutout
    np.testing.assert_allclose(found[..., 0], exact(galaxy()) @ [0.299, 0.587, 0.114], atol=0.6)


def test_three_planes_of_fits_are_red_green_and_blue_on_a_dark_sky() -> None:
    light = galaxy().astype(float).transpose(2, 0, 1) - 5
    found = prepare(fits_file(sky(light)), COLOUR).cutout
    red, green, blue = found[28:36, 28:36].mean(axis=(0, 1))
    assert red > green > blue > 30
    assert found[:8, :8].mean() < 20


def test_the_zero_point_and_unit_of_fits_do_not_matter() -> None:
    light = galaxy().astype(float).transpose(2, 0, 1) - 5
    found = prepare(fits_file(sky(light)), COLOUR).cutout.astype(float)
    other = prepare(fits_file(sky(light) * 1e-17 - 3e-12), COLOUR).cutout.astype(float)
    assert np.abs(found - other).mean() < 1


def test_one_plane_of_fits_is_grey_also_in_an_extension_or_compressed() -> None:
    plane = sky(galaxy()[..., 0].astype(float) - 5)
    found = prepare(fits_file(plane), COLOUR).cutout
    np.testing.assert_array_equal(found[..., 0], found[..., 2])
    assert found[32, 32, 0] > 100
    for content in (fits_file(None, plane), fits_file(plane[None]), gzip.compress(fits_file(plane))):
        np.testing.assert_array_equal(prepare(content, COLOUR).cutout, found)
    np.testing.assert_array_equal(prepare(file(Image.fromarray(plane), "TIFF"), COLOUR).cutout, found)


def test_the_extension_that_is_named_is_the_image_of_fits() -> None:
    dark, bright = (sky(galaxy()[..., 0].astype(float) * factor) for factor in (0.1, 1.0))
    units = [fits.PrimaryHDU(), fits.ImageHDU(dark, name="SCI"), fits.ImageHDU(bright, name="F814W_long")]
    buffer = io.BytesIO()
    fits.HDUList(units).writeto(buffer)
    alone = {name: prepare(fits_file(plane), GREY).cutout for name, plane in {"dark": dark, "bright": bright}.items()}
    for named, expected in {None: "dark", "sci": "dark", "f814w_LONG": "bright", "2": "bright"}.items():
        found = prepare(buffer.getvalue(), GREY, Options(extension=named)).cutout
        np.testing.assert_array_equal(found, alone[expected])
        of_training = prepare(buffer.getvalue(), GREY.model_copy(update={"extension": named})).cutout
        np.testing.assert_array_equal(of_training, found)
    with pytest.raises(UnusableImageError, match="FITS without an image in extension WHT: it has SCI, F814W_LONG"):
        prepare(buffer.getvalue(), GREY, Options(extension="WHT"))


def test_a_smaller_stretch_shows_fainter_light_of_fits() -> None:
    content = fits_file(sky(galaxy()[..., 0].astype(float) - 5))
    shown = [prepare(content, GREY, Options(stretch=stretch)).cutout.mean() for stretch in (5, 25, 100)]
    assert shown[0] > 1.5 * shown[1] > 1.5 * 1.5 * shown[2]
    np.testing.assert_array_equal(prepare(content, GREY).cutout, prepare(content, GREY, Options(stretch=25)).cutout)


def test_missing_pixels_of_fits_are_sky() -> None:
    plane = sky(galaxy()[..., 0].astype(float) - 5)
    plane[:, 120:130] = np.nan
    plane[5, 5] = np.inf
    found = prepare(fits_file(plane), GREY).cutout
    assert found[32, 32, 0] > 100
    assert found[:, 9:11].mean() < 10


def test_a_model_without_noise_is_no_obstacle() -> None:
    plane = (galaxy()[..., 0].astype(np.float32) - 5) / 7
    found = prepare(fits_file(plane), GREY).cutout
    assert found[32, 32, 0] > 100 and found.min() == 0


def png_header(width: int, height: int) -> bytes:
    """Return the beginning of a PNG image of that size, without its pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 100) + b"IDAT" + bytes(100)


def fractional_tiff(planes: np.ndarray) -> bytes:
    """Return a TIFF of fractional numbers, float32 (height, width, 3), which Pillow doesn't write."""
    height, width, _ = planes.shape
    numbers = {256: width, 257: height, 259: 1, 262: 2, 273: 192, 277: 3, 278: height, 279: planes.size * 4}
    triples = {258: 180, 339: 186}  # bits of a number, and that it is fractional; where they are
    entries = [struct.pack("<HHII", tag, 4, 1, number) for tag, number in numbers.items()]
    entries += [struct.pack("<HHII", tag, 3, 3, where) for tag, where in triples.items()]
    header = struct.pack("<4sIH", b"II*\0", 8, len(entries)) + b"".join(sorted(entries))
    return header.ljust(180, b"\0") + struct.pack("<6H", 32, 32, 32, 3, 3, 3) + planes.astype("<f4").tobytes()


JPEG = file(galaxy(), "JPEG", quality=90)
NO_CENTRE = sky(galaxy()[..., 0].astype(float))
NO_CENTRE[150:270, 150:270] = np.nan
UNUSABLE = {
    "nothing": (b"", "zero bytes"),
    "text": (b"this is not a galaxy", "not an image of a known format"),
    "a TIFF of three planes of fractional numbers": (
        fractional_tiff(galaxy(60, 60).astype(np.float32)),
        "a TIFF, damaged, or of a kind that is not read, as fractional numbers in three planes: copy it anew, or save",
    ),
    "half a JPEG": (JPEG[: len(JPEG) // 2], "unreadable: "),
    "half a JPEG of another size": (file(galaxy(300, 300), "JPEG")[:2000], "unreadable: "),
    "half a PNG": (file(galaxy(), "PNG")[:2000], "unreadable: "),
    "one pixel": (file(galaxy(1, 1), "PNG"), "too small: 1x1 pixels"),
    "20,000 pixels a side": (png_header(20_000, 20_000), "too large: "),
    "6,000 pixels a side": (png_header(6_000, 6_000), "too large: 6000x6000 pixels, more than 25,000,000"),
    "FITS without an image": (fits_file(None), "FITS without an image"),
    "FITS with five planes": (
        fits_file(np.ones((5, 30, 30))),
        "a FITS image of 5x30x30: 1 or 3 planes are needed, or their bands (--bands, or the survey's page)",
    ),
    "no number in the centre of FITS": (fits_file(NO_CENTRE), "most pixels of its centre are no numbers"),
    "no number in FITS": (fits_file(np.full((3, 60, 60), np.nan)), "most pixels of its centre are no numbers"),
    "half a FITS": (
        fits_file(sky(galaxy()[..., 0].astype(float)))[:50_000],
        "FITS cut off in its image PRIMARY: copy it anew",
    ),
    "a zip": (b"PK\x03\x04 and so on", "a damaged zip archive"),
}


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.filterwarnings("error", "ignore:File may have been truncated")
def test_what_cannot_be_used_says_why_in_a_line(name: str) -> None:
    content, reason = UNUSABLE[name]
    with pytest.raises(UnusableImageError) as error:
        prepare(content, COLOUR)
    assert str(error.value).startswith(reason)
    assert "\n" not in str(error.value)
