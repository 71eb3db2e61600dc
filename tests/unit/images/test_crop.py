"""The crop stage: exact cut-outs of every usable image, and a reason for every other."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stages import crop as crop_stage
from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import threads
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, galaxy_images
from tuning_fork.images.archive_cropping import crop_archive
from tuning_fork.images.jpeg_cutout import UnusableImageError, cut_out
from tuning_fork.images.photometry import NOTHING_THERE, Light
from tuning_fork.images.preparing import prepare
from tuning_fork.params.images import Images

SIDE = 424
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
PAIRS = [(256, 64), (212, 64), (212, 53), (424, 106), (424, 53), (200, 69), (255, 64), (101, 100), (64, 64), (424, 424)]


def settings(crop: int = 256, size: int = 64, grayscale: bool = False, max_rejected: float = 1.0) -> Images:
    return Images(crop=crop, size=size, grayscale=grayscale, max_rejected=max_rejected)


def jpeg(pixels: np.ndarray, **options: object) -> bytes:
    """Encode pixels (height, width) or (height, width, 3), 0-255, as JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def sky(seed: int, side: int = SIDE) -> np.ndarray:
    """Return a picture with structure at many scales: blobs of colour, and noise in each pixel."""
    rng = np.random.default_rng(seed)
    blobs = Image.fromarray(rng.integers(0, 256, (33, 33, 3)).astype(np.uint8)).resize((side, side))
    return np.asarray(blobs) + rng.normal(0, 10, (side, side, 1))


def area_average(pixels: np.ndarray, crop: int, size: int) -> np.ndarray:
    """Return the central square of `pixels` (side, side, channels) averaged over the exact area of each new pixel."""
    edges = (SIDE - crop) / 2 + np.arange(size + 1) * crop / size
    pixel = np.arange(SIDE)
    overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    weights = np.maximum(overlap, 0) * size / crop
    return np.einsum("yi,xj,ijc->yxc", weights, weights, pixels, optimize=True)


@pytest.mark.parametrize("grayscale", [False, True])
@pytest.mark.parametrize(("crop", "size"), PAIRS)
def test_pixels_are_the_area_averages_of_the_fully_decoded_image(
    kaggle_files: Path, crop: int, size: int, grayscale: bool
) -> None:
    with zipfile.ZipFile(kaggle_files / IMAGES_ZIP) as archive:
        simulated = [archive.read(name) for name in archive.namelist()[:2]]
    for image in [jpeg(sky(1), quality=90), jpeg(sky(2), quality=95, subsampling=0), *simulated]:
        decoded = np.asarray(Image.open(io.BytesIO(image)), float)
        expected = area_average(decoded @ np.array([LUMA]).T if grayscale else decoded, crop, size)
        cutout = cut_out(image, settings(crop, size, grayscale))
        assert cutout.dtype == np.uint8
        assert cutout.shape == expected.shape == (size, size, 1 if grayscale else 3)
        assert np.abs(cutout - expected).mean() < 2
        assert abs((cutout - expected).mean()) < 1, "brighter or darker on the whole"


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (10, 200, 90), (255, 255, 255), (0, 0, 0)])
def test_grey_is_the_luma_of_itu_r_601(colour: tuple[int, int, int]) -> None:
    image = jpeg(np.full((SIDE, SIDE, 3), colour), quality=95)
    cutout = cut_out(image, settings(grayscale=True))
    assert np.abs(cutout - np.dot(colour, LUMA)).max() <= 2


