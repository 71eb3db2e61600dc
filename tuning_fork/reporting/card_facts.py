"""What a model card is written from, and how names are shown in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tuning_fork.surveys.survey import Survey
from tuning_fork.tasks.task import Task
from tuning_fork.tasks.tasks import described_task

SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$#@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What Markdown, or a hub that shows it, would take for more than a character."""


@dataclass(frozen=True)
class CardFacts:
    """What a card is written from: what the model folder, the metrics' files and CITATION.cff say."""

    description: Mapping[str, Any]
    """What is in model.json."""
    radii: np.ndarray
    """Petrosian radii, shares of half a cut-out's side, between which 995 of 1,000 galaxies are: (2,)."""
    labels: Mapping[str, Any]
    training: Mapping[str, Any]
    scores: Mapping[str, float]
    views: int
    """Views of each galaxy that the scores are of: 1 or 8."""
    citation: Mapping[str, Any]

    @property
    def survey(self) -> Survey:
        """Return the survey of the labels."""
        return self.task.survey

    @cached_property
    def task(self) -> Task:
        """Return what the network was trained for."""
        return described_task(self.description)

    @property
    def sources(self) -> list[str]:
        """Return where the galaxies of each training came from, the last one's last."""
        return [one["source"] or "not told" for one in self.description["trained_on"]]


def plain(text: object) -> str:
    """Return a text as Markdown that shows it on one line as it is, and does nothing else."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(str(text).split()))


def names_of(survey: Survey, keys: tuple[str, ...]) -> list[str]:
    """Return the short names of the answers with these keys, as Markdown."""
    return [plain(survey.answers[key].name) for key in keys]
