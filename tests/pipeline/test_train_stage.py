"""The train stage in a folder of its own: one at a time, a full disk told, and GalaxyIDs to the last digit."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from stages import calibrate, crop, evaluate, label, train
from tests.disk import file_size_limit
from tests.imports import ROOT
from tests.tiny_training import examples, tiny_params
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import write_zip
from tuning_fork.galaxies.kaggle_files import IMAGES_ZIP, SOLUTIONS_CSV, SOLUTIONS_ZIP, jpeg_members
from tuning_fork.galaxies.shards import write_shard
from tuning_fork.params_yaml import Params

CURVES, CHECKPOINTS = Path("plots/training.csv"), Path("data/partial/training")


def write_params(params: Params) -> None:
    Path("params.yaml").write_text(yaml.safe_dump(params.model_dump(mode="json")), encoding="utf-8")


@pytest.fixture(autouse=True)
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder where 107 galaxies are cropped and labelled."""
    monkeypatch.chdir(tmp_path)
    write_params(tiny_params())
    parts = [*examples(67, 1).parts, *examples(40, 2).parts]
    ids = np.arange(107)
    shards = np.split(ids, np.cumsum([len(part.ids) for part in parts])[:-1])
    for number, (here, part) in enumerate(zip(shards, parts, strict=True)):
        write_shard(Path("data/shards"), number, here, np.asarray(part.images))
    targets = np.concatenate([part.targets for part in parts])[:, 0]
    splits = np.repeat(["train", "validation", "test"], [67, 33, 7])
    table = pd.DataFrame({"GalaxyID": ids, "split": splits, "featured": targets})
    Path("data/labels").mkdir()
    table.to_csv("data/labels/labels.csv", index=False)


def test_a_second_training_is_told_who_trains_and_leaves_the_first_alone() -> None:
    write_params(tiny_params(training={"epochs": 10_000}))
    command = [sys.executable, "-m", "stages.train"]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as first:
        try:
            assert any(line.startswith("Epoch 2/") for line in first.stdout), "it never began"
            with pytest.raises(UserError) as second:
                train.main()
            assert str(second.value) == (
                f"{CHECKPOINTS}: process {first.pid} is writing it: wait until that has ended, or stop it"
            )
            assert any(line.startswith("Epoch ") for line in first.stdout), "the first was disturbed"
        finally:
            first.kill()
    write_params(tiny_params(training={"epochs": 1}))
    train.main()
    assert not CHECKPOINTS.exists()


@pytest.mark.parametrize(("size", "file"), [(20, CURVES), (20_000, CHECKPOINTS / "1.npz")])
def test_a_disk_that_fills_up_amid_a_training_is_told_with_the_file(size: int, file: Path) -> None:
    with file_size_limit(size), pytest.raises(UserError) as error:
        train.main()
    said = f"{file}: cannot be written (File too large): free some space and run the same command again"
    assert str(error.value) == said
    train.main()
    assert len(pd.read_csv(CURVES)) == 2


def test_a_galaxy_id_of_18_digits_is_the_same_from_the_votes_to_the_predictions(kaggle_files: Path) -> None:
    images = {"size": 24, "crop": 256, "grayscale": True}
    write_params(tiny_params(images=images, labels={"confidence": 0.5}, evaluation={"bootstrap": 100}))
    for path in Path("data/shards").iterdir():
        path.unlink()
    objects = {}
    with zipfile.ZipFile(kaggle_files / IMAGES_ZIP) as archive:
        members = jpeg_members(kaggle_files / IMAGES_ZIP)
        contents = []
        for number, (galaxy, member) in enumerate(members):
            objects[str(galaxy)] = str(587722981746540704 + number)
            contents.append((f"{objects[str(galaxy)]}.jpg", archive.read(member.name)))
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
