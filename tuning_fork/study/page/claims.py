"""The claims: each as a sentence with its verdict, and the differences that it was judged by about zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from tuning_fork.study.page.scale import Scale
from tuning_fork.study.study_yaml import Study
from tuning_fork.study.verdicts import Comparison, verdict

MARGINS = {"not_better": "no better than by the margin", "same": "within the margin"}
"""What differences that lie in the shaded part of a claim's picture are."""


@dataclass(frozen=True)
class ClaimShown:
    """A claim, the verdict in a word, why, and the differences it was judged by on their scale.

    `margin` is from where to where on the scale the claim asks the intervals to be, if it names a margin.
    """

    sentence: str
    verdict: str
    reason: str
    comparisons: Sequence[Comparison]
    scale: Scale
    margin: tuple[float, float] | None
    meaning: str
    """Of the margin, in words."""

    @property
    def has_other_galaxies(self) -> bool:
        """Whether the two runs of a pair were tested on galaxies of their own."""
        return any(one.claim.other_galaxies for one in self.comparisons)


def shown_claims(study: Study, comparisons: Sequence[Comparison]) -> list[ClaimShown]:
    """Return all claims of a study."""
    found = []
    for claim in study.claims:
        judged = [one for one in comparisons if one.claim == claim and one.is_decisive]
        word, _, reason = verdict(claim, judged).partition(": ")
        edges = {"not_better": (claim.margin,), "same": (-claim.margin, claim.margin)}.get(claim.expected, ())
        scale = Scale.over([0.0, *edges, *(bound for one in judged for bound in one.difference.gain)])
        margin = (edges[0] if len(edges) > 1 else scale.low, edges[-1]) if edges else None
        meaning = f"{MARGINS[claim.expected]} of {claim.margin}" if edges else ""
        found.append(ClaimShown(claim.claim, word, reason, judged, scale, margin, meaning))
    return found


def counted(claims: Sequence[ClaimShown]) -> str:
    """Return how many of the claims have which verdict, in a sentence."""
    numbers = {word: sum(one.verdict == word for one in claims) for word in ("supported", "contradicted", "open")}
    parts = [f"{number} {word}" for word, number in numbers.items() if number]
    return f"Claims: {', '.join(parts)}."
