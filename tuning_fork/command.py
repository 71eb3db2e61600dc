"""The command `tuning-fork`, with a sub-command for everything that people do beside running the pipeline."""

import sys
from importlib import import_module

from tuning_fork.core.errors import run

COMMANDS = {
    "classify": "tuning_fork.catalogue.command",
    "adapt": "tuning_fork.adapting.command",
    "next": "tuning_fork.labelling_next.command",
    "compare": "tuning_fork.comparing.command",
    "study": "tuning_fork.study.command",
    "budget": "tuning_fork.budget.command",
    "verify": "tuning_fork.verify",
    "scores": "tuning_fork.scores",
    "keep": "tuning_fork.keep",
}
"""The module of each sub-command, whose `main` runs it and whose first line says what it does."""


def main() -> None:
    """Run the sub-command that the arguments name, or show which there are."""
    run(_sub_command)


def _sub_command() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name in COMMANDS:
        sys.argv = [f"tuning-fork {name}", *sys.argv[2:]]
        import_module(COMMANDS[name]).main()
    elif name in {"-h", "--help"}:
        print("usage: tuning-fork COMMAND ...\n")
        for command, module in COMMANDS.items():
            print(f"  {command:<10} {(import_module(module).__doc__ or '').splitlines()[0]}")
        print("\n`tuning-fork COMMAND --help` says the rest. The pipeline is run by `dvc repro`.")
    else:
        print(f"tuning-fork: no command {name}, but {', '.join(COMMANDS)}", file=sys.stderr)
        sys.exit(2)
