"""The figures of a run on its page: which section each belongs to, and what is said under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tuning_fork.pages.page import data_uri

CAPTIONS = {
    "question": ("questions", "{name}: mean predicted fraction of each answer against the volunteers'."),
    "share": ("shares", "{name}: predicted share against that of the votes."),
    "by_vote": ("failures", "Is it wrong where volunteers disagree too? Bars are 95 % intervals."),
    "by_brightness": ("failures", "Is it wrong about faint galaxies, or about bright ones?"),
    "by_size": ("failures", "Is it wrong about small galaxies, or about large ones?"),
    "roc": ("failures", "How much of a class is found, and how many others are taken for it."),
    "reliability": ("belief", "How often it is so, by the probability that says so; below, how often that is said."),
    "uncertainty": ("belief", "Errors as large as stated lie on the dotted line; above it they are larger."),
    "errors": ("belief", "The network's error, and what remains if the true votes are known."),
    "loss": ("making", "What the training makes small. Where the two part, the network learns by heart."),
    "accuracy": ("making", "Accuracy on the galaxies it learns from, and on those it does not."),
}
"""By a figure's name, or what it begins with: its section and its caption, in the order of the page."""
ON_THE_PAGE = "confusion"
"""The figure that the page has as a table."""


@dataclass(frozen=True)
class Drawn:
    """A figure as a data URI, and its caption."""

    source: str
    caption: str


def figures_of(folder: Path, names: Mapping[str, str]) -> dict[str, list[Drawn]]:
    """Return the figures in a folder by their section; one that is not known here is among the failures.

    Those of a question or class come in the order of their keys in `names`.
    """
    found: dict[str, list[tuple[tuple[int, int], Drawn]]] = {section: [] for section, _ in CAPTIONS.values()}
    order = list(names)
    for path in sorted(folder.glob("*.svg")):
        if path.stem == ON_THE_PAGE:
            continue
        kind = path.stem if path.stem in CAPTIONS else path.stem.partition("_")[0]
        section, caption = CAPTIONS.get(kind, ("failures", path.stem.replace("_", " ")))
        of = path.stem.removeprefix(f"{kind}_")
        drawn = Drawn(data_uri(path.read_bytes(), "image/svg+xml"), caption.format(name=names.get(of, of)))
        place = list(CAPTIONS).index(kind) if kind in CAPTIONS else len(CAPTIONS)
        found[section].append(((place, order.index(of) if of in order else 0), drawn))
    return {section: [drawn for _, drawn in sorted(some, key=lambda one: one[0])] for section, some in found.items()}