@pytest.mark.parametrize(("crop", "size"), PAIRS)
def test_the_square_is_in_the_exact_centre(crop: int, size: int) -> None:
    border = -(-(SIDE - crop) // 2)  # an odd square ends amid pixels: those half in it are left dark here
    marked = np.zeros((SIDE, SIDE))
    marked[border : SIDE - border, border : SIDE - border] = 255
    cutout = cut_out(jpeg(marked, quality=100), settings(crop, size, grayscale=True))[..., 0].astype(int)
    if crop % 2 == 0:
        assert cutout.min() >= 250
    for turned in (cutout[::-1], cutout[:, ::-1], cutout.T):
        assert np.abs(cutout - turned).max() <= 3


def test_what_is_outside_the_square_does_not_matter() -> None:
    inside = np.zeros((SIDE, SIDE, 1), bool)
    inside[80:344, 80:344] = True  # whole blocks of the JPEG around a square of 256 pixels
    one, other = (jpeg(np.where(inside, sky(1), sky(seed)), quality=95, subsampling=0) for seed in (2, 3))
    np.testing.assert_array_equal(cut_out(one, settings()), cut_out(other, settings()))


def test_a_pattern_finer_than_the_new_pixels_averages_out() -> None:
    stripes = np.tile([0.0, 255.0], SIDE // 2) * np.ones((SIDE, 1))
    for pair in [(256, 64), (424, 106), (200, 50)]:
        cutout = cut_out(jpeg(stripes, quality=100), settings(*pair, grayscale=True))
        assert np.abs(cutout - 127.5).max() <= 3


def test_every_kind_of_jpeg_is_read() -> None:
    picture = sky(1)
    usual = cut_out(jpeg(picture, quality=95, subsampling=0), settings())
    progressive = cut_out(jpeg(picture, quality=95, subsampling=0, progressive=True), settings())
    assert np.abs(usual.astype(int) - progressive).max() <= 1
    grey = cut_out(jpeg(picture @ LUMA, quality=95), settings())
    assert grey.shape == (64, 64, 3)
    assert np.abs(grey.astype(int) - usual.astype(int) @ np.array([LUMA]).T).mean() < 2


BAD = {
    "zero bytes": b"",
    "not a JPEG image": b"GalaxyID,Class1.1\n1,0.5\n" * 100,
    "unreadable: Premature end of JPEG file": jpeg(sky(1))[:20_000],
    "423x424 pixels, not 424x424": jpeg(sky(1)[:, :423]),
    "848x848 pixels, not 424x424": jpeg(sky(1, 848)),
}


@pytest.mark.parametrize("reason", BAD)
def test_an_image_that_cannot_be_used_says_why(reason: str) -> None:
    with pytest.raises(UnusableImageError, match=f"^{reason}"):
        cut_out(BAD[reason], settings())


def test_a_png_or_a_header_alone_is_not_usable() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE)).save(buffer, "PNG")
    for content in (buffer.getvalue(), jpeg(sky(1))[:700], jpeg(sky(1))[:3], b"\xff\xd8\xff\xe0" + bytes(50)):
        with pytest.raises(UnusableImageError):
            cut_out(content, settings())


UNREADABLE = {
    "zero bytes": b"",
    "not an image of a known format": b"GalaxyID,Class1.1\n1,0.5\n" * 100,
    "unreadable: Premature end of JPEG file": jpeg(sky(1))[:20_000],
    "too small: 15x20 pixels": jpeg(sky(1)[:20, :15]),
}


