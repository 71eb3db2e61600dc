"""What the names on the page mean: that of a column, or of a metric, as the glossary of all pages explains it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from tuning_fork.pages.glossary import Glossary, term_of
from tuning_fork.study.cells import BY_ALL_ANSWERS

AROUND = re.compile(rf"^(published|\w+_\d+) |{BY_ALL_ANSWERS}$")
"""What stands before or after a metric's label in the name of a column."""
KEYS = {
    "accuracy before calibration": "accuracy_uncalibrated",
    "majority": "majority_accuracy",
    "p, corrected": "p_corrected",
    "published AUC": "published_auc",
    "test galaxies": "test_galaxies",
    "training, s": "training_seconds",
}
"""The glossary's names of columns that are no metric's."""


@dataclass(frozen=True)
class Names:
    """The names on a page, given those that metrics.json has of metrics by their labels; `glossary` is the page's."""

    metrics: Mapping[str, str]
    glossary: Glossary = field(default_factory=Glossary)

    def meaning(self, name: str) -> str:
        """Return what a name means, or nothing if it is not known; the page's glossary has it then."""
        key = self._key(name)
        if (term := term_of(key)) is None:
            return ""
        self.glossary.named[key] = term
        return term.text

    def linked(self, name: str) -> Markup:
        """Return a name with a link to its explanation."""
        return self.glossary.term(self._key(name), name)

    def _key(self, name: str) -> str:
        label = AROUND.sub("", name)
        return KEYS.get(name) or self.metrics.get(label, label)
