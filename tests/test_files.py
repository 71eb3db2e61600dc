"""Files that one process holds, whatever happens to it."""

import subprocess
import sys
from pathlib import Path

import pytest

from stages.errors import UserError
from stages.files import held
from tests.imports import ROOT

HOLD = """
import sys, time
from pathlib import Path
from stages.files import held
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
