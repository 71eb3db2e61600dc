"""Volunteers who look at a galaxy and answer Galaxy Zoo 2's questions as its page leads them, and err where it is hard.

A volunteer's answer is drawn from probabilities that start from the galaxy's true morphology and blur with its
observability. The vote fractions are then made as in Kaggle's file: an answer's share among those asked, times the
fraction led to the question. The constants were fitted to the published shares of answers.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from tuning_fork.core.errors import UserError
from tuning_fork.sources.simulated.population import Truth
from tuning_fork.surveys.survey import Survey

Chances = Mapping[str, np.ndarray]
"""The probability of each answer, by the question's name."""

KNOWN = {
    "features": ("smooth", "featured", "artifact"),
    "edge-on": ("edge-on", "face-on"),
    "bar": ("bar", "no bar"),
    "spiral": ("spiral", "no spiral"),
    "bulge": ("no bulge", "noticeable bulge", "obvious bulge", "dominant bulge"),
    "odd": ("odd", "not odd"),
    "roundness": ("round", "in between", "cigar"),
    "oddity": ("ring", "lens", "disturbed", "irregular", "other", "merger", "dust lane"),
    "edge-on bulge": ("rounded bulge", "boxy bulge", "no edge-on bulge"),
    "winding": ("tight arms", "medium arms", "loose arms"),
    "arms": ("one arm", "two arms", "three arms", "four arms", "more arms", "unclear arms"),
}
"""The questions that volunteers have answers to, and these, in the order of their probabilities."""

_ODD_GUESSES = np.array([0.02, 0.08, 0.17, 0.17, 0.42, 0.12, 0.02])
_TYPICAL_WINDING = np.array([0.45, 0.37, 0.18])
_CARELESS = 0.015  # share of answers to the first question given without looking
_DECIMALS = 6


def _logistic(x: float | np.ndarray) -> float | np.ndarray:
    return 1 / (1 + np.exp(-x))


def _graded(value: float, cuts: tuple[float, ...], spread: float) -> np.ndarray:
    """Return the chances of the grades between `cuts`, for a value seen with a logistic error of `spread`."""
    below = _logistic((np.array(cuts) - value) / spread)
    return np.diff(np.concatenate([[0.0], below, [1.0]]))


def observability(truth: Truth) -> float:
    """Return how well details can be seen, 0 to 1: of large, bright galaxies, little noise and a sharp image best."""
    contrast = (22.3 - truth.surface_brightness) / 2.5 - np.log10(max(truth.sky_noise, 0.05))
    return float(_logistic(3.2 * np.log(truth.resolution / 4.7) + 1.2 * contrast))


def evidence(truth: Truth) -> float:
    """Return how much there is to see that a smooth galaxy has not: arms, bar, ring, disorder, an edge-on disk."""
    if not truth.featured:
        return 0.5 * max(0.0, 0.55 - truth.axis_ratio)
    edge_on = float(_logistic((truth.inclination - 76.0) / 3.0))
    open_view = float(_logistic((72.0 - truth.inclination) / 5.0))
    arms = truth.arm_contrast * (0.7 + truth.pitch / 50)
    inner = arms * 1.0 + 1.2 * truth.bar + 0.9 * truth.ring + 1.0 * truth.knots
    disorder = {"irregular": 0.35, "merger": 0.5, "disturbed": 0.3}.get(truth.oddity, 0.0)
    return 0.12 + open_view * inner + 0.75 * edge_on + disorder - 0.15 * truth.bulge_fraction


def answer_chances(truth: Truth, rng: np.random.Generator) -> Chances:
    """Return the probability of each answer to each question; `rng` adds what else makes galaxies differ."""
    seen = observability(truth)
    blur = 1.35 - seen
    sight = float(_logistic(-1.17 + 6.0 * seen * evidence(truth) + rng.normal(0, 0.85)))
    sight = _CARELESS / 2 + (1 - _CARELESS) * sight
    artifact = 0.6 if truth.kind == "artifact" else float(rng.beta(1.0, 39.0))
    smooth = (1 - artifact) * (1 - sight)
    edge_on = float(_logistic((truth.inclination - 77.8 + rng.normal(0, 2)) / (1.5 + 3.0 * blur)))
    if not truth.featured:
        edge_on = float(_logistic((0.33 - truth.axis_ratio) / 0.06))
    winding = _graded(truth.pitch + rng.normal(0, 3), (14.5, 24.5), 1.5 + 3 * blur)
    spiral = float(_logistic(-1.9 + 9.5 * seen * truth.arm_contrast + rng.normal(0, 0.8)))
    return {
        "features": np.array([smooth, 1 - artifact - smooth, artifact]),
        "edge-on": np.array([edge_on, 1 - edge_on]),
        "bar": _yes(float(_logistic(-2.1 + 24 * seen * truth.bar + rng.normal(0, 0.6)))),
        "spiral": _yes(spiral),
        "bulge": _graded(
            min(truth.bulge_fraction, 0.33) + rng.normal(0, 0.05), (-0.01, 0.235, 0.46), 0.035 + 0.05 * blur
        ),
        "odd": _yes(_odd(truth, seen, rng)),
        "roundness": _roundness(truth, blur, rng),
        "oddity": _oddities(truth, seen),
        "edge-on bulge": _edge_on_bulge(truth, blur),
        "winding": winding if truth.arms else _TYPICAL_WINDING,
        "arms": _arm_count(truth, seen),
    }


