"""The page about a run, of every task, without a training."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.data.run_facts import facts_of
from tests.data.surveys import FIVE, TASKS
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_text
from tuning_fork.reporting.run_page import page
from tuning_fork.reporting.run_page.facts import DEFAULTS, RunFacts
from tuning_fork.reporting.run_page.making import changed_parameters, other_parameters

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Give what writes the page of a run and returns it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.yaml").symlink_to(ROOT / "study.yaml")

    def write(facts: RunFacts) -> str:
        page.write_report(facts, tmp_path / "report.html")
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    return write


@pytest.mark.parametrize("task", TASKS)
def test_the_page_of_each_task_answers_the_readers_questions(task: str, written) -> None:  # noqa: ANN001
    text = written(facts_of(task))
    for heading in ("How good is it?", "Where does it fail?", "Can I believe it?", "How was it made?", "Glossary"):
        assert f">{heading}</h2>" in text
    assert "These galaxies are simulated." in text
    named = set(re.findall(r'href="#term-(\w+)"', text))
    assert named and named == set(re.findall(r'id="term-(\w+)"', text))
    assert written(facts_of(task)) == text


def test_names_are_only_names(written) -> None:  # noqa: ANN001
    text = written(facts_of("binary", ids=(HOSTILE, "NGC 1 & 2")))
    assert HOSTILE not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert "NGC 1 &amp; 2" in text


def test_labels_have_no_votes(written) -> None:  # noqa: ANN001
    text = written(facts_of("classes", FIVE, labels={"task": "classes", "survey": "classes"}))
    assert "which of 5 classes" in text
    assert "Volunteers agree" not in text and "#term-published" not in text


def test_the_defaults_are_those_that_params_yaml_comes_with() -> None:
    committed = {name: keys for name, keys in yaml.safe_load(params_text()).items() if name != "machine"}
    assert yaml.safe_load(DEFAULTS.read_text(encoding="utf-8")) == committed


def test_changed_parameters_are_told_apart_from_the_others() -> None:
    facts = facts_of("binary", model={"dropout": 0.3, "study": {"dense": [128, 64]}})
    assert changed_parameters(facts) == [
        ("model.dropout", "0.3", "0.0"),
        ("model.study.dense", "[128, 64]", "[128]"),
    ]
    others = dict(other_parameters(facts))
    assert json.loads(others["training.epochs"]) == facts.params.training.epochs
    assert not {"model.dropout", "machine.memory"} & others.keys()
