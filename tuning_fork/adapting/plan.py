"""What a call of the command is to do: where from, where to, and which keys of params.yaml change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from tuning_fork.adapting.given import Given
from tuning_fork.adapting.recipe import Recipe
from tuning_fork.adapting.splitting import Split, shares, split_of_classes
from tuning_fork.core.checked_yaml import Section, first_error
from tuning_fork.core.errors import UserError
from tuning_fork.core.model_files import DESCRIPTION, MODEL_FILES
from tuning_fork.galaxies.ids import GalaxyID
from tuning_fork.galaxies.learnt_from import too_good
from tuning_fork.pages.own_files import cannot_be_written
from tuning_fork.params.images import Preparation
from tuning_fork.params.training import MODELS
from tuning_fork.study.study_yaml import ParameterValue
from tuning_fork.study.working_copy import WorkingCopy

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
SCORES = "scores.json"
"""The file by which the output of an earlier call is known."""


class _Training(Section):
    """What of a training of the start is used here: where its galaxies came from, and which they were."""

    model_config = ConfigDict(extra="ignore")
    source: str | None = None
    galaxy_hashes: str | None = None


class Start(Section):
    """What of model.json is used here."""

    model_config = ConfigDict(extra="ignore")
    images: Preparation
    trained_on: tuple[_Training, ...] = ()

    def require_unseen(self, galaxies: Sequence[GalaxyID], folder: Path) -> None:
        """Raise a UserError if the start has learnt from one of these galaxies, or does not tell from which it has."""
        if reason := too_good(self.trained_on, galaxies):
            cure = "start from another, such as that of models/simulated-sky"
            raise UserError(f"--from: {folder}: {reason}: {cure}")


@dataclass(frozen=True)
class Plan:
    """A call of the command, all of whose arguments are checked."""

    project: Path
    images: str
    labels: Path | None
    output: Path
    start: Path
    given: Given
    recipe: Recipe

    @property
    def name(self) -> str:
        """The name of the experiment, of its working copy and of the survey's page."""
        return self.output.name

    @property
    def folder(self) -> Path:
        """The working copy."""
        return self.project / "data/partial/adapt" / self.name

    @property
    def output_note(self) -> Path:
        """The file that has the path of the output."""
        return self.folder.with_suffix(".output")

    def require_own_name(self) -> None:
        """Raise a UserError if another output or experiment has the name, and so the working copy and the page."""
        other = Path(self.output_note.read_text(encoding="utf-8")) if self.output_note.exists() else self.output
        if other != self.output and (other / SCORES).is_file():
            has = f"the experiment and the page of the name {self.name} are those of {other}"
            raise UserError(f"--output: {self.output}: {has}: choose another name")
        if WorkingCopy(self.folder, self.project).would_replace(self.name):
            has = f"experiment {self.name} is there already, and not from {self.folder.relative_to(self.project)}"
            cure = f"name another folder, or, if it may be replaced, run `dvc exp remove {self.name}`"
            raise UserError(f"--output: {self.output}: {has}: {cure}")

    def require_writable(self) -> None:
        """Make the output's folder; a UserError if that, or a file in it, cannot be written."""
        if reason := cannot_be_written(self.output / SCORES):
            raise UserError(f"--output: {self.output}: cannot be written ({reason}): name another folder")

    @property
    def is_cross_validated(self) -> bool:
        """Whether the score is that of a cross-validation, not of a test split."""
        return len(self.given.classes) < self.recipe.cross_validated_below

    @property
    def start_name(self) -> str:
        """The name in models/ that the training starts from."""
        is_there = self.start.resolve().parent == (self.project / MODELS).resolve()
        return self.start.resolve().name if is_there else f"{self.name}-start"

    @cached_property
    def split(self) -> Split:
        """Which galaxies train, choose the epoch and test, in the pipeline's run."""
        parts = shares(min(self.given.counts.values()), self.is_cross_validated)
        return split_of_classes(self.given.classes, parts)

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be said before it runs."""
        said = (f"IDs: column {self.given.page.id_column}",) if self.labels else ()
        said += self.given.said
        if not self.split.missing:
            return said
        rare = f"too few labels to have some in each of training, validation and test: {', '.join(self.split.missing)}"
        return *said, rare

    def changes(self) -> Mapping[str, ParameterValue]:
        """Return the keys of params.yaml that change, and their values."""
        labels = len(self.given.classes)
        images = read_start(self.start).images
        return {
            **self.recipe.changes(labels),
            "download.source": "folder",
            "download.images": self.images,
            "download.labels": str(self.labels) if self.labels else None,
            "images.crop": images.crop,
            "images.size": images.size,
            "images.grayscale": images.grayscale,
            "labels.survey": self.given.survey,
            "labels.split": list(self.split.shares),
            "labels.seed": self.split.seed,
            "training.start": self.start_name,
            "training.epochs": self.recipe.epochs(labels, round(labels * self.split.shares[0])),
        }


def read_start(folder: Path) -> Start:
    """Return what the model folder to start from says; a UserError if it is none."""
    missing = [name for name in MODEL_FILES if not (folder / name).is_file()]
    if missing:
        cure = "name a model folder by --from, such as data/model after `dvc repro`"
        raise UserError(f"--from: {folder}: no model folder (it has no {missing[0]}): {cure}")
    try:
        return Start.model_validate_json((folder / DESCRIPTION).read_bytes())
    except ValidationError as error:
        raise UserError(f"--from: {folder / DESCRIPTION}: {first_error(error)}: name another model folder") from None


def checked_output(output: Path) -> Path:
    """Return the folder to write; a UserError if its name is none for an experiment, or something else is there."""
    output = output.expanduser().absolute()
    if not NAME.fullmatch(output.name):
        raise UserError(f"--output: {output.name}: letters, digits, - and _ alone: the experiment gets that name")
    try:
        is_ours = (output / SCORES).is_file()
        is_taken = output.exists() and not is_ours and (not output.is_dir() or any(output.iterdir()))
    except OSError as error:  # a name too long, or a folder that may not be looked into
        raise UserError(f"--output: {output}: {error.strerror}: name another folder") from None
    if is_taken:
        raise UserError(f"--output: {output}: is there already, and not by this command: choose another name")
    return output
