"""download.source: simulated, in Kaggle's layout, the same bytes every time, with the truth beside it."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.data.surveys import COLUMNS, KEYS, SURVEY
from tests.helpers.parameters import simulation
from tuning_fork.sources.simulated.galaxy import draw_galaxy, draw_picture, galaxy_id
from tuning_fork.sources.simulated.writing import write_survey
from tuning_fork.surveys.tree_sums import violated_sums

FILES = ("images_training_rev1.zip", "training_solutions_rev1.zip", "truth.csv")


@pytest.fixture(scope="module")
def survey(kaggle_files: Path) -> Path:
    """Give the folder of a survey of 60 galaxies. Leave it as it is."""
    return kaggle_files


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a survey of 20 galaxies, written by one process."""
    folder = tmp_path_factory.mktemp("small")
    write_survey(simulation(20), folder, workers=1)
    return folder


def images(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / FILES[0]) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def solutions(folder: Path) -> pd.DataFrame:
    with zipfile.ZipFile(folder / FILES[1]) as archive:
        return pd.read_csv(archive.open("training_solutions_rev1.csv"))


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)), dtype=float)


def test_the_files_have_kaggles_layout(survey: Path) -> None:
    assert sorted(path.name for path in survey.iterdir()) == sorted(FILES)
    table = solutions(survey)
    assert tuple(table.columns) == ("GalaxyID", *COLUMNS)
    assert list(images(survey)) == [f"images_training_rev1/{galaxy}.jpg" for galaxy in table["GalaxyID"]]
    assert table["GalaxyID"].between(100_000, 999_999).all()
    assert table["GalaxyID"].is_unique
    assert list(violated_sums(table.rename(columns=dict(zip(COLUMNS, KEYS, strict=True))), SURVEY)) == []


def test_every_image_is_a_colour_jpeg_of_kaggles_size_and_quality(survey: Path) -> None:
    for jpeg in images(survey).values():
        image = Image.open(io.BytesIO(jpeg))
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (424, 424))
        assert image.quantization[0][:8] == [8, 6, 5, 8, 12, 20, 26, 31]
        image.load()


def test_the_galaxy_is_in_the_middle_of_a_dark_sky(survey: Path) -> None:
    mean = np.mean([pixels(jpeg).mean(axis=2) for jpeg in images(survey).values()], axis=0)
    assert mean[202:222, 202:222].mean() > 100
    assert mean[:40].mean() < 15


def test_the_truth_has_a_row_for_each_galaxy(survey: Path) -> None:
    truth = pd.read_csv(survey / "truth.csv", keep_default_na=False)
    assert truth["GalaxyID"].tolist() == solutions(survey)["GalaxyID"].tolist()
    assert set(truth["kind"]) <= {"spheroid", "disk", "irregular", "merger", "artifact"}
    assert truth["observability"].between(0, 1).all()
    assert truth["magnitude"].max() <= 17


def test_the_bytes_do_not_depend_on_the_number_of_workers(small: Path, tmp_path: Path) -> None:
    write_survey(simulation(20), tmp_path, workers=2)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (small / name).read_bytes(), name


def test_a_smaller_survey_is_the_beginning_of_a_larger_one(survey: Path, small: Path) -> None:
    assert list(images(small).items()) == list(images(survey).items())[:20]
    pd.testing.assert_frame_equal(solutions(small), solutions(survey)[:20])
    assert (survey / "truth.csv").read_text().startswith((small / "truth.csv").read_text())


def test_another_seed_is_another_survey(survey: Path, tmp_path: Path) -> None:
    write_survey(simulation(5, seed=4), tmp_path, workers=1)
    assert not set(images(tmp_path).values()) & set(images(survey).values())


def test_worse_seeing_blurs_and_worse_noise_roughens_the_pictures() -> None:
    def pictures(**changes: float) -> list[np.ndarray]:
        survey = simulation(20, **changes)
        return [
            pixels(draw_picture(survey, i, draw_galaxy(survey, SURVEY, i))).mean(axis=2) for i in range(survey.galaxies)
        ]

    def peak(pictures: list[np.ndarray]) -> float:
        return float(np.mean([picture[202:222, 202:222].max() for picture in pictures]))

    def roughness(pictures: list[np.ndarray]) -> float:
        return float(np.mean([np.median(np.abs(np.diff(picture[:60], axis=1))) for picture in pictures]))

    usual = pictures()
    assert peak(pictures(seeing=3.0)) < 0.85 * peak(usual)
    assert roughness(pictures(noise=3.0)) > 1.5 * roughness(usual)


@pytest.mark.slow
def test_no_two_galaxies_of_a_survey_share_an_id() -> None:
    assert len({galaxy_id(7, index) for index in range(900_000)}) == 900_000
