"""What an experiment, a branch or any other revision has left, read from git and from DVC's cache."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

import pandas as pd
from ruamel.yaml import YAML

from tuning_fork.core.errors import UserError
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.reporting.run_page.facts import flat
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.tasks import described_task

if TYPE_CHECKING:
    from dvc.api import DVCFileSystem

WORKSPACE = "workspace"
"""The name of what is there now, as DVC calls it."""
OF_THE_SURVEY = ("title", "frame", "bands", "extension", "stretch")
"""What of a survey's page a network's answers depend on, beside the questions."""


@dataclass(frozen=True)
class Revision:
    """A run: its `name`, the files that it read and left, and what they say."""

    name: str
    files: "DVCFileSystem"

    @classmethod
    def named(cls, name: str) -> "Revision":
        """Return an experiment, branch or revision of the repository that one is in, or its workspace."""
        from dvc.api import DVCFileSystem
        from dvc.scm import RevError

        files = DVCFileSystem(rev=None if name == WORKSPACE else name)
        try:
            _ = files.repo  # which looks for the revision
        except RevError:
            cure = "`dvc exp show` lists the experiments"
            raise UserError(f"{name}: no experiment, branch or revision is called so: {cure}") from None
        return cls(name, files)

    def content(self, path: str) -> bytes:
        """Return the bytes of a file of the project; a UserError if neither git nor DVC has them here."""
        with self.opened(path) as file:
            return file.read()

    @contextmanager
    def opened(self, path: str) -> Iterator[IO[bytes]]:
        """Open a file of the project for reading; a UserError if neither git nor DVC has it here."""
        with self._having(path):
            file = self.files.open(path, "rb")
        with file:
            yield file

    def listing(self, folder: str) -> list[str]:
        """Return the paths of what is in a folder of the project; a UserError if neither git nor DVC knows."""
        with self._having(folder):
            return self.files.ls(folder, detail=False)

    @contextmanager
    def _having(self, path: str) -> Iterator[None]:
        """Turn what fails within the block, as `path` is not here, into a UserError."""
        from dvc.exceptions import DvcException

        try:
            yield
        except (OSError, DvcException):
            cure = "`dvc repro`"
            if self.name != WORKSPACE:
                cure = f"`dvc fetch`, or `dvc exp apply {self.name}` and `dvc repro`"
            raise UserError(f"{path} of {self.name}: neither in git nor in DVC's cache: run {cure}") from None

    @cached_property
    def params(self) -> dict[str, Any]:
        """The content of params.yaml, section by section."""
        return YAML(typ="safe").load(self.content("params.yaml"))

    @cached_property
    def description(self) -> dict[str, Any]:
        """The content of model.json."""
        return json.loads(self.content("data/model/model.json"))

    @cached_property
    def predictions(self) -> Predictions:
        """What its network said of its test galaxies."""
        table = pd.read_csv(io.BytesIO(self.content("data/predictions.csv")))
        return Predictions.from_table(table, self.task)

    @cached_property
    def task(self) -> Task:
        """What it learnt."""
        return described_task(self.description)

    @cached_property
    def trained_on(self) -> pd.Index:
        """The IDs of the galaxies that it could learn from."""
        table = pd.read_csv(io.BytesIO(self.content("data/labels/labels.csv")), usecols=["GalaxyID", "split"])
        return pd.Index(table.loc[table["split"] == "train", "GalaxyID"])

    @cached_property
    def choices(self) -> dict[str, str]:
        """What was chosen, as text by `section.key`: params.yaml without the machine's, and the survey's page."""
        survey = {f"survey.{key}": self.description["survey"].get(key) for key in OF_THE_SURVEY}
        chosen = {name: value for name, value in flat(self.params).items() if not name.startswith("machine.")}
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in (chosen | survey).items()
        }
