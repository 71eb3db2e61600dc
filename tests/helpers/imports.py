"""Which of the project's own modules a module imports, directly or through others."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def imported_files(module: str, but: str = "") -> set[str]:
    """Return the paths of `module` and of all modules of the project that it imports, at any depth.

    Importing a module runs the packages above it, so their __init__.py belong to it too. What only the module `but`
    imports is left out.
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or path in found or name == but:
            continue
        found.add(path)
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        waiting.append(name.rpartition(".")[0])
    return found


def _path(module: str) -> str | None:
    """Return the file of a module of the project, or None if it is none of ours."""
    stem = module.replace(".", "/")
    for path in (f"{stem}.py", f"{stem}/__init__.py"):
        if stem and (ROOT / path).is_file():
            return path
    return None
