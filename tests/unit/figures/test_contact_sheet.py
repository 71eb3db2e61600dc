"""The contact sheet: the clearest galaxies of each class, in a picture."""

from pathlib import Path

import pandas as pd
from PIL import Image

from tests.data.surveys import KEYS, SURVEY
from tuning_fork.figures.contact_sheet import SIDE, clearest, write_contact_sheet
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP
from tuning_fork.surveys.votes import read_votes


def test_a_row_has_the_largest_fractions_and_a_galaxy_comes_once() -> None:
    known = {"round": [0.9, 0.8, 0.1], "edge_on": [0.5, 0.3, 0.4]}
    votes = pd.DataFrame(known, index=[11, 12, 13]).reindex(columns=list(KEYS))
    assert clearest(votes, SURVEY, 1) == {"smooth, completely round": [11], "disk, edge-on": [13]}


def test_the_sheet_of_a_survey_shows_every_class_and_is_the_same_every_time(kaggle_files: Path, tmp_path: Path) -> None:
    votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, ())
    for name in ("first.png", "second.png"):
        write_contact_sheet(tmp_path / name, kaggle_files / IMAGES_ZIP, votes, SURVEY, count=3)
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
    sheet = Image.open(tmp_path / "first.png")
    assert sheet.width > 3 * SIDE
    assert sheet.height > len(SURVEY.shown) * SIDE


def test_galaxies_without_an_image_are_passed_over(kaggle_files: Path, tmp_path: Path) -> None:
    votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, ())[:4]
    votes.loc[1] = 1.0
    write_contact_sheet(tmp_path / "sheet.png", kaggle_files / IMAGES_ZIP, votes, SURVEY, count=3)
    assert (tmp_path / "sheet.png").exists()
