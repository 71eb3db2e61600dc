"""Files that are whole or not there, and that one process holds, whatever happens to it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure
from PIL import Image

from tests.helpers.disk import file_size_limit
from tests.helpers.imports import ROOT
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import held, whole_file, write_json, write_npz, write_zip
from tuning_fork.figures.style import save_figures

HOLD = """
import sys, time
from pathlib import Path
from tuning_fork.core.files import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_second_process_is_told_who_has_it_and_a_killed_one_leaves_nothing(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "held"
    path.touch() if kind == "file" else path.mkdir()
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UserError, match=f"{path}: process {other.pid} is writing it: wait"), held(path):
            pass
        other.kill()
        other.wait()
        with held(path):
            assert [one.name for one in tmp_path.iterdir()] == ["held"]


def test_what_another_process_has_just_removed_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "held"
    path.touch()
    monkeypatch.setattr("fcntl.flock", lambda *_: path.unlink())
    with pytest.raises(UserError, match="run the same command again"), held(path):
        pass


def write_table(path: Path) -> None:
    with whole_file(path) as part:
        pd.DataFrame({"GalaxyID": range(10_000)}).to_csv(part)


def write_parquet(path: Path) -> None:
    with whole_file(path) as part:
        pq.write_table(pa.table({"GalaxyID": range(10_000)}), part)


def write_picture(path: Path) -> None:
    with whole_file(path) as part:
        Image.effect_noise((200, 200), 50).save(part, "PNG")


def write_figure(path: Path) -> None:
    figure = Figure()
    figure.subplots().plot([0, 1])
    save_figures(path.parent, {path.stem: figure})


WRITERS = {
    "numbers.json": lambda path: write_json(path, list(range(10_000))),
    "arrays.npz": lambda path: write_npz(path, ids=np.arange(10_000)),
    "members.zip": lambda path: write_zip(path, [("member", bytes(10_000))]),
    "table.csv": write_table,
    "table.parquet": write_parquet,
    "picture.png": write_picture,
    "figure.png": write_figure,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_no_more_fits_on_the_disk_is_named_with_the_cure(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    whole = path.read_bytes()
    with file_size_limit(1_000), pytest.raises(UserError) as error:
        WRITERS[name](path)
    said = f"{path}: cannot be written (File too large): free some space and run the same command again"
    assert str(error.value) == said
    assert path.read_bytes() == whole
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["numbers.json", "table.csv", "table.parquet"])
def test_a_full_disk_is_told_with_the_file(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.part").symlink_to("/dev/full")
    with pytest.raises(UserError, match=rf"^{tmp_path / name}: cannot be written \(No space left on device\): free"):
        WRITERS[name](tmp_path / name)
