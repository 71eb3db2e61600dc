"""What the names on the pages mean: one explanation each, shown where the name stands and again at a page's end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from tuning_fork.core.checked_yaml import read_yaml


@dataclass(frozen=True)
class Term:
    """A name as it is shown, and its explanation: one or two whole sentences."""

    name: str
    text: str
    is_share: bool = False
    """Whether its values are shares that are shown in per cent."""


TERMS = {
    key: Term(said["name"], said["text"], said.get("share", False))
    for key, said in read_yaml(Path(__file__).with_name("glossary.yaml")).items()
}
"""By the names of scores in metrics.json, and by keys for other words."""
DERIVED = (
    (re.compile(r"(.+)_uncalibrated"), "{} before calibration", "The same before the probabilities were calibrated."),
    (
        re.compile(r"baseline_(.+)"),
        "{} of the baseline",
        "The same of the baseline: boosted trees on measured numbers.",
    ),
    (
        re.compile(r"views_gain_(.+)_p"),
        "{}: p of no gain by views",
        "How likely a gain as large is if several views bring nothing.",
    ),
    (
        re.compile(r"views_gain_(.+)"),
        "{}: gain by views",
        "By how much the mean of several views of a galaxy (flips and quarter turns) is better than a single one.",
    ),
)
"""Names made of others': what they look like, what they are called and what is added to the other's explanation."""


def term_of(key: str) -> Term | None:
    """Return what a name, such as that of a score in metrics.json, means; None if nothing is known of it."""
    if key in TERMS:
        return TERMS[key]
    for pattern, name, added in DERIVED:
        if (found := pattern.fullmatch(key)) and (of := term_of(found[1])):
            return Term(name.format(of.name), f"{added} {of.name[0].upper()}{of.name[1:]}: {of.text}", of.is_share)
    return None


@dataclass
class Glossary:
    """The terms that a page has named so far, so that its end can explain them all.

    `otherwise` is what names are called that have no explanation here, such as those of a metric that somebody adds.
    """

    otherwise: Mapping[str, str] = field(default_factory=dict)
    named: dict[str, Term] = field(default_factory=dict)

    def term(self, key: str, shown: str | None = None) -> Markup:
        """Return a name, or what is shown in its place, explained on hover and linked to the page's glossary."""
        if (term := term_of(key)) is None:
            return Markup("{}").format(shown or self.otherwise.get(key) or key.replace("_", " "))
        self.named[key] = term
        link = Markup('<a class="term" href="#term-{}"><abbr title="{}">{}</abbr></a>')
        return link.format(key, term.text, shown or term.name)

    def entries(self) -> list[tuple[str, Term]]:
        """Return the key and the term of all that were named, by their names."""
        return sorted(self.named.items(), key=lambda entry: entry[1].name.casefold())