def _yes(chance: float) -> np.ndarray:
    return np.array([chance, 1 - chance])


def _roundness(truth: Truth, blur: float, rng: np.random.Generator) -> np.ndarray:
    """Return the chances of question 7's answers: blur makes a small galaxy rounder than it is."""
    broadening = (0.45 / truth.resolution) ** 2
    apparent = np.sqrt((truth.axis_ratio**2 + broadening) / (1 + broadening))
    return _graded(apparent + rng.normal(0, 0.04), (0.33, 0.78), 0.03 + 0.04 * blur)[::-1]


def _odd(truth: Truth, seen: float, rng: np.random.Generator) -> float:
    strength = {"": 0.0, "ring": 3.8, "merger": 4.4, "irregular": 3.5, "disturbed": 2.4, "dust lane": 2.5}
    return float(_logistic(-2.05 + strength[truth.oddity] * (0.4 + 0.6 * seen) + rng.normal(0, 1.0)))


def _oddities(truth: Truth, seen: float) -> np.ndarray:
    if not truth.oddity:
        return _ODD_GUESSES
    right = 0.35 + 0.6 * seen
    return (1 - right) * _ODD_GUESSES + right * (np.array(KNOWN["oddity"]) == truth.oddity)


def _edge_on_bulge(truth: Truth, blur: float) -> np.ndarray:
    none, bulge = _graded(truth.bulge_fraction, (0.10,), 0.03 + 0.05 * blur)
    return np.array([0.86 * bulge, 0.14 * bulge, none])


def _arm_count(truth: Truth, seen: float) -> np.ndarray:
    if not truth.arms:
        return np.array([0.08, 0.36, 0.06, 0.02, 0.02, 0.46])
    sure = 0.15 + 0.65 * seen * np.sqrt(truth.arm_contrast)
    guesses = np.array([0.09, 0.33, 0.06, 0.02, 0.02, 0.48])
    return (1 - sure) * guesses + sure * (np.arange(1, 7) == truth.arms)


def require_known(survey: Survey, page: Path) -> None:
    """Raise a UserError that names the first question of a page which the volunteers cannot answer as it says."""
    cure = "restore the page from git: a survey of your own is a page of another name"
    if survey.votes != "joint":
        raise UserError(f"{page}: votes: simulated volunteers give joint fractions (found {survey.votes}): {cure}")
    found = {question.name: tuple(answer.name for answer in question.answers) for question in survey.questions}
    for name in (*KNOWN, *found):
        if found.get(name) != KNOWN.get(name):
            has, wanted = (", ".join(one[name]) if name in one else "nothing" for one in (found, KNOWN))
            raise UserError(f"{page}: question {name!r}: it has {has}; simulated volunteers have {wanted}: {cure}")


def vote_fractions(chances: Chances, survey: Survey, volunteers: int, rng: np.random.Generator) -> dict[str, float]:
    """Let about `volunteers` people answer and return the fractions by answer, rounded as Kaggle rounds them.

    Each is asked only the questions that the answers given lead to.
    Some count for more than others, as Galaxy Zoo weights volunteers by their consistency.
    """
    count = max(1, round(rng.normal(volunteers, 0.12 * volunteers)))
    weights = rng.beta(6.0, 0.6, count)
    draws = dict(zip(KNOWN, rng.random((len(KNOWN), count)), strict=True))
    answers = {name: np.searchsorted(np.cumsum(p)[:-1], draws[name]) for name, p in chances.items()}
    votes: dict[str, float] = {}
    asked = _way_through(survey, answers)
    for question in survey.questions:
        who = asked(question.name)
        tally = np.bincount(answers[question.name][who], weights[who], len(question.answers))
        share = tally / tally.sum() if tally.sum() else np.eye(len(tally))[-1]
        led_there = sum(votes[key] for key in question.tops) if question.tops else 1.0
        votes |= dict(zip(question.keys, (led_there * share).tolist(), strict=True))
    return {key: round(votes[key], _DECIMALS) for key in survey.keys}


def _way_through(survey: Survey, answers: Mapping[str, np.ndarray]) -> Callable[[str], np.ndarray]:
    """Return a function that says which volunteers come to the question of a name, as an array of truths.

    `answers` are the numbers of each volunteer's answers by the question's name, also of those never asked.
    """

    @cache
    def asked(name: str) -> np.ndarray:
        if name == survey.first.name:
            return np.ones(len(answers[name]), bool)
        come = np.zeros(len(answers[name]), bool)
        for before in survey.questions:
            for number, answer in enumerate(before.answers):
                if answer.next == name:
                    come |= asked(before.name) & (answers[before.name] == number)
        return come

    return asked
