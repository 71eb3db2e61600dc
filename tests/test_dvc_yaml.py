"""dvc.yaml names exactly what each stage depends on, and stages start no more than they need."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages.params import Params
from tests.imports import ROOT, imported_files

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def test_the_six_stages_come_in_order_each_a_module_with_a_description() -> None:
    assert list(STAGES) == ["download", "crop", "label", "train", "evaluate", "report"]
    for name, stage in STAGES.items():
        assert stage["cmd"] == f"python -m stages.{name}"
        assert stage["desc"]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_depends_on_exactly_the_code_that_it_imports(name: str) -> None:
    code = [Path(dependency) for dependency in STAGES[name]["deps"] if dependency.startswith("stages/")]
    files = {str(file.relative_to(ROOT)) for path in code for file in [ROOT / path, *(ROOT / path).rglob("*.py")]}
    assert {file for file in files if file.endswith(".py")} == imported_files(f"stages.{name}")


@pytest.mark.parametrize("name", STAGES)
def test_the_parameters_that_a_stage_depends_on_exist(name: str) -> None:
    sections = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for parameter in STAGES[name]["params"]:
        section, _, key = parameter.partition(".")
        assert section in Params.model_fields
        assert not key or key in sections[section]


@pytest.mark.parametrize("name", ["download", "crop", "label", "report"])
def test_a_stage_without_a_network_does_not_import_tensorflow(name: str) -> None:
    code = f"import sys, stages.{name}; assert not {{'tensorflow', 'keras'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


HEAVY = {"astropy", "galsim", "keras", "matplotlib", "pandas", "scipy", "sklearn", "statsmodels", "tensorflow"}
"""Packages that take long to import."""
RUN = f"""
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
finally:
    heavy = {HEAVY} & set(sys.modules)
    assert not heavy, heavy
"""
"""Runs a module with arguments."""


def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module with arguments in a process that fails if it imports a heavy package."""
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_explains_itself_without_loading_what_it_works_with(name: str) -> None:
    shown = run_module(f"stages.{name}", "--help")
    assert shown.returncode == 0, shown.stderr
    assert f"Stage `{name}`" in shown.stdout
    assert "params.yaml" in shown.stdout


@pytest.mark.parametrize("name", STAGES)
def test_a_mistake_in_a_stages_arguments_is_told_without_loading_what_it_works_with(name: str) -> None:
    ended = run_module(f"stages.{name}", "--fast")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith("error: unrecognized arguments: --fast")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--help"], 0, "The published study"),
        (["--list"], 0, "binary-grey-plain"),
        (["--only", "plane"], 2, "--only: study.yaml has no run plane"),
    ],
)
def test_the_study_answers_without_loading_what_it_works_with(arguments: list[str], status: int, said: str) -> None:
    ended = run_module("stages.study", *arguments)
    assert ended.returncode == status, ended.stderr
    assert said in ended.stdout + ended.stderr
