"""What the page says of a run in words."""

from dataclasses import replace

import numpy as np
import pytest

from tests.data.run_facts import facts_of
from tests.data.surveys import FIVE
from tuning_fork.reporting.run_page import telling
from tuning_fork.reporting.run_page.telling import agreement, believing, course, in_hundred, listed, summary
from tuning_fork.sources.sources import SOURCES


@pytest.mark.parametrize(
    ("share", "text"), [(0.916, "92 of 100"), (0.9946, "995 of 1,000"), (0.004, "4 of 1,000"), (1.0, "1,000 of 1,000")]
)
def test_a_share_is_so_many_of_a_hundred_or_near_the_ends_of_a_thousand(share: float, text: str) -> None:
    assert in_hundred(share) == text


def test_every_source_of_galaxies_has_its_words() -> None:
    assert set(telling.SOURCES) == set(SOURCES)
    assert telling.source("mine") == "galaxies from the source mine"


def test_many_names_are_cut_short() -> None:
    assert listed(["round"]) == "round"
    assert listed(["smooth", "featured"]) == "smooth or featured"
    assert listed([str(number) for number in range(10)]) == "0, 1, 2, 3, 4, 5, 6 or 3 others"


def test_the_accuracy_stands_beside_that_without_a_picture() -> None:
    facts = facts_of("binary")
    scores = {"accuracy": 0.92, "baseline_accuracy": 0.83}
    told = summary(replace(facts, scores=scores), 0.68)
    assert told.startswith("It names the class of 92 of 100 galaxies rightly; ") and "68 of 100" in told
    assert told.endswith("83 of 100.")


@pytest.mark.parametrize(("error", "verdict"), [(0.03, "show nothing wrong"), (0.06, "off by more than noise")])
def test_a_calibration_error_within_its_noise_is_no_fault(error: float, verdict: str) -> None:
    facts = facts_of("binary")
    assert verdict in believing(replace(facts, scores={"ece": error, "ece_noise": 0.04}))[0]


def test_how_much_hangs_on_the_agreement_of_volunteers_is_told() -> None:
    facts = facts_of("binary")
    fraction = np.where(facts.predictions.is_right, 0.95, 0.82)
    assert "agree most 100 %" in agreement(replace(facts, shown={"fraction": fraction}))
    assert agreement(facts_of("classes", FIVE, labels={"task": "classes", "survey": "classes"})) == ""  # no votes


@pytest.mark.parametrize(
    ("best", "augment", "says"),
    [
        (4, False, "augmentation (model.augment) or more galaxies"),
        (4, True, "by heart; more galaxies would help"),
        (25, False, "more may make it better"),
        (20, False, "whose weights were kept."),
    ],
)
def test_the_course_of_the_training_says_what_would_help(best: int, augment: bool, says: str) -> None:
    facts = facts_of("binary", model={"augment": augment})
    assert says in course(replace(facts, training={"best_epoch": best, "epochs": 25}))


def test_how_often_votes_are_within_a_large_uncertainty_is_told_by_itself() -> None:
    facts = facts_of("regression", labels={"task": "regression"})
    targets = facts.predictions.targets
    uncertainty = np.linspace(0.1, 0.2, len(targets))
    unsure = np.arange(len(targets)) >= 0.8 * (len(targets) - 1)
    shares = targets + 0.05
    shares[unsure, shares[unsure].argmax(axis=1)] += 0.5
    shown = {"shares": shares, "uncertainty": uncertainty}
    told = believing(replace(facts, shown=shown, scores={"coverage_68": 0.7, "coverage_95": 0.96}))
    assert told == [
        "70 % of the votes lie within the uncertainty stated for them (to be 68 %), 96 % within the wider one (to be "
        "95 %). Of the 20 % of the galaxies of whose class it says to be least sure, 0 % of the votes for that class "
        "lie within it."
    ]


def test_of_votes_the_questions_that_it_is_too_sure_of_are_named() -> None:
    facts = facts_of("votes", labels={"task": "votes", "confidence": 0})
    scores = {"noise_rmse": 0.04, "rmse": 0.09}
    for name, share in (("odd", 0.67), ("bar", 0.6)):
        scores |= {f"{name}_coverage_68": share, f"{name}_coverage_68_high": share + 0.03}
    scores |= {"binary_80_ece": 0.01, "binary_80_ece_noise": 0.02, "binary_50_ece": 0.05, "binary_50_ece_noise": 0.04}
    told = believing(replace(facts, scores=scores))
    assert told[0].startswith("By question, 60 to 67 % of the votes lie within")
    assert "For bar the uncertainty is too small, beyond chance." in told[0]
    off = (
        "As probabilities of smooth or featured, where 50 % agree, its answers are off by 5.0 percentage points, where "
    )
    assert told[1:-1] == [f"{off}noise alone makes it up to 4.0."]
    assert "too small" not in believing(replace(facts, scores=scores | {"bar_coverage_68_high": 0.69}))[0]
