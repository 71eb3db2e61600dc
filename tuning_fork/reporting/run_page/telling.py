"""What the page says in words of a run: which question, which galaxies, how good, and whether to believe it."""

from collections.abc import Callable

import numpy as np

from tuning_fork.reporting.run_page.facts import RunFacts
from tuning_fork.tasks.votes import study_questions

SOURCES = {
    "simulated": "simulated galaxies, drawn by this project",
    "archive": "galaxies of Kaggle's Galaxy Challenge",
    "kaggle": "galaxies of Kaggle's Galaxy Challenge",
    "folder": "galaxies from a folder of images",
}
"""Where galaxies are from, by `download.source`."""
LONGEST = 8
"""Classes that a sentence names, at most."""
STATED = 0.68
"""Share of the votes that are to lie within the uncertainty stated for them."""
LEAST_SURE = 0.2
"""Share of the galaxies whose uncertainty is looked at by itself: where it is large it may be too small."""


def question(facts: RunFacts) -> str:
    """Return what was asked of each galaxy, to follow `A network was asked`."""
    return KINDS[facts.task.kind][0](facts)


def believing(facts: RunFacts) -> list[str]:
    """Return how far what the network says can be believed, a sentence or two each."""
    return KINDS[facts.task.kind][1](facts)


def source(name: str) -> str:
    """Return where the galaxies of that `download.source` are from."""
    return SOURCES.get(name, f"galaxies from the source {name}")


def listed(names: list[str], last: str = "or") -> str:
    """Return names as a sentence has them; of many the first."""
    if len(names) > LONGEST:
        return f"{', '.join(names[: LONGEST - 1])} {last} {len(names) - LONGEST + 1} others"
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def in_hundred(share: float) -> str:
    """Return a share as so many of 100; near none and near all of 1,000."""
    if 0.02 < share < 0.98:
        return f"{round(100 * share)} of 100"
    return f"{round(1000 * share):,} of 1,000"


def summary(facts: RunFacts, floor: float) -> str:
    """Return how good it is in a sentence, given the accuracy of always naming the commonest class."""
    told = f"It names the class of {in_hundred(facts.scores['accuracy'])} galaxies rightly"
    beside = [f"always naming the commonest class does so for {in_hundred(floor)}"]
    if (trees := facts.scores.get("baseline_accuracy")) is not None:
        beside.append(f"boosted trees that see a few measured numbers in place of the picture for {in_hundred(trees)}")
    return f"{told}; {', '.join(beside)}."


def agreement(facts: RunFacts) -> str:
    """Return how much depends on the volunteers' agreement, in a sentence; nothing where there are no votes."""
    if not facts.has_votes:
        return ""
    least, most = np.quantile(facts.shown["fraction"], [1 / 3, 2 / 3])
    is_right = facts.predictions.is_right
    shares = is_right[facts.shown["fraction"] <= least].mean(), is_right[facts.shown["fraction"] >= most].mean()
    return (
        f"Of the third of the galaxies about which volunteers agree least {100 * shares[0]:.0f} % are right, of the "
        f"third about which they agree most {100 * shares[1]:.0f} %."
    )


def course(facts: RunFacts) -> str:
    """Return what the course of the training says, in a sentence or two."""
    best, epochs = facts.training["best_epoch"], facts.training["epochs"]
    if best == epochs:
        told = f"It was best in the last of its {epochs} epochs"
        return f"{told}: more may make it better." if facts.params.training.schedule == "constant" else f"{told}."
    told = f"It was best in epoch {best} of {epochs}, whose weights were kept."
    if best > epochs / 2:
        return told
    cure = "more galaxies" if facts.params.model.augment else "augmentation (model.augment) or more galaxies"
    return f"{told} From then on it learnt its training galaxies by heart; {cure} would help."


def _names(facts: RunFacts) -> str:
    return listed([facts.task.name_of(key) for key in facts.task.classes])


