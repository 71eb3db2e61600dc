"""The study as a pipeline: one module a stage of dvc.yaml, on top of the parts in the folders beside them."""

import sys
from types import TracebackType

REQUIRED = {
    "PIL", "astropy", "distributed", "galsim", "jinja2", "kagglesdk", "keras", "matplotlib", "numpy", "pandas",
    "pyarrow", "pydantic", "pydantic_core", "requests", "ruamel", "scipy", "sep", "simplejpeg", "sklearn",
    "statsmodels", "tensorflow", "threadpoolctl", "tqdm",
}  # fmt: skip
"""Packages that the modules here import, which the environment has."""


def _say_shortly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show Ctrl-C, and that the environment is not active, as one line, and any other exception as Python does."""
    if issubclass(kind, KeyboardInterrupt):
        print("stopped: run the same command again to go on", file=sys.stderr)
    elif isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in REQUIRED:
        cure = "run `source .venv/bin/activate` first (`make setup` makes it)"
        print(f"error: {sys.executable} has no package {error.name}: {cure}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_shortly
