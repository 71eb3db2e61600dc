"""The rules of the house that a test can hold."""

import re

from tests.helpers.imports import ROOT

ASKS_WHICH_TASK = re.compile(
    r"""is_binary|task(\.name|\.kind)? *[!=]=|[!=]= *["'](binary|regression|probability|shares)"""
)
MAY_ASK = ("tuning_fork/tasks/", "tuning_fork/networks/heads.py")


def test_nothing_asks_which_task_it_is_but_tasks_and_heads() -> None:
    files = [file for folder in ("tuning_fork", "stages") for file in sorted((ROOT / folder).rglob("*.py"))]
    names = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    asking = [name for name, text in names.items() if ASKS_WHICH_TASK.search(text) and not name.startswith(MAY_ASK)]
    assert len(names) > 50
    assert asking == []
