"""A working copy beside the user's: experiments run there while the user's files stay as they are."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tuning_fork.core.errors import UserError
from tuning_fork.params.training import MODELS
from tuning_fork.surveys.survey import SURVEYS

PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
ENVIRONMENT = os.environ | {"PATH": PROGRAMS, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
"""What git and DVC run with: this Python's programs, lines as they come, errors in English."""
CHANGES = ["--binary", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/"]
"""Options of `git diff` that make what `git apply` reads, whatever the user's git is set to."""
CAUSE = re.compile(r"(?:error|ERROR|fatal|\w+Error): (.*)")
"""A line of git, DVC or a stage that says why it failed: the first one does, what follows are consequences."""

TIMING = Path("data/timing.json")
"""How long the last training took, here and in the copy."""


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
        """Make the clone what `origin` is now: its last commit, what tracked files changed, its models and surveys."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._run("git", "init", "--quiet")  # also mends one that was killed; git would take the one around it instead
        self._run("git", "fetch", "--quiet", "--update-shallow", self.origin, "HEAD")
        self._run("git", "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
        self._run("git", "clean", "--quiet", "--force", "-d")
        if changes := _run(self.origin, "git", "diff", *CHANGES, "HEAD"):
            self._run("git", "apply", "--whitespace=nowarn", given=changes)
        for folder in (MODELS, SURVEYS):
            if (self.origin / folder).is_dir():
                shutil.copytree(self.origin / folder, self.folder / folder, dirs_exist_ok=True)
        cache = os.fsdecode(_run(self.origin, "dvc", "cache", "dir")).removesuffix("\n")
        # relative: DVC cannot write an umlaut of the folders above into its configuration
        self._run("dvc", "cache", "dir", "--local", os.path.relpath(self.origin / cache, self.folder))

    def set_params(self, changes: Mapping[str, object]) -> None:
        """Write params.yaml: that of `origin` with `changes`, by `section.key`."""
        yaml = YAML()
        params = yaml.load(self.origin / "params.yaml")
        for place in ("archive", "images", "labels"):
            if params["download"][place] is not None:
                params["download"][place] = str(self.origin / Path(params["download"][place]).expanduser())
        change(params, changes)
        with (self.folder / "params.yaml").open("wb") as file:
            yaml.dump(params, file)

    def reproduce(self, log: Path, *options: str) -> Iterator[str]:
        """Run `dvc repro`, its output kept in `log`; yield each line of it. A StageFailedError says why it failed."""
        log.parent.mkdir(parents=True, exist_ok=True)
        cause = None
        process = subprocess.Popen(
            ["dvc", "repro", *options],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        try:
            with log.open("w", buffering=1, encoding="utf-8") as file:
                for line in process.stdout or ():
                    file.write(line)
                    cause = cause or CAUSE.match(line)
                    yield line.rstrip()
            if process.wait() != 0:
                raise StageFailedError(f"{cause[1] if cause else 'dvc repro failed'} (all of it in {log})")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def would_replace(self, name: str) -> bool:
        """Return whether `origin` has an experiment of that name, from its last commit, that was not made here."""
        head = os.fsdecode(_run(self.origin, "git", "rev-parse", "HEAD")).strip()
        reference = f"refs/exps/{head[:2]}/{head[2:]}/{name}"
        made = os.fsdecode(_run(self.origin, "git", "for-each-ref", "--format=%(objectname)", reference)).split()
        known = ["git", f"--git-dir={self.folder / '.git'}", "cat-file", "-e"]  # not of the repository around it
        return any(subprocess.run([*known, one], capture_output=True, check=False).returncode for one in made)

    def save_experiment(self, name: str, *files: Path) -> None:
        """Keep what was reproduced as a DVC experiment of that name, in `origin` too, in place of an older one.

        With it are kept `files` and folders that it depends on and git does not know yet.
        """
        untracked = [option for file in files for option in ("--include-untracked", file)]
        self._run("dvc", "exp", "save", "--quiet", "--force", "--name", name, *untracked)
        listed = self._run("git", "for-each-ref", "--format=%(refname)", f"refs/exps/**/{name}").decode().split()
        head = self._run("git", "rev-parse", "HEAD").decode().strip()
        of_head = [reference for reference in listed if f"refs/exps/{head[:2]}/{head[2:]}/" in reference]
        _run(self.origin, "git", "fetch", "--quiet", self.folder, *(f"+{one}:{one}" for one in of_head))

    def _run(self, *command: str | Path, given: bytes | None = None) -> bytes:
        return _run(self.folder, *command, given=given)


def change(params: dict[str, Any], changes: Mapping[str, object]) -> None:
    """Change what was read of params.yaml, by `section.key` or `section.table.key`."""
    for name, value in changes.items():
        *tables, key = name.split(".")
        table = params
        for one in tables:
            table = table.setdefault(one, {})
        table[key] = value


def repository() -> Path:
    """Return the folder of the repository that this is run in; a UserError if it is none."""
    found = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, check=False)
    if found.returncode != 0:
        raise UserError(f"{Path.cwd()}: no git repository: run in a clone of the project")
    return Path(os.fsdecode(found.stdout).removesuffix("\n"))


def _run(folder: Path, *command: str | Path, given: bytes | None = None) -> bytes:
    """Run a command in a folder and return what it printed; a UserError gives the line that says why it failed."""
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, input=given, capture_output=True, check=False)
    if done.returncode != 0:
        lines = os.fsdecode(done.stderr or done.stdout).strip().splitlines() or ["it failed"]
        causes = [found[1] for found in map(CAUSE.match, lines) if found]
        raise UserError(f"{' '.join(map(str, command[:3]))} in {folder}: {[*causes, lines[-1]][0]}")
    return done.stdout
