"""The train stage in a folder of its own: one at a time, and a full disk told."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stages import train
from tests.data.surveys import SURVEY
from tests.data.tiny_training import examples, tiny_params, write_params
from tests.helpers.disk import file_size_limit
from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.shards import write_shard

pytestmark = pytest.mark.slow

CURVES, CHECKPOINTS = Path("plots/training.csv"), Path("data/partial/training")


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
    Path("data/labels/survey.json").write_text(SURVEY.model_dump_json(), encoding="utf-8")


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
