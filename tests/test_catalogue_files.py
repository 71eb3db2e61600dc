"""Where a catalogue's images are looked for, and the files that it can be written to."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table

from stages.catalogue.formats import FORMATS, write_table
from stages.catalogue.sources import Source, find, survey
from stages.catalogue.unfinished import Unfinished
from stages.errors import UserError
from stages.galaxies.cutouts import UnusableImageError


def names(*arguments: Path | str) -> list[str]:
    return [source.name for source in find([str(argument) for argument in arguments])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with images in it and below it, and a zip beside them."""
    for name in ("b.jpg", "a.PNG", "notes.txt", "deep/er/2.fits", "deep/1.tif", "any.dat"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(name.encode())
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("kaggle/9.jpg", "kaggle/10.jpg", "../x.jpeg", "readme.md", "__MACOSX/kaggle/._9.jpg"):
            archive.writestr(name, name)
    return tmp_path


def test_a_folder_is_searched_to_its_bottom(folder: Path) -> None:
    found = [f"{folder}/in/{name}" for name in ("a.PNG", "b.jpg", "deep/1.tif", "deep/er/2.fits")]
    assert names(folder / "in") == found


def test_a_file_that_is_named_may_be_called_anything(folder: Path) -> None:
    assert names(folder / "in/any.dat", folder / "in/b.jpg") == [f"{folder}/in/any.dat", f"{folder}/in/b.jpg"]


def test_a_zip_is_read_without_unpacking_whatever_its_members_are_called(folder: Path) -> None:
    found = list(find([str(folder / "z.zip")]))
    assert [source.member.name for source in found] == ["kaggle/9.jpg", "kaggle/10.jpg", "../x.jpeg"]
    assert [source.read() for source in found] == [b"kaggle/9.jpg", b"kaggle/10.jpg", b"../x.jpeg"]
    assert not (folder.parent / "x.jpeg").exists()


def test_patterns_name_files_zips_and_folders(folder: Path) -> None:
    assert names(folder / "in/*.jpg") == [f"{folder}/in/b.jpg"]
    assert names(folder / "in/**/*.fits") == [f"{folder}/in/deep/er/2.fits"]
    assert names(folder / "in/**") == names(folder / "in")
    assert names(folder / "in/*") == names(folder / "in")
    assert len(names(folder / "*.zip", folder / "in/d*")) == 3 + 2


def test_a_damaged_zip_is_itself_listed_after_what_can_be_read_of_it(folder: Path) -> None:
    content = bytearray((folder / "z.zip").read_bytes())
    content[content.rfind(b"PK\x01\x02")] = 0
    (folder / "z.zip").write_bytes(content)
    members = ("/kaggle/9.jpg", "/kaggle/10.jpg", "/../x.jpeg")
    assert names(folder / "z.zip") == [f"{folder}/z.zip{member}" for member in (*members, "")]
    (folder / "z.zip").write_bytes(content[:-30])
    assert names(folder / "z.zip") == [f"{folder}/z.zip"]


@pytest.mark.parametrize("missing", ["nowhere", "in/*.gif"])
def test_a_spelling_mistake_is_named(folder: Path, missing: str) -> None:
    with pytest.raises(UserError, match="no such file or folder, and no image matches it"):
        names(folder / "in", folder / missing)


def test_what_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "large.jpg").open("wb") as file:
        file.truncate(2**41)
    (source,) = find([str(folder / "large.jpg")])
    with pytest.raises(UnusableImageError, match="too large: 2,199,023 MB, more than 1,074"):
        source.read()


def test_no_image_at_all_is_said(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(UserError, match="empty: no image there"):
        survey([str(folder / "empty")])


def test_galaxies_are_numbered_when_all_files_are(folder: Path) -> None:
    assert not survey([str(folder / "in")]).are_numbered
    assert survey([str(folder / "in/deep")]).are_numbered
    assert [source.galaxy_id for source in find([str(folder / "z.zip")])] == [9, 10, None]
    for name in ("x/²", "x/150.116_2.205.jpg", "7.tar.jpg"):
        assert Source(name, "x").galaxy_id is None
    assert Source("x/7.fits.gz", "x").galaxy_id == 7


def test_a_survey_notices_what_changes(folder: Path) -> None:
    before = survey([str(folder / "in")])
    assert survey([str(folder / "in")]) == before
    (folder / "in/b.jpg").write_bytes(b"another galaxy")
    assert survey([str(folder / "in")]).digest != before.digest
    (folder / "in/c.jpg").touch()
    assert survey([str(folder / "in")]).images == before.images + 1


TABLE = pd.DataFrame(
    {
        "name": [f"field/{'long' * (row % 3)}{row}<&>é.jpg" for row in range(7)],
        "number": np.arange(7) + 2**40,
        "smooth": [0.25, np.nan, 0.123456, 1.0, 0.0, 0.5, 0.75],
        "predicted_class": ["smooth", None, "featured", "smooth", "featured", "smooth", "smooth"],
        "flags": ["", "unreadable", "off_size;unlike_training", "", "", "", ""],
    }
).astype({"name": "str", "predicted_class": "str", "flags": "str"})


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
    write_table(path, parts)
    found = READERS[suffix](path)
    assert list(found.columns) == list(TABLE.columns)
    np.testing.assert_array_equal(found["smooth"], TABLE["smooth"])
    np.testing.assert_array_equal(found["number"], TABLE["number"])
    for name in ("name", "predicted_class", "flags"):
        texts = [text.decode() if isinstance(text, bytes) else text for text in found[name].fillna("")]
        expected = TABLE[name].fillna("").tolist()
        if suffix == ".fits":
            expected = [text.replace("é", "\\xe9") for text in expected]
        assert texts == expected
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_fits_table_is_of_the_standard(tmp_path: Path) -> None:
    write_table(tmp_path / "c.fits", parts)
    assert (tmp_path / "c.fits").stat().st_size % 2880 == 0
    with fits.open(tmp_path / "c.fits") as units:
        units.verify("exception")
        assert units[1].name == "CATALOGUE"
        assert len(units[1].data) == 7


@pytest.mark.filterwarnings("error")
def test_the_votable_is_of_the_standard(tmp_path: Path) -> None:
    write_table(tmp_path / "c.vot", parts)
    table = Table.read(tmp_path / "c.vot", format="votable", verify="exception")
    assert len(table) == 7


def test_half_a_part_is_taken_off_and_another_catalogues_parts_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "c.csv.unfinished"
    begun = Unfinished(path, "one")
    begun.add({"name": ["a\nb"], "smooth": [0.5]})
    begun.add({"name": ["é"], "smooth": [None]})
    path.write_bytes(path.read_bytes()[:-4])
    again = Unfinished(path, "one")
    assert again.parts == 1
    again.add({"name": ["c"], "smooth": [0.25]})
    assert [table["name"].tolist() for table in Unfinished(path, "one").tables()] == [["a\nb"], ["c"]]
    assert Unfinished(path, "another").parts == 0
    path.write_bytes(b'"ot')
    assert Unfinished(path, "other").parts == 0