def _calibration(facts: RunFacts) -> list[str]:
    scores = facts.scores
    error, noise = (f"{100 * scores[name]:.1f}" for name in ("ece", "ece_noise"))
    sound = scores["ece"] <= scores["ece_noise"]
    verdict = (
        "So these galaxies show nothing wrong with its probabilities: of many said to be of a class with 80 %, about "
        "80 in 100 should be"
        if sound
        else "So its probabilities are off by more than noise explains"
    )
    before = f" (before calibration {100 * scores['ece_uncalibrated']:.1f})" if "ece_uncalibrated" in scores else ""
    return [
        f"On average a probability misses what comes true by {error} percentage points{before}; the noise of so few "
        f"galaxies alone would make it up to {noise}. {verdict}."
    ]


def _coverage(facts: RunFacts) -> list[str]:
    scores = facts.scores
    told = (
        f"{100 * scores['coverage_68']:.0f} % of the votes lie within the uncertainty stated for them (to be 68 %), "
        f"{100 * scores['coverage_95']:.0f} % within the wider one (to be 95 %). "
        f"{_where_least_sure(facts, facts.predictions.targets)}"
    )
    ratio = scores.get("mse_over_noise")
    noise = (
        f"Its squared error is {ratio:.1f} times that of the votes' own noise, which nobody can predict."
        if ratio
        else ""
    )
    return [told, *([noise] if noise else [])]


def _of_votes(facts: RunFacts) -> list[str]:
    scores = facts.scores
    questions = [one for one in facts.task.survey.questions if f"{one.key}_coverage_68" in scores]
    covered = [scores[f"{one.key}_coverage_68"] for one in questions]
    inside = f"{100 * min(covered):.0f} to {100 * max(covered):.0f} % of the votes" if covered else "The votes"
    missed = [one.name for one in questions if scores[f"{one.key}_coverage_68_high"] < STATED]
    too_small = f" For {listed(missed, 'and')} the uncertainty is too small, beyond chance." if missed else ""
    return [
        f"By question, {inside} lie within the uncertainty that is stated for them (to be 68 %).{too_small} "
        f"{_where_least_sure(facts, facts.shown['votes'])}",
        *_off_as_probabilities(facts),
        f"The votes' own noise, which nobody can predict, is an RMSE of {scores['noise_rmse']:.4f}; the network's is "
        f"{scores['rmse']:.4f}.",
    ]


def _off_as_probabilities(facts: RunFacts) -> list[str]:
    """Return of which of the study's questions the probabilities are off by more than noise, in a sentence each."""
    found = []
    for question in study_questions(facts.task.survey):
        error, noise = (facts.scores.get(f"{question.name}_{name}") for name in ("ece", "ece_noise"))
        if error is not None and noise is not None and error > noise:
            names = listed([facts.task.name_of(key) for key in question.task.classes])
            found.append(
                f"As probabilities of {names}, where {100 * question.confidence:.0f} % agree, its answers are off by "
                f"{100 * error:.1f} percentage points, where noise alone makes it up to {100 * noise:.1f}."
            )
    return found


def _where_least_sure(facts: RunFacts, votes: np.ndarray) -> str:
    """Return how often the votes for the predicted class, of (n, classes), are where it says that it is least sure."""
    shares, uncertainty = facts.shown["shares"], facts.shown["uncertainty"]
    rows, winners = np.arange(len(shares)), shares.argmax(axis=1)
    inside = np.abs(votes[rows, winners] - shares[rows, winners]) <= uncertainty
    covered = inside[uncertainty >= np.quantile(uncertainty, 1 - LEAST_SURE)].mean()
    least = f"Of the {100 * LEAST_SURE:.0f} % of the galaxies of whose class it says to be least sure"
    return f"{least}, {100 * covered:.0f} % of the votes for that class lie within it."


KINDS: dict[str, tuple[Callable[[RunFacts], str], Callable[[RunFacts], list[str]]]] = {
    "probability": (lambda facts: f"whether a galaxy is {_names(facts)}", _calibration),
    "shares": (lambda facts: f"which share of the votes a galaxy gets for each of {_names(facts)}", _coverage),
    "votes": (
        lambda facts: (
            f"how volunteers answer {len(facts.task.survey.questions)} questions about a galaxy, with "
            f"{len(facts.task.targets)} answers in all"
        ),
        _of_votes,
    ),
    "classes": (
        lambda facts: f"which of {len(facts.task.classes)} classes a galaxy is of: {_names(facts)}",
        _calibration,
    ),
}
"""What is asked, and what is said of how far to believe it, by the kind of a task's outputs."""
