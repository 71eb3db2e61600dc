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


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_explains_itself(name: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", f"stages.{name}", "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert f"Stage `{name}`" in shown.stdout
    assert "params.yaml" in shown.stdout
