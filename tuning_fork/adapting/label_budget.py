"""What more labels would bring: the score by the number of labels, and the law that goes on from there."""

from collections.abc import Mapping
from dataclasses import dataclass

from tuning_fork.budget.learning_curve import Estimate, learning_curve
from tuning_fork.evaluation.comparisons import differences
from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.evaluation.predictions import Predictions

SCORE = "accuracy"
PARTS = (0.25, 0.5)
"""Shares of the labels on which networks are trained to be compared with that of all."""
MORE = (5 / 3, 2, 4)
"""Multiples of the labels that are told of."""
INTERVALS = "these intervals are of the test galaxies' chance alone: not of the seeds', nor of the choice of labels"
"""What the budget's intervals leave out."""


@dataclass(frozen=True)
class LabelBudget:
    """The accuracy by the number of labels: of what was trained, and of more by the law that fits these."""

    scores: Mapping[int, Estimate]
    more: Mapping[int, Estimate]
    gain: tuple[float, float]
    """What the interval of the gain of all over the fewest labels is."""

    @property
    def is_visible(self) -> bool:
        """Whether more labels have been better beyond doubt, so that it can be told what still more would bring."""
        return self.gain[0] > 0

    def said(self) -> list[str]:
        """Return it in words, a line each."""
        *_, (labels, now) = self.scores.items()
        fewest, before = next(iter(self.scores.items()))
        if not self.is_visible:
            return [
                f"what more labels would bring cannot be told: {SCORE} {before.value:.3f} with {fewest} labels, "
                f"{now.value:.3f} with {labels}, a gain between {self.gain[0]:.3f} and {self.gain[1]:.3f}",
                INTERVALS,
            ]
        return [
            *(
                f"{number - labels:,} more labels: {SCORE} {now.value:.3f} to {one.value:.3f}, likely "
                f"({one.low:.3f} to {one.high:.3f})"
                for number, one in self.more.items()
            ),
            INTERVALS,
        ]

    def as_json(self) -> dict[str, object]:
        """Return it as scores.json has it."""
        found = {
            name: {str(number): vars(one) for number, one in getattr(self, name).items()} for name in ("scores", "more")
        }
        return {"score": SCORE, "gain_low": self.gain[0], "gain_high": self.gain[1], "intervals": INTERVALS, **found}


def label_budget(runs: Mapping[int, Predictions], whole: Predictions, resamples: int, seed: int) -> LabelBudget:
    """Return what follows from predictions about the same galaxies by networks of more and more labels.

    They may be some of the galaxies about which the `whole` predictions are, by those of all labels: the curve then
    goes through the score of all of them.
    """
    recipes = {number: [one] for number, one in runs.items()}
    metric = next(one for one in metrics_of(next(iter(runs.values())).task) if one.name == SCORE)
    most = max(runs)
    more = [most + _round(most * (times - 1)) for times in MORE]
    curve = learning_curve(recipes, metric, more, resamples, seed)
    both = recipes[most], recipes[min(runs)]
    (gain,) = (one for one in differences(*both, True, resamples, seed) if one.score == SCORE)
    offset = metric.score(whole.targets, whole.outputs) - curve.scores[most].value
    scores, beyond = (
        {number: _moved(one, offset) for number, one in estimates.items()} for estimates in (curve.scores, curve.more)
    )
    return LabelBudget(scores, beyond, (gain.low, gain.high))


def _moved(one: Estimate, offset: float) -> Estimate:
    """Return the estimate, higher by the offset, as far as that is a share."""
    return Estimate(*(min(max(value + offset, 0.0), 1.0) for value in (one.value, one.low, one.high)))


def _round(number: float) -> int:
    """Return the number to one digit that counts."""
    return int(float(f"{number:.0e}"))
