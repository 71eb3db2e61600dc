"""Commands outside the environment of .venv: one line says what to do."""

import ast
import subprocess
import sys

import pytest

from tests.helpers.imports import ROOT
from tuning_fork.core.errors import REQUIRED, UNREAD


def run_outside(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python without the packages of its environment."""
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


COMMANDS = {
    name: [f"stages.{name}"] for name in ("download", "crop", "label", "train", "calibrate", "evaluate", "report")
}
COMMANDS |= {"study": ["tuning_fork", "study"], "classify": ["tuning_fork", "classify", "image.jpg"]}


@pytest.mark.parametrize("name", COMMANDS)
def test_outside_the_environment_a_command_says_how_to_activate_it(name: str) -> None:
    ended = run_outside("-m", *COMMANDS[name])
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: {sys.executable} has no package ")
    assert ended.stderr.endswith(": run `source .venv/bin/activate` first (`make setup` makes it)\n")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("lines", [1, 100_000])
def test_what_is_printed_may_be_read_in_part(lines: int) -> None:
    code = f"from tuning_fork.core.errors import run; run(lambda: print('x\\n' * {lines}))"
    with subprocess.Popen(
        [sys.executable, "-c", f"input(); {code}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as printing:
        assert printing.stdout is not None
        printing.stdout.close()
        _, said = printing.communicate("go\n")
    assert said == ""
    assert printing.returncode == UNREAD


@pytest.mark.parametrize("missing", ["nothing_of_ours", "tuning_fork.nothing_of_ours"])
def test_a_missing_module_of_another_kind_is_shown_as_it_is(missing: str) -> None:
    ended = run_outside("-c", f"from tuning_fork.core.errors import run; run(lambda: __import__('{missing}'))")
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert f"No module named '{missing}'" in ended.stderr


def test_the_packages_of_the_environment_are_those_that_the_stages_import() -> None:
    imported = set()
    for path in [*(ROOT / "stages").rglob("*.py"), *(ROOT / "tuning_fork").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
    packages = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names) - {"stages", "tuning_fork"}
    assert packages == REQUIRED
