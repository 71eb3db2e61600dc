"""A working copy beside the user's: experiments run there while the user's files stay as they are."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from stages.errors import UserError

PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
ENVIRONMENT = os.environ | {"PATH": PROGRAMS, "PYTHONUNBUFFERED": "1"}
"""For `dvc repro`: this Python's programs, and lines as they come."""


class StageFailedError(Exception):
    """A `dvc repro` that failed; its text is the line that says why."""


@dataclass(frozen=True)
class WorkingCopy:
    """A clone in `folder` of the repository in `origin`, with DVC's cache shared.

    What a killed run leaves there, a half-finished training among it, is taken up by the next.
    """

    folder: Path
    origin: Path

    def update(self) -> None:
        """Make the clone what is in `origin` now: its last commit, and the uncommitted changes of tracked files."""
        if not (self.folder / ".git").exists():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            _run(["git", "clone", "--quiet", "--no-checkout", str(self.origin), str(self.folder)], self.origin)
        _run(["git", "fetch", "--quiet", "origin", "HEAD"], self.folder)
        _run(["git", "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"], self.folder)
        if changes := _run(["git", "diff", "--binary", "HEAD"], self.origin):
            _run(["git", "apply", "--whitespace=nowarn"], self.folder, changes)
        cache = _run(["dvc", "cache", "dir"], self.origin).strip()
        _run(["dvc", "cache", "dir", "--local", str(self.origin / cache)], self.folder)

    def set_params(self, changes: Mapping[str, object]) -> None:
        """Write params.yaml: that of `origin` with `changes`, by `section.key`."""
        yaml = YAML()
        params = yaml.load(self.origin / "params.yaml")
        if params["download"]["archive"] is not None:
            params["download"]["archive"] = str(self.origin / Path(params["download"]["archive"]).expanduser())
        for name, value in changes.items():
            section, _, key = name.partition(".")
            params[section][key] = value
        yaml.dump(params, self.folder / "params.yaml")

    def reproduce(self, log: Path) -> Iterator[str]:
        """Run `dvc repro`, its output kept in `log`; yield each line of it. A StageFailedError says why it failed."""
        log.parent.mkdir(parents=True, exist_ok=True)
        error = "dvc repro failed"
        process = subprocess.Popen(
            ["dvc", "repro"],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            with log.open("w", buffering=1, encoding="utf-8") as file:
                for line in process.stdout:
                    file.write(line)
                    if re.match(r"(error|ERROR): ", line) and error == "dvc repro failed":
                        error = line.partition(": ")[2].strip()
                    yield line.rstrip()
            if process.wait() != 0:
                raise StageFailedError(f"{error} (all of it in {log})")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def save_experiment(self, name: str) -> None:
        """Keep what was reproduced as a DVC experiment of that name, in `origin` too, in place of an older one."""
        _run(["dvc", "exp", "save", "--quiet", "--force", "--name", name], self.folder)
        references = _run(["git", "for-each-ref", "--format=%(refname)", f"refs/exps/**/{name}"], self.folder).split()
        head = _run(["git", "rev-parse", "HEAD"], self.folder).strip()
        of_head = [reference for reference in references if f"refs/exps/{head[:2]}/{head[2:]}/" in reference]
        _run(["git", "fetch", "--quiet", str(self.folder), *(f"+{name}:{name}" for name in of_head)], self.origin)


def repository() -> Path:
    """Return the folder of the repository that this is run in; a UserError if it is none."""
    found = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise UserError(f"{Path.cwd()}: no git repository: run in a clone of the project")
    return Path(found.stdout.strip())


def _run(command: list[str], folder: Path, given: str | None = None) -> str:
    """Run a command in a folder and return what it printed; a UserError gives the last line of what it complained."""
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it failed"]
        raise UserError(f"{' '.join(command[:3])} in {folder}: {lines[-1]}")
    return done.stdout
