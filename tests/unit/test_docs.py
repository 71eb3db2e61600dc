"""What README, CONTRIBUTING, CHANGELOG and docs/ show is there: commands, parameters, files, links and headings."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(ROOT.glob("docs/*.md"))
FENCE = re.compile(r"^```.*?^```[^\n]*$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}[^\n]*\n+)+")
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = r"(?m)(?:^|&& ) *(?:\$ )?"
"""What is before a command."""
SUFFIXES = {"json", "keras", "yaml"}
"""Suffixes of files that are called as sections of params.yaml are."""
FOLDERS = ("stages", "tuning_fork", "benchmarks", "tests", "docs", ".ci", ".github")
"""Whose files the documents name by their paths."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


@cache
def tracked() -> frozenset[str]:
    """Return the files of the repository, and the folders that they are in, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]
    files = [PurePosixPath(name) for name in listed if (ROOT / name).is_file()]
    return frozenset(str(path) for file in files for path in (file, *file.parents))


def code(document: Path) -> Iterator[str]:
    """Yield each piece of code that a document shows: its fenced and indented blocks, then what is within a line."""
    text = document.read_text(encoding="utf-8")
    for block in (FENCE, INDENTED):
        yield from block.findall(text)
        text = block.sub("", text)
    yield from SPAN.findall(text)


def shown(pattern: str, document: Path) -> list[str]:
    """Return what the group of `pattern` matches in a document's code."""
    return [found for piece in code(document) for found in re.findall(pattern, piece.replace("\\\n", " "))]


def headings(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as code hosts and the site make them."""
    text = INDENTED.sub("", FENCE.sub("", document.read_text(encoding="utf-8")))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_the_readme_is_a_page_to_read() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_readme_leads_to_every_document() -> None:
    links = LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {path.relative_to(ROOT).as_posix() for path in DOCUMENTS[1:]} <= set(links)


def test_the_site_has_every_document() -> None:
    pages = re.findall(r"^  - .*: (\S+\.(?:md|html))$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert {path.relative_to(ROOT).as_posix() for path in DOCUMENTS} < set(pages) <= tracked()


@each_document
def test_a_relative_link_leads_to_a_file_of_the_repository_and_a_heading_in_it(document: Path) -> None:
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.is_file(), link  # not a folder, which only code hosts can show
        assert target.relative_to(ROOT).as_posix() in tracked(), link
        assert not anchor or anchor in headings(target), link


@each_document
def test_a_path_that_is_named_is_there(document: Path) -> None:
    paths = shown(rf"^((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*)$", document)
    assert [path for path in paths if path.rstrip("/") not in tracked()] == []


@each_document
def test_make_has_each_target_that_is_shown(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))
    assert set(shown(COMMAND + r"make (?:[A-Z]\w*=\S+ )*([a-z][\w-]*)", document)) <= targets


@each_document
def test_python_finds_each_module_that_is_shown(document: Path) -> None:
    for name in shown(COMMAND + r"python -m ([\w.]+)", document):
        path = ROOT.joinpath(*name.split("."))
        is_here = path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
        assert is_here or (not path.exists() and "." not in name and find_spec(name)), name


@each_document
def test_tuning_fork_has_each_sub_command_that_is_shown(document: Path) -> None:
    names = set(shown(COMMAND + r"tuning-fork (\w[\w-]*)", document))
    if names:
        from tuning_fork.command import COMMANDS

        assert names <= set(COMMANDS)


@each_document
def test_params_yaml_has_each_key_that_is_shown(document: Path) -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    keys = {f"{section}.{key}" for section, values in params.items() for key in values}
    tables = {name: values for name, values in params["model"].items() if isinstance(values, dict)}
    keys |= {f"model.{table}.{key}" for table, values in tables.items() for key in values}
    in_commands = shown(r"-S '?([\w.]+)=", document)
    in_words = shown(rf"^((?:{'|'.join(params)})\.(?!(?:{'|'.join(SUFFIXES)})$)\w+)(?:: .*)?$", document)
    assert {*in_commands, *in_words} <= keys


@each_document
def test_dvc_has_each_stage_that_is_shown(document: Path) -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert set(shown(COMMAND + r"dvc repro (?:-\S+ )*([a-z]\w*)", document)) <= set(stages)
