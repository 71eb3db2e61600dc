"""YAML files of the project, read as what they must be: a mistake in them is one line that names the key."""

import json
import math
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json
from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent, ScalarEvent

from tuning_fork.core.errors import UserError

LARGEST = 100_000
"""Bytes of a file, and characters of its values with all aliases written out, at most: many times the project's."""
DEEPEST = 20
"""Lists and tables that may be within each other, at most."""


class Section(BaseModel):
    """A table of such a file: unknown keys and values of another type are errors, and nothing changes it later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Seed = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]
Volunteers = Annotated[int, Field(ge=1, le=10_000)]

Checked = TypeVar("Checked", bound=BaseModel)


def read_checked(path: Path, kind: type[Checked]) -> Checked:
    """Read a YAML file of the project as `kind`; a UserError names the first key that is wrong."""
    return checked(read_yaml(path), kind, str(path))


def checked(content: object, kind: type[Checked], where: str) -> Checked:
    """Return what was read of YAML as `kind`; a UserError begins with `where` and names the first key that is wrong."""
    try:
        return kind.model_validate_json(to_json(content, inf_nan_mode="constants"))
    except ValidationError as invalid:
        raise UserError(f"{where}: {first_error(invalid)}") from None


def read_yaml(path: Path) -> Any:  # noqa: ANN401
    """Return what is in a YAML file, as DVC reads and writes it: by YAML 1.2, in which 1e-05 is a number."""
    try:
        text = path.read_bytes()
        _check_size(path, text)
        return YAML(typ="safe").load(text)
    except FileNotFoundError:
        raise UserError(f"{path}: not found: run in the project's folder") from None
    except (YAMLError, ValueError) as error:  # of a date or number that is none: ValueError
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None


def _check_size(path: Path, text: bytes) -> None:
    """Raise a UserError for what YAML allows and no program could hold, before anything is made of it.

    An alias counts as all that it stands for, so one within itself is endless. Tags are refused: they ask for objects
    of other kinds than tables, lists, texts and numbers.
    """
    if len(text) > LARGEST:
        raise UserError(f"{path}: {len(text)} bytes, more than {LARGEST}: restore it from git")
    size, sizes = 0.0, {}
    opened: list[tuple[str | None, float]] = []
    for event in YAML(typ="safe").parse(text):
        where = f"{path}: line {event.start_mark.line + 1}"
        if isinstance(event, NodeEvent) and (tag := getattr(event, "tag", None)) is not None:
            raise UserError(f"{where}: the tag {tag}: take it out")
        if isinstance(event, ScalarEvent):
            sizes[event.anchor] = 1 + len(event.value)
            size += sizes[event.anchor]
        elif isinstance(event, CollectionStartEvent):
            opened.append((event.anchor, size))
            sizes[event.anchor] = math.inf
            size += 1
        elif isinstance(event, CollectionEndEvent):
            anchor, before = opened.pop()
            sizes[anchor] = size - before
        elif isinstance(event, AliasEvent):
            size += sizes.get(event.anchor, 0)
        if size > LARGEST:
            raise UserError(f"{where}: with its aliases written out, more than {LARGEST} characters: take some out")
        if len(opened) > DEEPEST:
            raise UserError(f"{where}: lists and tables more than {DEEPEST} deep: take some out")


def first_error(invalid: ValidationError) -> str:
    """Say the first error as `section.key: what is wrong (found ...)`; an unknown key explains a missing one."""
    errors = invalid.errors()
    error = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "value_error":
        return ".".join(part for part in (key, str(error["ctx"]["error"])) if part)  # pyright: ignore[reportTypedDictNotRequiredAccess]
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key: remove it or correct its spelling"
    if not key:
        return "empty or not a table of sections: restore it from git"
    if error["type"] == "missing":
        return f"{key}: missing: add it"
    return f"{key}: {error['msg'][0].lower()}{error['msg'][1:]} (found {json.dumps(error['input'])})"
