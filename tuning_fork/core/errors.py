"""How a command ends when the user can mend what went wrong: one line and exit status 1."""

import argparse
import os
import sys
from collections.abc import Callable


class UserError(Exception):
    """Something the user can mend. Its text is one line: which file, row or parameter, what was found, the cure."""


REQUIRED = {
    "PIL", "astropy", "cycler", "distributed", "dvc", "galsim", "jinja2", "kagglesdk", "keras", "markupsafe",
    "matplotlib", "numpy", "pandas", "pyarrow", "pydantic", "pydantic_core", "requests", "rich", "ruamel", "scipy",
    "sep", "simplejpeg", "sklearn", "statsmodels", "tensorflow", "threadpoolctl", "tqdm",
}  # fmt: skip
"""Packages that the project imports, which the environment has."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""
UNREAD = 141
"""Exit status when nobody reads what is printed any more, as shells have it."""


def run(main: Callable[[], None]) -> None:
    """Run a command's `main`, and end in one line on stderr where the user can mend what went wrong.

    That is a UserError, a file that cannot be used, or a package that the environment has not, with exit status 1; and
    Ctrl-C. What `main` works with it imports itself.
    """
    try:
        main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("stopped: run the same command again to go on", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in REQUIRED:
            raise
        cure = "run `source .venv/bin/activate` first (`make setup` makes it)"
        sys.exit(f"error: {sys.executable} has no package {error.name}: {cure}")
    except UserError as error:
        sys.exit(f"error: {error}")
    except BrokenPipeError:  # who read what is printed, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(UNREAD)
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {file}{error.strerror or error}: mend that and run the same command again")


def run_stage(main: Callable[[], None], description: str | None) -> None:
    """Run a stage, which takes no arguments but --help: that shows `description` and where its parameters are."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog="Its parameters are in params.yaml, its inputs and outputs in dvc.yaml. Run it by `dvc repro`.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    run(main)
