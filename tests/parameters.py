"""Parameters for tests: those of params.yaml, with changes."""

import json

import yaml

from stages.params import Params
from tests.imports import ROOT


def params_with(**changes: dict[str, object]) -> Params:
    """Return the parameters of params.yaml with `changes`: for each section named, its keys that differ."""
    sections = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for section, keys in changes.items():
        sections[section] |= keys
    return Params.model_validate_json(json.dumps(sections))
