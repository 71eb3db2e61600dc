"""best.yaml, start.yaml and ablation.yaml: they name parameters that there are, and are told from one another."""

import re
from pathlib import Path

import pytest

from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_with
from tuning_fork.adapting.recipe import read_recipe as read_adapting
from tuning_fork.core.errors import UserError
from tuning_fork.study.study_yaml import read_recipe, read_study
from tuning_fork.study.working_copy import change

RECIPES = ("best.yaml", "start.yaml")
COMMON = {
    "training.epochs": 12,
    "training.likelihood": False,
    "augmentation.shift": 0.05,
    "augmentation.brightness": 0.15,
    "evaluation.views": 1,
}
"""What all runs of the ablation have otherwise than the best recipe, which follows from it."""


def changed(recipe: dict[str, object]) -> dict[str, dict[str, object]]:
    changes: dict[str, dict[str, object]] = {}
    change(changes, recipe)
    return changes


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_recipes_are_of_all_answers(recipe: str) -> None:
    params = params_with(**changed(read_recipe(ROOT / recipe)))
    assert (params.labels.task, params.model.network) == ("votes", "residual")


def test_the_network_to_start_from_is_that_of_the_best_recipe_and_learns_from_the_wide_sky() -> None:
    start, best = (params_with(**changed(read_recipe(ROOT / recipe))) for recipe in ("start.yaml", "best.yaml"))
    assert (start.model, start.images) == (best.model, best.images)
    assert start.download.source == "simulated"
    assert 0 < start.simulation.wide < 1


@pytest.mark.parametrize("recipe", RECIPES)
def test_make_gives_every_line_of_a_recipe_to_dvc(recipe: str) -> None:
    pattern = re.compile(r"^([a-z_.]*): (.*)$", re.MULTILINE)  # as sed in the Makefile has it
    lines = dict(pattern.findall((ROOT / recipe).read_text(encoding="utf-8")))
    assert lines.keys() == read_recipe(ROOT / recipe).keys()
    assert not any(re.search(r"[\s'\"#]", value) for value in lines.values())


def test_every_run_of_the_ablation_is_the_best_recipe_but_for_what_it_changes() -> None:
    study, best = read_study(ROOT / "ablation.yaml"), read_recipe(ROOT / "best.yaml")
    assert study.params == best | COMMON
    for name, run in study.runs.items():
        params_with(**changed(study.params_of(name)))
        others = study.params_of(name).keys() - run.params.keys() - COMMON.keys()
        assert {key: study.params_of(name)[key] for key in others} == {key: best[key] for key in others}
    assert study.runs["recipe"].params == {}
    changes = [tuple(sorted(run.params.items(), key=str)) for run in study.runs.values()]
    assert len({str(one) for one in changes}) == len(changes)


def test_a_recipe_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("model: {augment: true}\n", encoding="utf-8")
    with pytest.raises(UserError, match=rf"^{re.escape(str(path))}: model\."):
        read_recipe(path)


def test_a_survey_of_ones_own_is_learnt_by_the_network_to_start_from() -> None:
    start, adapted = read_recipe(ROOT / "start.yaml"), read_adapting(ROOT)
    for labels in (50, 1000, 10_000):
        params = params_with(**changed(adapted.changes(labels) | {"training.start": "simulated-sky"}))
        assert params.model == params_with(**changed(start)).model
        assert 1 <= adapted.epochs(labels, labels) <= 10_000
