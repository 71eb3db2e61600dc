"""The rules of the house that a test can hold."""

import re
from collections import Counter

from tests.helpers.imports import ROOT

ASKS_WHICH_TASK = re.compile(
    r"""is_binary|task(\.name|\.kind)? *[!=]=|[!=]= *["'](binary|regression|probability|shares)"""
)
MODULES = {
    file.relative_to(ROOT): file for top in ("tuning_fork", "stages") for file in sorted((ROOT / top).rglob("*.py"))
}
MAY_ASK = ("tuning_fork/tasks/", "tuning_fork/networks/heads.py")


def test_nothing_asks_which_task_it_is_but_tasks_and_heads() -> None:
    names = {name.as_posix(): file.read_text(encoding="utf-8") for name, file in MODULES.items()}
    asking = [name for name, text in names.items() if ASKS_WHICH_TASK.search(text) and not name.startswith(MAY_ASK)]
    assert len(names) > 50
    assert asking == []


def test_a_folder_has_at_most_ten_modules_and_a_module_at_most_two_hundred_lines() -> None:
    others = [file.relative_to(ROOT) for top in ("tests", "benchmarks") for file in (ROOT / top).rglob("*.py")]
    modules = Counter(str(name.parent) for name in (*MODULES, *others) if name.name != "__init__.py")
    assert {folder: number for folder, number in modules.items() if number > 10} == {}
    lines = {str(name): len(file.read_text(encoding="utf-8").splitlines()) for name, file in MODULES.items()}
    assert {name: number for name, number in lines.items() if number > 200} == {}
