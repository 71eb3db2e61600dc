"""What was given to learn from, checked before anything is run: the images, their labels, and the survey's page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import of_one_kind
from tuning_fork.sources.folder import matched
from tuning_fork.surveys.survey import Survey
from tuning_fork.surveys.votes import RawTable, filled_in, votes_of
from tuning_fork.tasks.tasks import task_of

CLASSES = "classes"
"""The survey's page where the folders are the classes, and the task."""
FEWEST = 8
"""Labelled galaxies that a class needs: there are some in each split then, and in each part of a cross-validation."""
NAMED = 3
"""Classes that are named of those with too few."""
CURE = "correct the table, or name another"
OTHER_COLUMNS = "name another column or table, or a page of your own by --survey"
WORDS = {
    "params.yaml: download.images": "IMAGES",
    "params.yaml: download.labels": "--labels",
    "name a table in download.labels": "name a table by --labels",
    "name a table, or null where": "name a table, or none where",
    "restore it from git": "name a survey's page, as in surveys/, by --survey",
}
"""What the source's errors say, and what it is called on the command line."""


@dataclass(frozen=True)
class Given:
    """Galaxies with an image and a label: the label of each by its ID; and what is to be said of the others."""

    survey: str
    """The name of the survey's page."""
    page: Survey
    classes: pd.Series
    said: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many labels each class has, the largest first."""
        return {str(name): int(count) for name, count in self.classes.value_counts().items()}


def read_given(images: str, labels: Path | None, name: str, page: Survey) -> Given:
    """Match images and labels by the survey's page; a UserError says what is wrong in them, and how to mend it."""
    with in_words_of_arguments():
        found, table, said = matched(images, labels, page.id_column)
    raw = RawTable(table.content, table.shown, CURE, OTHER_COLUMNS, table.first_row)
    survey = filled_in(raw, page)
    task = task_of(CLASSES, survey)
    votes = votes_of(raw, task.survey, task.candidates)
    kept = votes[task.keeps(votes, 0)]
    listed, pictured = of_one_kind(kept.index, list(found))
    labels_of = {key: answer.label for key, answer in survey.answers.items()}
    classes = task.winners(kept)["winner"].map(labels_of).set_axis(listed)[listed.isin(pictured)]
    _require_enough(classes, table.shown)
    return Given(name, page, classes, said)


def _require_enough(classes: pd.Series, table: str) -> None:
    """Raise a UserError if there is but one class, or one has too few galaxies."""
    counts = classes.value_counts()
    if len(counts) < 2:
        has = (
            f"all {len(classes)} labelled galaxies with an image are {counts.index[0]}" if len(counts) else "no labels"
        )
        raise UserError(f"{table}: {has}: a network needs galaxies of two classes at least: label others too")
    few = [f"{name} has {count}" for name, count in counts.items() if count < FEWEST]
    if few:
        has = f"class {' and '.join(few[:NAMED])} labelled galaxies with an image"
        cure = "label more of it, leave its labels empty, or join it with another class"
        if len(few) > NAMED:
            has += f", and {len(few) - NAMED} more classes have too few"
            cure += "; of numbers, make classes by edges in a survey's page (--survey)"
        raise UserError(f"{table}: {has}, at least {FEWEST} are needed: {cure}")


@contextmanager
def in_words_of_arguments() -> Iterator[None]:
    """Let the errors of the source name what was given on the command line."""
    try:
        yield
    except UserError as error:
        text = str(error)
        for said, meant in WORDS.items():
            text = text.replace(said, meant)
        raise UserError(text) from None