def archive_of(folder: Path, images: Mapping[int | str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    """Write Kaggle's archive of these images, in this order."""
    path = folder / IMAGES_ZIP
    with zipfile.ZipFile(path, "w", compression) as archive:
        for galaxy, content in images.items():
            archive.writestr(f"images_training_rev1/{galaxy}.jpg", content)
    return path


def shards_in(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids and images of all shards."""
    shards = [np.load(path) for path in sorted(folder.glob("shard-*.npz"))]
    return tuple(np.concatenate([shard[name] for shard in shards]) for name in ("ids", "images"))


def rejected_in(folder: Path) -> dict[int, str]:
    return pd.read_csv(folder / "rejected.csv").set_index("GalaxyID")["reason"].to_dict()


def test_bad_images_are_left_out_and_listed_with_the_reason(tmp_path: Path) -> None:
    good = jpeg(sky(1))
    images = {900: good} | {100 + 10 * number: content for number, content in enumerate(UNREADABLE.values())}
    images |= {105: good}
    crop_archive(archive_of(tmp_path, images), tmp_path / "shards", settings(), threads(1))
    ids, cutouts = shards_in(tmp_path / "shards")
    assert ids.dtype == np.int64
    assert ids.tolist() == [105, 900]
    assert cutouts.dtype == np.uint8
    assert cutouts.shape == (2, 64, 64, 3)
    rejected = rejected_in(tmp_path / "shards")
    assert list(rejected) == [100, 110, 120, 130]
    for reason, found in zip(UNREADABLE, rejected.values(), strict=True):
        assert found.startswith(reason)


def test_what_shows_no_galaxy_is_left_out_by_the_catalogues_rule(tmp_path: Path) -> None:
    black = jpeg(np.zeros((SIDE, SIDE, 3)))
    noise = jpeg(np.random.default_rng(1).normal(20, 8, (SIDE, SIDE, 3)))
    crop_archive(
        archive_of(tmp_path, {1: black, 2: jpeg(sky(1)), 3: noise}), tmp_path / "shards", settings(), threads(1)
    )
    assert shards_in(tmp_path / "shards")[0].tolist() == [2]
    assert rejected_in(tmp_path / "shards") == dict.fromkeys((1, 3), NOTHING_THERE)
    for content in (black, noise):
        assert not Light(prepare(content, settings()).cutout[None]).is_there()


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_image_damaged_in_the_zip_is_left_out(tmp_path: Path, compression: int) -> None:
    good, victim = jpeg(sky(1)), jpeg(sky(2))
    path = archive_of(tmp_path, {1: good, 2: victim, 3: good}, compression)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.infolist()[1]
    start = member.header_offset + len(member.FileHeader())
    content[start : start + 5] = b"\xff" * 5
    path.write_bytes(content)
    crop_archive(path, tmp_path / "shards", settings(), threads(1))
    assert shards_in(tmp_path / "shards")[0].tolist() == [1, 3]
    assert rejected_in(tmp_path / "shards")[2].startswith("damaged in the zip")


def test_more_bad_images_than_allowed_are_an_error_that_names_the_first(tmp_path: Path) -> None:
    path = archive_of(tmp_path, {1: jpeg(sky(1)), 2: b"", 3: jpeg(sky(3)), 4: b""})
    crop_archive(path, tmp_path / "allowed", settings(max_rejected=0.5), threads(1))
    with pytest.raises(UserError) as error:
        crop_archive(path, tmp_path / "shards", settings(max_rejected=0.49), threads(1))
    assert str(error.value) == (
        f"{path}: 2 of 4 images are unusable, more than images.max_rejected (0.49), the first 2: zero bytes; all "
        f"are in {tmp_path / 'shards' / 'rejected.csv'}: mend or remove them where they come from "
        "and run `dvc repro -f download`, or raise it"
    )
    assert rejected_in(tmp_path / "shards") == {2: "zero bytes", 4: "zero bytes"}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], ", it is empty"),
        (["images_training_rev1/"], ", it is empty"),
        (["photos/", "photos/M31.txt", "photos/.7.png"], " among its files (2, the first photos/M31.txt)"),
    ],
)
def test_an_archive_without_an_image_is_an_error_that_says_what_it_holds(
    tmp_path: Path, names: list[str], found: str
) -> None:
    path = tmp_path / IMAGES_ZIP
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    with pytest.raises(UserError) as error:
        crop_archive(path, tmp_path / "shards", settings(), threads(1))
    assert str(error.value) == f"{path}: holds no image{found}: give one of images named by their GalaxyIDs"
    assert not (tmp_path / "shards").exists()


@pytest.mark.parametrize("number", ["9223372036854775808", "09223372036854775808", "9" * 5000])
def test_an_image_whose_number_is_no_galaxy_id_is_named(tmp_path: Path, number: str) -> None:
    path = archive_of(tmp_path, {7: b"", number: b""})
    large = "is no GalaxyID: a number is at most 9223372036854775807"
    said = f"{path}: images_training_rev1/{number}.jpg {large}: rename or remove it"
    with pytest.raises(UserError) as error:
        crop_archive(path, tmp_path / "shards", settings(), threads(1))
    assert str(error.value) == said


def test_the_largest_galaxy_ids_keep_their_images(tmp_path: Path) -> None:
    galaxies = [7, 587722981746540704, 587722981746540705, 2**63 - 1]
    crop_archive(
        archive_of(tmp_path, dict.fromkeys(galaxies, jpeg(sky(1)))), tmp_path / "shards", settings(), threads(1)
    )
    assert shards_in(tmp_path / "shards")[0].tolist() == galaxies


def test_an_archive_without_one_usable_image_makes_empty_shards(tmp_path: Path) -> None:
    crop_archive(archive_of(tmp_path, {1: b"", 2: b"text"}), tmp_path / "shards", settings(grayscale=True), threads(1))
    ids, images = shards_in(tmp_path / "shards")
    assert ids.shape == (0,)
    assert images.shape == (0, 64, 64, 1)
    assert len(rejected_in(tmp_path / "shards")) == 2


def test_the_bytes_do_not_depend_on_the_number_of_workers(kaggle_files: Path, tmp_path: Path) -> None:
    archive = kaggle_files / IMAGES_ZIP
    for workers in (1, 2, 3):
        crop_archive(archive, tmp_path / str(workers), settings(), threads(workers), galaxies_a_shard=16)
    one, two, three = ({path.name: path.read_bytes() for path in (tmp_path / n).iterdir()} for n in "123")
    assert sorted(one) == ["rejected.csv", *(f"shard-{number:05}.npz" for number in range(4))]
    assert one == two == three
    ids, images = shards_in(tmp_path / "1")
    members = galaxy_images(archive)
    assert ids.tolist() == sorted(galaxy for galaxy, _ in members)
    with zipfile.ZipFile(archive) as file:
        expected = [cut_out(file.read(member.name), settings()) for _, member in members]
    np.testing.assert_array_equal(images, expected)


def test_the_stage_reads_data_raw_and_writes_data_shards(
    kaggle_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("data/raw").symlink_to(kaggle_files)
    Path("surveys").symlink_to(ROOT / "surveys")
    Path("params.yaml").write_text((Path(__file__).parents[3] / "params.yaml").read_text(encoding="utf-8"))
    crop_stage.main()
    ids, images = shards_in(Path("data/shards"))
    assert ids.shape == (60,)
    assert images.shape == (60, 64, 64, 3)
    assert Path("data/shards/rejected.csv").read_text() == "GalaxyID,reason\n"
