"""dvc.yaml names what each stage depends on, and stages start no more than they need."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.helpers.imports import ROOT, imported_files
from tuning_fork.params_yaml import Params
from tuning_fork.surveys.survey import Survey

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


CHECKS = {
    "tuning_fork/galaxies/learnt_from.py": "that no start knows the test galaxies; the name of a source",
    "tuning_fork/galaxies/raw_files.py": "the largest GalaxyID",
    "tuning_fork/galaxies/splits.py": "the names of the splits",
    "tuning_fork/images": "what a model folder is checked against",
}
"""What stages import to check what they read, and by what no result can differ."""


def test_the_seven_stages_come_in_order_each_a_module_with_a_description() -> None:
    assert list(STAGES) == ["download", "crop", "label", "train", "calibrate", "evaluate", "report"]
    for name, stage in STAGES.items():
        assert stage["cmd"] == f"python -m stages.{name}"
        assert stage["desc"]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_depends_on_the_code_that_it_imports_and_on_no_other(name: str) -> None:
    """It reads all parameters, so that a mistake is told early, but depends on the modules of its own sections."""
    code = [dependency for dependency in STAGES[name]["deps"] if dependency.startswith(("stages/", "tuning_fork/"))]
    imported = {
        file
        for file in imported_files(f"stages.{name}", but="tuning_fork.params_yaml")
        if not file.endswith("__init__.py")
    }

    def covered(file: str, by: Iterable[str]) -> bool:
        return any(file == path or file.startswith(f"{path}/") for path in by)

    sections = {file for file in imported if file.startswith("tuning_fork/params/")}
    assert [file for file in sorted(imported - sections) if not covered(file, [*code, *CHECKS])] == []
    assert [path for path in code if not any(covered(file, [path]) for file in imported)] == []
    used = {parameter.partition(".")[0] for parameter in STAGES[name]["params"] if isinstance(parameter, str)}
    assert {Path(path).stem for path in code if path.startswith("tuning_fork/params/")} <= used


@pytest.mark.parametrize("name", STAGES)
def test_the_parameters_that_a_stage_depends_on_exist(name: str) -> None:
    sections = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for parameter in STAGES[name]["params"]:
        if isinstance(parameter, dict):
            ((page, keys),) = parameter.items()
            assert page == "surveys/${labels.survey}.yaml"
            assert set(keys) <= Survey.model_fields.keys()
            continue
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
    ended = run_module("tuning_fork", "study", *arguments)
    assert ended.returncode == status, ended.stderr
    assert said in ended.stdout + ended.stderr
