"""The study as a pipeline: one module a stage of dvc.yaml, on top of the parts in the folders beside them."""

import sys
from types import TracebackType


def _say_stopped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show Ctrl-C as one line, from the first import on, and any other exception as Python does."""
    if issubclass(kind, KeyboardInterrupt):
        print("stopped: run the same command again to go on", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_stopped
