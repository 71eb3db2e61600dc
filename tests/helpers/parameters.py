"""Parameters for tests: those of params.yaml as it comes, whatever a user is trying out in it, with changes."""

import json
import subprocess
from functools import cache

import yaml
from pydantic import ValidationError

from tests.helpers.imports import ROOT
from tuning_fork.params.simulation import Simulation
from tuning_fork.params_yaml import Params


def params_text() -> str:
    """Return params.yaml as committed, or as it lies there if what is committed is not valid for the code beside it."""
    show = ["git", "show", "HEAD:./params.yaml"]
    committed = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        _checked(yaml.safe_load(committed.stdout))
    except ValidationError:
        return (ROOT / "params.yaml").read_text(encoding="utf-8")
    return committed.stdout


def params_with(**changes: dict[str, object]) -> Params:
    """Return the parameters of params.yaml with `changes`: for each section or table named, its keys that differ."""
    return _checked(changed(yaml.safe_load(params_text()), changes))


def changed(table: dict, changes: dict) -> dict:
    """Return a table with changes, those of tables within it key by key."""
    return table | {
        key: changed(table.get(key, {}), value) if isinstance(value, dict) else value for key, value in changes.items()
    }


def simulation(galaxies: int, **changes: object) -> Simulation:
    """Return parameters of a survey of so many galaxies."""
    usual = {"galaxies": galaxies, "seed": 5, "volunteers": 40, "seeing": 1.3, "noise": 1.0, "wide": 0.0}
    return Simulation.model_validate_json(json.dumps(changed(_simulation_table(), usual | changes)))


@cache
def _simulation_table() -> dict:
    return yaml.safe_load(params_text())["simulation"]


def _checked(sections: dict) -> Params:
    return Params.model_validate_json(json.dumps(sections))
