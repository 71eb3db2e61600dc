"""Where a catalogue's images are looked for, and the files that it can be written to."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from astropy.io import fits, votable
from astropy.io.votable.ucd import check_ucd
from astropy.table import Table
from PIL import Image

from tests.data.raw.image_folder import names, passed_over
from tests.data.surveys import TASKS
from tuning_fork.catalogue.formats.columns import COLUMNS, MEANINGS, Column, Fact, Meaning, columns_of
from tuning_fork.catalogue.formats.formats import FORMATS, write_table
from tuning_fork.catalogue.formats.output import checked_output
from tuning_fork.catalogue.listing import list_images
from tuning_fork.catalogue.partial_catalogue import PartialCatalogue
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import LARGEST_ID, SUFFIXES
from tuning_fork.images.image_search import FoundImage, find_images
from tuning_fork.images.preparing import prepare
from tuning_fork.params.images import Preparation


def test_a_folder_is_searched_to_its_bottom(image_folder: Path) -> None:
    found = [f"{image_folder}/in/{name}" for name in ("a.PNG", "b.jpg", "deep/1.tif", "deep/er/2.fits")]
    assert names(image_folder / "in") == found


def test_a_file_that_is_named_may_be_called_anything(image_folder: Path) -> None:
    for name in ("any.dat", "b.jpg", ".hidden.jpg"):
        assert names(image_folder / "in" / name) == [f"{image_folder}/in/{name}"]


def test_a_zip_is_read_without_unpacking_whatever_its_members_are_called(image_folder: Path) -> None:
    found = list(find_images([str(image_folder / "z.zip")]))
    assert [image.member.name for image in found] == ["kaggle/9.jpg", "kaggle/10.jpg", "../x.jpeg"]
    assert [image.read() for image in found] == [b"kaggle/9.jpg", b"kaggle/10.jpg", b"../x.jpeg"]
    assert not (image_folder.parent / "x.jpeg").exists()


def test_patterns_name_files_zips_and_folders(image_folder: Path) -> None:
    assert names(image_folder / "in/*.jpg") == [f"{image_folder}/in/b.jpg"]
    assert names(image_folder / "in/**/*.fits") == [f"{image_folder}/in/deep/er/2.fits"]
    assert names(image_folder / "**/er") == names(image_folder / "i*/**/*r/*") == [f"{image_folder}/in/deep/er/2.fits"]
    assert len(names(image_folder / "*.zip", image_folder / "in/d*")) == 3 + 2


def test_a_folder_means_the_same_with_and_without_a_pattern(
    image_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (image_folder / "z.zip").rename(image_folder / "in/deep/z.zip")
    (image_folder / "in/deep-sky").mkdir()
    (image_folder / "in/deep-sky/3.bmp").touch()
    (image_folder / "in/link").symlink_to("deep")
    monkeypatch.chdir(image_folder)
    deep = ["deep/1.tif", "deep/er/2.fits", *(f"deep/z.zip/{name}" for name in ("kaggle/9.jpg", "kaggle/10.jpg"))]
    deep.append("deep/z.zip/../x.jpeg")
    linked = [name.replace("deep", "link", 1) for name in deep]
    expected = [f"in/{name}" for name in ("a.PNG", "b.jpg", *deep, "deep-sky/3.bmp", *linked)]
    for spelling in ("in", "in/", "i*", "in/*", "in/**", "in/**/*", "i?/**/", "**"):
        assert names(spelling) == expected, spelling
        assert passed_over(spelling) == "6 files passed over: 2 .md, 2 .zip in a .zip, 1 .dat, 1 .txt", spelling
    assert sorted(names(*sorted(str(path) for path in Path("in").iterdir()))) == sorted(
        [*expected, "in/.hidden.jpg", "in/any.dat", "in/notes.txt"]  # as a shell does not spell it
    )


def test_no_file_is_passed_over_in_silence(image_folder: Path) -> None:
    assert passed_over(image_folder / "in") == "2 files passed over: 1 .dat, 1 .txt"
    assert passed_over(image_folder / "z.zip") == "2 files passed over: 1 .md, 1 .zip in a .zip"
    assert passed_over(image_folder / "in/b*", image_folder / "in/*.txt") == "1 file passed over: 1 .txt"
    assert passed_over(image_folder / "in/**/*.fits") == ""
    with pytest.raises(UserError, match=r"no image there .*; 1 file passed over: 1 \.dat: name others"):
        list_images([f"{image_folder}/in/*.dat"])
    for number in range(9):
        (image_folder / f"in/x.{number}").touch()
    (image_folder / "in/README").touch()
    (image_folder / os.fsdecode(b"in/x.\xff\n")).touch()
    assert passed_over(image_folder / "in").endswith(" others")
    assert passed_over(image_folder / "in").isascii() and passed_over(image_folder / "in").isprintable()


def picture(kind: str) -> bytes:
    """Return a file of a blob of light, of a kind that Pillow or astropy writes."""
    y, x = np.mgrid[:60, :60] - 29.5
    light = np.round(200 * np.exp(-np.hypot(x, y) / 8)) + np.random.default_rng(1).integers(0, 9, (60, 60))
    buffer = io.BytesIO()
    if kind == "FITS":
        fits.PrimaryHDU(light.astype(np.float32)).writeto(buffer)
    elif kind == "CompImageHDU":
        fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(light.astype(np.float32))]).writeto(buffer)
    else:
        Image.fromarray(light.astype(np.uint8)).save(buffer, kind)
    return buffer.getvalue()


KINDS = {"x.fits.fz": "CompImageHDU", "x.fts": "FITS", "x.webp": "WebP", "x.gif": "GIF", "x.bmp": "BMP"}


@pytest.mark.parametrize("name", KINDS)
def test_files_that_the_libraries_read_are_found_and_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(picture(KINDS[name]))
    (image,) = find_images([str(tmp_path)])
    assert image.name == "x"
    cutout = prepare(image.read(), Preparation(crop=256, size=24, grayscale=True)).cutout
    assert cutout[12, 12, 0] > 2 * cutout[2, 2, 0]


@pytest.mark.parametrize("missing", ["nowhere", "in/*.gif", "in/**/*.gif", "nowhere/**", "in/b.jpg/", ""])
def test_a_spelling_mistake_is_named(image_folder: Path, missing: str) -> None:
    with pytest.raises(UserError, match="no such file or folder, and no image matches it"):
        names(image_folder / "in", f"{image_folder}/{missing}" if missing else "")


def test_no_image_at_all_is_said(image_folder: Path) -> None:
    (image_folder / "empty").mkdir()
    with pytest.raises(UserError, match="empty: no image there"):
        list_images([str(image_folder / "empty")])


def test_galaxies_are_numbered_when_all_files_are(image_folder: Path) -> None:
    assert not list_images([str(image_folder / "in")]).are_numbered
    assert list_images([str(image_folder / "in/deep")]).are_numbered
    assert [image.galaxy_id for image in find_images([str(image_folder / "z.zip")])] == [9, 10, None]
    assert FoundImage("x/7.fits.gz", "x").galaxy_id == 7


def test_a_galaxy_id_is_the_number_that_a_name_is_and_no_other() -> None:
    for number in (0, 7, 587722984440135819, 10**18, LARGEST_ID):
        assert FoundImage(f"x/{number}.jpg", "x").galaxy_id == number
    numberless = (
        "²",
        "150.116_2.205",
        "7.tar",
        "007",
        "00",
        "-7",
        "+7",
        "7 ",
        "1_000",
        "\u0667",
        "9223372036854775808",
    )
    for name in (*numberless, "9" * 5000, ""):
        assert FoundImage(f"x/{name}.jpg", "x").galaxy_id is None
        assert FoundImage(f"x/{name}.jpg", "x").name == name


def test_a_name_is_without_folder_and_suffix() -> None:
    for suffix in SUFFIXES:
        assert FoundImage(f"field.7/J0954+69{suffix}", "x").name == "J0954+69"
        assert FoundImage(f"z.zip/J0954+69{suffix.upper()}", "x").name == "J0954+69"
    assert FoundImage("150.116_2.205", "x").name == "150.116_2.205"


def test_a_survey_notices_what_changes(image_folder: Path) -> None:
    before = list_images([str(image_folder / "in")])
    assert list_images([str(image_folder / "in")]) == before
    (image_folder / "in/b.jpg").write_bytes(b"another galaxy")
    assert list_images([str(image_folder / "in")]).digest != before.digest
    (image_folder / "in/c.jpg").touch()
    assert list_images([str(image_folder / "in")]).images == before.images + 1


TABLE = pd.DataFrame(
    {
        "name": [f"field/{'long' * (row % 3)}{row}<&>é.jpg" for row in range(7)],
        "GalaxyID": [0, 7, 2**53 + 1, 587722984440135819, 10**18 - 1, 10**18 + 1, LARGEST_ID],
        "ra": [150.25, np.nan, 359.999999, 0.0, 1e-9, 12.5, 210.802429],
        "smooth": [0.25, np.nan, 0.123456, 1.0, 0.0, 0.5, 0.75],
        "predicted_class": ["smooth", None, "featured", "smooth", "featured", "smooth", "smooth"],
        "flags": ["", "unreadable", "off_size;unlike_training", "", "", "", ""],
    }
).astype({"name": "str", "predicted_class": "str", "flags": "str"})


MEANING = Meaning(
    columns_of(TABLE, TASKS["binary"]),
    (Fact("model", "0123456789ab", "Beginning of a hash"), Fact("creator", "Tuning Fork", "Program that made it")),
)


def parts() -> Iterator[pd.DataFrame]:
    return iter([TABLE[:3], TABLE[3:6], TABLE[6:]])


READERS = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".fits": lambda path: Table.read(path).to_pandas(),
    ".vot": lambda path: Table.read(path, format="votable").to_pandas(),
    ".xml": lambda path: Table.read(path, format="votable").to_pandas(),
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_table_back(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"catalogue{suffix}"
    write_table(path, FORMATS[suffix], parts, MEANING)
    found = READERS[suffix](path)
    assert list(found.columns) == list(TABLE.columns)
    for name in ("smooth", "ra", "GalaxyID"):
        np.testing.assert_array_equal(found[name], TABLE[name])
        assert found[name].dtype == TABLE[name].dtype
    for name in ("name", "predicted_class", "flags"):
        texts = [text.decode() if isinstance(text, bytes) else text for text in found[name].fillna("")]
        expected = TABLE[name].fillna("").tolist()
        if suffix == ".fits":
            expected = [text.replace("é", "\\xe9") for text in expected]
        assert texts == expected
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_fits_table_is_of_the_standard(tmp_path: Path) -> None:
    write_table(tmp_path / "c.fits", FORMATS[".fits"], parts, MEANING)
    assert (tmp_path / "c.fits").stat().st_size % 2880 == 0
    with fits.open(tmp_path / "c.fits") as units:
        units.verify("exception")
        assert units[1].name == "CATALOGUE"
        assert len(units[1].data) == 7


def test_a_column_with_letters_that_fits_has_not_is_escaped_there(tmp_path: Path) -> None:
    columns = MEANING.columns | {"elliptique_à_bras": Column(float, "Probability of à bras", "stat.probability")}

    def named() -> Iterator[pd.DataFrame]:
        return (part.assign(**{"elliptique_à_bras": 0.5}) for part in parts())

    outputs = Fact("outputs", "elliptique_à_bras", "What it was trained to give")
    meaning = replace(MEANING, columns=columns, facts=(*MEANING.facts, outputs))
    for suffix, name in {
        ".fits": r"elliptique_\xe0_bras",
        ".csv": "elliptique_à_bras",
    }.items():
        write_table(tmp_path / f"c{suffix}", FORMATS[suffix], named, meaning)
        assert READERS[suffix](tmp_path / f"c{suffix}")[name].tolist() == [0.5] * 7
        assert name in FORMATS[suffix].column_names(tmp_path / f"c{suffix}")


@pytest.mark.filterwarnings("error")
def test_the_votable_is_of_the_standard(tmp_path: Path) -> None:
    write_table(tmp_path / "c.vot", FORMATS[".vot"], parts, MEANING)
    table = Table.read(tmp_path / "c.vot", format="votable", verify="exception")
    assert len(table) == 7
    report = io.StringIO()
    assert votable.validate(tmp_path / "c.vot", report), report.getvalue()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("suffix", [".fits", ".vot", ".xml"])
def test_astropy_reads_what_the_columns_mean(suffix: str, tmp_path: Path) -> None:
    write_table(tmp_path / f"c{suffix}", FORMATS[suffix], parts, MEANING)
    table = Table.read(tmp_path / f"c{suffix}", format="fits" if suffix == ".fits" else "votable")
    for name, column in MEANING.columns.items():
        found = table[name]
        assert (found.description, found.meta["ucd"]) == (column.description, column.ucd)
        assert (found.unit and str(found.unit)) == column.unit
    assert str(table["ra"].unit) == "deg"


def test_the_files_say_what_made_them_and_mean_it_to_other_readers_too(tmp_path: Path) -> None:
    for suffix in (".fits", ".vot", ".parquet"):
        write_table(tmp_path / f"c{suffix}", FORMATS[suffix], parts, MEANING)
    header = fits.getheader(tmp_path / "c.fits", "CATALOGUE")
    assert (header["MODEL"], header.comments["MODEL"]) == ("0123456789ab", "Beginning of a hash")
    number = list(TABLE).index("ra") + 1
    keywords = {"TTYPE": "ra", "TUNIT": "deg", "TUCD": COLUMNS["ra"].ucd, "TCOMM": COLUMNS["ra"].description}
    assert {key: header[f"{key}{number}"] for key in keywords} == keywords
    table = votable.parse(tmp_path / "c.vot").get_first_table()
    facts = [(param.name, param.value, param.description) for param in table.params]
    assert facts == [tuple(fact) for fact in MEANING.facts]
    schema = pq.read_schema(tmp_path / "c.parquet")
    assert schema.metadata == {b"model": b"0123456789ab", b"creator": b"Tuning Fork"}
    assert schema.field("ra").metadata[b"unit"] == b"deg"
    assert schema.field("ra").metadata[b"ucd"] == b"pos.eq.ra;meta.main"


def all_columns(task: str) -> dict[str, Column]:
    return columns_of([*COLUMNS, *MEANINGS[TASKS[task].kind](TASKS[task])], TASKS[task])


@pytest.mark.parametrize("task", TASKS)
def test_every_column_has_a_ucd_of_the_standards_list(task: str) -> None:
    for column in all_columns(task).values():
        assert check_ucd(column.ucd, check_controlled_vocabulary=True, has_colon=False)
        assert 0 < len(column.description) < 68  # a FITS keyword has no room for more


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_catalogue_is_known_and_no_other_file_is_written_over(suffix: str, task: str, tmp_path: Path) -> None:
    path, images = tmp_path / f"c{suffix}", [str(tmp_path)]
    columns = all_columns(task)
    own = pd.DataFrame({name: pd.Series(["1"]).astype(column.kind) for name, column in columns.items()})
    write_table(path, FORMATS[suffix], lambda: iter([own]), Meaning(columns, MEANING.facts))
    assert checked_output(path, tmp_path / "model", images).path == path
    write_table(path, FORMATS[suffix], parts, MEANING)
    contents = [path.read_bytes(), path.read_bytes()[:1000], b"", b"not a table", b"\xff\n" * 9, b"SIMPLE", b"<a/>"]
    for content in contents:
        path.write_bytes(content)
        reason = "is one of the images" if suffix == ".fits" else "is there already, and no catalogue"
        with pytest.raises(UserError, match=reason):
            checked_output(path, tmp_path / "model", [str(tmp_path), __file__])
        assert path.read_bytes() == content


def test_half_a_part_is_taken_off_and_another_catalogues_parts_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "c.csv.unfinished"
    begun = PartialCatalogue(path, "one")
    begun.add({"name": ["a\nb"], "smooth": [0.5]})
    begun.add({"name": ["é"], "smooth": [None]})
    path.write_bytes(path.read_bytes()[:-4])
    again = PartialCatalogue(path, "one")
    assert again.parts == 1
    again.add({"name": ["c"], "smooth": [0.25]})
    assert [table["name"].tolist() for table in PartialCatalogue(path, "one").tables()] == [["a\nb"], ["c"]]
    assert PartialCatalogue(path, "another").parts == 0
    path.write_bytes(b'"ot')
    assert PartialCatalogue(path, "other").parts == 0
    path.write_bytes(b"\xff\n\0\n")
    assert PartialCatalogue(path, "other").parts == 0
    path.write_bytes(path.read_bytes() + b'{"name": ["a\xff\n')
    with pytest.raises(UserError, match=r"c\.csv\.unfinished: damaged: remove it and run the same command again"):
        list(PartialCatalogue(path, "other").tables())
