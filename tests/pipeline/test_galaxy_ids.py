"""GalaxyIDs to the last digit, from the votes to the predictions."""

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from stages import calibrate, crop, evaluate, label, train
from tests.data.tiny_training import tiny_params, write_params
from tests.helpers.imports import ROOT
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP, galaxy_images


def png(jpeg: bytes) -> bytes:
    """Return the picture in a JPEG, half as large, as a PNG file's content."""
    content = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).resize((212, 212)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("called", ["5877229817465{:05}", "J{:04}+0123"])
def test_a_galaxy_id_of_18_digits_or_text_is_the_same_from_the_votes_to_the_predictions(
    kaggle_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("surveys").symlink_to(ROOT / "surveys")
    images = {"size": 24, "crop": 256, "grayscale": True}
    write_params(tiny_params(images=images, labels={"confidence": 0.5}, evaluation={"bootstrap": 100}))
    objects = {}
    with zipfile.ZipFile(kaggle_files / IMAGES_ZIP) as archive:
        members = galaxy_images(kaggle_files / IMAGES_ZIP)
        contents = []
        for number, (galaxy, member) in enumerate(members):
            objects[str(galaxy)] = called.format(40704 + number)
            contents.append((f"{objects[str(galaxy)]}.png", png(archive.read(member.name))))
    write_zip(Path("data/raw") / IMAGES_ZIP, contents)
    with zipfile.ZipFile(kaggle_files / SOLUTIONS_ZIP) as archive:
        votes = pd.read_csv(archive.open(SOLUTIONS_CSV), dtype=str)
    votes["GalaxyID"] = votes["GalaxyID"].map(objects)
    write_zip(Path("data/raw") / SOLUTIONS_ZIP, [(SOLUTIONS_CSV, votes.to_csv(index=False).encode())])

    for stage in (crop, label, train, calibrate, evaluate):
        stage.main()
    counts = json.loads(Path("metrics/labels.json").read_text())
    assert counts["dropped"]["no_image"] == counts["dropped"]["no_votes"] == 0
    labels = pd.read_csv("data/labels/labels.csv", dtype=str)
    assert set(labels["GalaxyID"]) <= set(objects.values())
    predictions = pd.read_csv("data/predictions.csv", dtype=str)
    assert predictions["GalaxyID"].tolist() == labels["GalaxyID"][labels["split"] == "test"].tolist()
    featured = votes.set_index("GalaxyID").loc[predictions["GalaxyID"]].astype(float)
    voted = (featured["Class1.2"] > featured["Class1.1"]).map({True: "featured", False: "smooth"})
    assert predictions["class"].tolist() == voted.tolist()
