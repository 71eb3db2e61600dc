"""download.source: folder, with the images and tables that people have."""

import csv
import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import MaskedColumn, Table
from PIL import Image

from tests.data.raw.archives import read_zip
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import threads
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP, galaxy_images
from tuning_fork.galaxies.shards import read_ids, read_images, shard_paths
from tuning_fork.images.archive_cropping import crop_archive
from tuning_fork.params.images import Images
from tuning_fork.sources.folder import fetch

OBJECTS = [587722981746540704, 587722981746540705, 588848899855024236]
NAMES = ["J0012+0123.png", "PGC0000212.jpg", "deep/NGC 224.fits"]


def galaxy(side: int = 90) -> np.ndarray:
    """Return a round galaxy, levels 0 to 255, (side, side)."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    noise = np.random.default_rng(1).normal(0, 1, (side, side))
    return np.clip(220 * np.exp(-np.hypot(x, y) / side / 0.07) + 5 + noise, 0, 255)


def write_image(path: Path, side: int = 90) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".fits":
        fits.PrimaryHDU(galaxy(side).astype(np.float32)).writeto(path)
    else:
        Image.fromarray(galaxy(side).astype(np.uint8)).save(path)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Give a folder with a PNG, a JPEG and, deeper, a FITS image, and a file that is none."""
    for number, name in enumerate(NAMES):
        write_image(tmp_path / "images" / name, 60 + 20 * number)
    (tmp_path / "images" / "notes.txt").write_text("seen")
    return tmp_path / "images"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Give a table of the three galaxies by name, and their object IDs."""
    path = tmp_path / "table.csv"
    names = ["NGC 224", "PGC0000212", "J0012+0123"]
    pd.DataFrame({"name": names, "objid": OBJECTS, "T": [3.0, None, -5.0]}).to_csv(path, index=False)
    return path


def rows_in(raw: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read_zip(raw / SOLUTIONS_ZIP)[SOLUTIONS_CSV].decode())))


def refusal(images: Path | str, table: Path | None, raw: Path, id_column: str = "name") -> str:
    """Return the one line that is said; nothing is there afterwards."""
    with pytest.raises(UserError) as error:
        fetch(str(images), table, id_column, raw)
    assert "\n" not in str(error.value)
    assert not list(raw.glob("*"))
    return str(error.value)


def test_images_are_kept_as_they_are_and_matched_by_their_names(
    images: Path, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw"
    fetch(str(images), table, "name", raw)
    found = read_zip(raw / IMAGES_ZIP)
    assert found == {f"images_training_rev1/{Path(name).name}": (images / name).read_bytes() for name in NAMES}
    assert [galaxy for galaxy, _ in galaxy_images(raw / IMAGES_ZIP)] == ["J0012+0123", "NGC 224", "PGC0000212"]
    assert read_zip(raw / SOLUTIONS_ZIP) == {SOLUTIONS_CSV: table.read_bytes()}
    assert capsys.readouterr().out == "3 galaxies with an image and a row\n"
    again = tmp_path / "copy"
    shutil.copytree(images, again, copy_function=shutil.copyfile)
    fetch(str(again), table, "name", tmp_path / "again")
    for name in (IMAGES_ZIP, SOLUTIONS_ZIP):
        assert (tmp_path / "again" / name).read_bytes() == (raw / name).read_bytes()


def test_all_of_them_are_cropped_and_what_cannot_be_is_told(images: Path, table: Path, tmp_path: Path) -> None:
    (images / "deep" / "NGC 224.fits").write_bytes((images / "deep" / "NGC 224.fits").read_bytes()[:5000])
    fetch(str(images), table, "name", tmp_path / "raw")
    settings = Images(crop=256, size=32, grayscale=False, frame="auto", max_rejected=0.5)
    crop_archive(tmp_path / "raw" / IMAGES_ZIP, tmp_path / "shards", settings, threads(1))
    (shard,) = shard_paths(tmp_path / "shards")
    assert read_ids(shard, settings.shape).tolist() == ["J0012+0123", "PGC0000212"]
    assert read_images(shard)[:, 15:17, 15:17].min() > 100
    assert (tmp_path / "shards" / "rejected.csv").read_text().startswith("GalaxyID,reason\nNGC 224,FITS cut off in ")


def test_a_zip_and_a_pattern_are_the_same_images_as_the_folder(images: Path, table: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", images))
    for number, place in enumerate((images, archive, f"{images}/**/*")):
        fetch(str(place), table, "name", tmp_path / f"raw{number}")
    zero, one, two = (read_zip(tmp_path / f"raw{number}" / IMAGES_ZIP) for number in range(3))
    assert zero == one == two


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".fits", ".vot"])
def test_object_ids_of_18_digits_keep_their_last_ones_in_every_format(tmp_path: Path, suffix: str) -> None:
    for number in OBJECTS:
        write_image(tmp_path / "images" / f"{number}.png")
    path = tmp_path / f"table{suffix}"
    if suffix in {".csv", ".parquet"}:
        table = pd.DataFrame({"dr7objid": OBJECTS, "bar": [0.25, None, 1.0], "kind": ["E", "Sa", ""]})
        table.to_csv(path, index=False) if suffix == ".csv" else table.to_parquet(path)
    else:
        bar = MaskedColumn([0.25, 0.5, 1.0], mask=[False, True, False])
        Table({"dr7objid": OBJECTS, "bar": bar, "kind": ["E", "Sa", ""], "pair": [[1, 2]] * 3}).write(
            path, format="fits" if suffix == ".fits" else "votable"
        )
    fetch(str(tmp_path / "images"), path, "dr7objid", tmp_path / "raw")
    rows = rows_in(tmp_path / "raw")
    assert [row["dr7objid"] for row in rows] == [str(number) for number in OBJECTS]
    assert [row["bar"] for row in rows] == ["0.25", "", "1.0"]
    assert [row["kind"] for row in rows] == ["E", "Sa", ""]
    assert [galaxy for galaxy, _ in galaxy_images(tmp_path / "raw" / IMAGES_ZIP)] == OBJECTS


def test_without_a_table_the_folders_are_the_classes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sky.zip", "w") as archive:
        for name in (
            "sky/in between/12.jpg",
            "sky/spiral, barred/0007.jpg",
            "sky/spiral, barred/3.png",
            "sky/list.txt",
        ):
            archive.writestr(name, name)
    fetch(str(tmp_path / "sky.zip"), None, "name", tmp_path / "raw")
    assert rows_in(tmp_path / "raw") == [
        {"GalaxyID": "3", "class": "spiral, barred"},
        {"GalaxyID": "7", "class": "spiral, barred"},
        {"GalaxyID": "12", "class": "in between"},
    ]


def test_what_has_no_partner_is_counted_and_named(
    images: Path, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        write_image(images / f"more{number}.png")
    with table.open("a") as file:
        file.write("UGC 1,1,2.0\n")
    fetch(str(images), table, "name", tmp_path / "raw")
    assert capsys.readouterr().out.splitlines() == [
        "3 galaxies with an image and a row",
        f"5 images without a row in {table}: more0, more1, more2 and 2 more",
        f"1 rows without an image in {images}: UGC 1",
    ]


def test_names_with_zeros_before_them_and_with_suffixes_are_matched(tmp_path: Path) -> None:
    for name in ("0007.png", "0012.png"):
        write_image(tmp_path / "images" / name)
    (tmp_path / "table.csv").write_text("file,T\n7,1\nspirals/0012.PNG,2\n")
    fetch(str(tmp_path / "images"), tmp_path / "table.csv", "file", tmp_path / "raw")
    assert [galaxy for galaxy, _ in galaxy_images(tmp_path / "raw" / IMAGES_ZIP)] == [7, 12]


def test_ids_that_match_nothing_are_shown_beside_a_name(images: Path, table: Path, tmp_path: Path) -> None:
    assert refusal(images, table, tmp_path / "raw", "objid") == (
        f"params.yaml: download.labels: {table}: none of its 3 galaxies (objid {OBJECTS[0]} is the first) is called as "
        f"one of the 3 images ({images / NAMES[0]} is the first): their names without suffix must be the IDs in that "
        "column"
    )


def test_two_images_of_one_galaxy_are_named(images: Path, table: Path, tmp_path: Path) -> None:
    write_image(images / "deep" / "PGC0000212.tif")
    both = f"{images / 'PGC0000212.jpg'} and {images / 'deep/PGC0000212.tif'}"
    assert refusal(images, table, tmp_path / "raw") == (
        f"params.yaml: download.images: galaxy PGC0000212 has two images, {both}: remove or rename one"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name;T\nPGC0000212;3\n", "its values are separated by ';': save it with commas"),
        ("name\tT\nPGC0000212\t3\n", "its values are separated by tabs: save it with commas"),
        ("name,T\n", "no galaxies in it"),
        ("id,T\nPGC0000212,3\n", "no column name, but 'id', 'T'"),
        ("name,T\nPGC1,3\nPGC1,4\n", "row 3, column name: PGC1 is the galaxy of row 2 too, PGC1 there"),
        ("name,T\nPGC1,3\n,4\n", "row 3, column name: empty is no GalaxyID"),
        ("name,T\n5.87722981746541e+17,4\n", "row 2, column name: '5.87722981746541e+17' has a decimal point"),
    ],
)
def test_a_mistake_in_the_table_is_one_line(images: Path, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    found = refusal(images, path, tmp_path / "raw")
    assert found.startswith(f"{path}: {said}")
    assert found.endswith(": correct the table, or name another")


def test_a_row_of_a_table_that_is_no_text_is_counted_as_its_readers_do(images: Path, tmp_path: Path) -> None:
    Table({"name": ["PGC1", "PGC1"]}).write(tmp_path / "twice.fits")
    said = refusal(images, tmp_path / "twice.fits", tmp_path / "raw")
    assert said.startswith(f"{tmp_path / 'twice.fits'}: row 2, column name: PGC1 is the galaxy of row 1 too")


def test_what_is_not_there_or_of_another_kind_is_told(images: Path, table: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    absent = tmp_path / "absent"
    assert refusal(absent, table, raw) == (
        f"{absent}: no such file or folder, and no image matches it: correct its spelling"
    )
    assert f"{absent} does not exist: name a table" in refusal(images, absent, raw)
    shutil.copyfile(table, tmp_path / "table.xlsx")
    assert "the suffix says the format of a table: one of .csv, .parquet" in refusal(
        images, tmp_path / "table.xlsx", raw
    )
    shutil.copyfile(table, tmp_path / "table.parquet")
    assert "no table in that format (" in refusal(images, tmp_path / "table.parquet", raw)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/notes.txt").write_text("seen")
    assert "no image there (.jpg, " in refusal(tmp_path / "texts", table, raw)
    assert "among 1 files (.txt): name another place" in refusal(tmp_path / "texts", table, raw)
    said = refusal(images, None, raw)
    assert said.startswith(f"params.yaml: download.images: {images / NAMES[0]}: is in no folder of a class: put ")
