"""What becomes of the study's claims: which differences between its runs are real, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass

from tqdm import tqdm

from tuning_fork.evaluation.comparisons import SIGNIFICANCE, Difference, differences, holm
from tuning_fork.study.results import Result
from tuning_fork.study.study_yaml import Claim, Study

RESAMPLES = 10_000


@dataclass(frozen=True)
class Comparison:
    """A pair of a claim, a difference between its two runs, and whether that is real among so many comparisons."""

    claim: Claim
    first: str
    second: str
    difference: Difference
    corrected_p: float

    @property
    def is_real(self) -> bool:
        """Return whether the difference is more than noise."""
        return self.corrected_p < SIGNIFICANCE

    @property
    def standing(self) -> str:
        """Return in words whether it is real."""
        if self.is_real:
            return "real"
        return "within noise" if self.difference.low <= 0 <= self.difference.high else "not after correction"

    @property
    def is_decisive(self) -> bool:
        """Return whether the claim is judged by it."""
        return self.difference.metric.is_decisive


def compare(study: Study, results: Mapping[str, Result], seed: int, resamples: int = RESAMPLES) -> list[Comparison]:
    """Compare the pairs of all claims whose runs are there, and correct the p-values for their number."""
    pairs = [
        (claim, first, second)
        for claim in study.claims
        for first, second in claim.pairs
        if first in results and second in results
    ]
    found = [
        (claim, first, second, difference)
        for claim, first, second in tqdm(pairs, "Comparing runs", unit="pair", leave=False, disable=None)
        for difference in differences(
            results[first].answering(results[second]),
            results[second].answering(results[first]),
            not claim.other_galaxies,
            resamples,
            seed,
        )
    ]
    corrected = holm([difference.p for *_, difference in found])
    return [Comparison(*one, p) for one, p in zip(found, corrected, strict=True)]


def verdict(claim: Claim, comparisons: list[Comparison]) -> str:
    """Return what the decisive differences say of a claim."""
    if not comparisons:
        return "open: not run"
    gains = sum(one.is_real and one.difference.is_better for one in comparisons)
    losses = sum(one.is_real and not one.difference.is_better for one in comparisons)
    if claim.expected == "better":
        shown = {(True, False): f"supported: {gains} of {len(comparisons)} differences are real"}
        shown |= {(False, True): "contradicted: the difference is the other way"}
        shown |= {(True, True): "open: real differences both ways", (False, False): "open: within noise"}
        return shown[gains > 0, losses > 0]
    highest = max(one.difference.gain[2] for one in comparisons)
    lowest = min(one.difference.gain[0] for one in comparisons) if claim.expected == "same" else 0
    if highest <= claim.margin and lowest >= -claim.margin:
        worse = f", and in {losses} of {len(comparisons)} it is worse" if losses else ""
        return f"supported: no more than {claim.margin}{worse}"
    if gains or (losses and claim.expected == "same"):
        return "contradicted: a difference is real"
    return f"open: none shown, but more than {claim.margin} not excluded"
