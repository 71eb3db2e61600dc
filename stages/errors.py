"""How a command ends when the user can mend what went wrong: one line and exit status 1."""

import argparse
import sys
from collections.abc import Callable


class UserError(Exception):
    """Something the user can mend. Its text is one line: which file, row or parameter, what was found, the cure."""


def run(main: Callable[[], None]) -> None:
    """Run a command's `main`; a UserError, or a file that cannot be used, is one line on stderr and exit status 1."""
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {file}{error.strerror or error}: mend that and run the same command again")


def run_stage(main: Callable[[], None], description: str) -> None:
    """Run a stage, which takes no arguments but --help: that shows `description` and where its parameters are."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog="Its parameters are in params.yaml, its inputs and outputs in dvc.yaml. Run it by `dvc repro`.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    run(main)
