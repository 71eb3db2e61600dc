"""Volunteers who look at a galaxy and answer Galaxy Zoo 2's decision tree, in its order, and err where it is hard.

A volunteer's answer is drawn from probabilities that start from the galaxy's true morphology and blur with its
observability. The vote fractions are then made as in Kaggle's file: an answer's share among those asked, times the
column that leads to the question. The constants were fitted to the published shares of answers.
"""

from collections.abc import Mapping

import numpy as np

from tuning_fork.galaxies.decision_tree import COLUMNS, QUESTIONS
from tuning_fork.sources.simulated.population import Truth

Chances = Mapping[int, np.ndarray]
"""The probability of each answer, by question."""

ODDITIES = ("ring", "lens", "disturbed", "irregular", "other", "merger", "dust lane")
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
        1: np.array([smooth, 1 - artifact - smooth, artifact]),
        2: np.array([edge_on, 1 - edge_on]),
        3: _yes(float(_logistic(-2.1 + 24 * seen * truth.bar + rng.normal(0, 0.6)))),
        4: _yes(spiral),
        5: _graded(min(truth.bulge_fraction, 0.33) + rng.normal(0, 0.05), (-0.01, 0.235, 0.46), 0.035 + 0.05 * blur),
        6: _yes(_odd(truth, seen, rng)),
        7: _roundness(truth, blur, rng),
        8: _oddities(truth, seen),
        9: _edge_on_bulge(truth, blur),
        10: winding if truth.arms else _TYPICAL_WINDING,
        11: _arm_count(truth, seen),
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
    return (1 - right) * _ODD_GUESSES + right * (np.array(ODDITIES) == truth.oddity)


def _edge_on_bulge(truth: Truth, blur: float) -> np.ndarray:
    none, bulge = _graded(truth.bulge_fraction, (0.10,), 0.03 + 0.05 * blur)
    return np.array([0.86 * bulge, 0.14 * bulge, none])


def _arm_count(truth: Truth, seen: float) -> np.ndarray:
    if not truth.arms:
        return np.array([0.08, 0.36, 0.06, 0.02, 0.02, 0.46])
    sure = 0.15 + 0.65 * seen * np.sqrt(truth.arm_contrast)
    guesses = np.array([0.09, 0.33, 0.06, 0.02, 0.02, 0.48])
    return (1 - sure) * guesses + sure * (np.arange(1, 7) == truth.arms)


def vote_fractions(chances: Chances, volunteers: int, rng: np.random.Generator) -> dict[str, float]:
    """Let about `volunteers` people answer and return the 37 columns, rounded as Kaggle rounds them.

    Each is asked only the questions that the answers given lead to; everybody who saw a galaxy is asked question 6.
    Some count for more than others, as Galaxy Zoo weights volunteers by their consistency.
    """
    count = max(1, round(rng.normal(volunteers, 0.12 * volunteers)))
    weights = rng.beta(6.0, 0.6, count)
    draws = rng.random((len(QUESTIONS), count))
    answers = {number: np.searchsorted(np.cumsum(p)[:-1], draws[number - 1]) for number, p in chances.items()}
    featured, face_on = answers[1] == 1, answers[2] == 1
    asked = {
        1: np.ones(count, bool),
        2: featured,
        3: featured & face_on,
        4: featured & face_on,
        5: featured & face_on,
        6: answers[1] != 2,
        7: answers[1] == 0,
        8: (answers[1] != 2) & (answers[6] == 0),
        9: featured & ~face_on,
        10: featured & face_on & (answers[4] == 0),
        11: featured & face_on & (answers[4] == 0),
    }
    votes: dict[str, float] = {}
    for question in QUESTIONS:
        who = asked[question.number]
        tally = np.bincount(answers[question.number][who], weights[who], len(question.columns))
        share = tally / tally.sum() if tally.sum() else np.eye(len(tally))[-1]
        parent = sum(votes[column] for column in question.parents) if question.parents else 1.0
        votes |= dict(zip(question.columns, (parent * share).tolist(), strict=True))
    return {column: round(votes[column], _DECIMALS) for column in COLUMNS}
