"""The study's report: each run beside the published one, which differences are real, and what becomes of its claims."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.evaluation.comparisons import Difference, differences, holm
from tuning_fork.evaluation.scores import binary_scores, regression_scores
from tuning_fork.params.params_yaml import Params
from tuning_fork.reporting.page import Section, embedded, write_markdown, write_page
from tuning_fork.study.figures import confusion_figure, curves_figure, effects_figure, roc_figure
from tuning_fork.study.published import Claim, Study
from tuning_fork.study.results import Result, read_result

TITLE = "The published study, repeated"
DECISIVE = {True: "roc_auc", False: "r2"}
"""The score by which a claim is judged: of binary runs or not."""
RESAMPLES = 10_000
GLUE = "\u00a0"
"""A space at which no line is broken."""
SIGNIFICANCE = 0.05
NAMES = {"accuracy": "accuracy", "f1": "F1", "roc_auc": "ROC AUC", "balanced_accuracy": "balanced acc.", "mse": "MSE"}
NAMES |= {"r2": "R²"}


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
        """Whether the difference is more than noise."""
        return self.corrected_p < SIGNIFICANCE


def write_report(study: Study, folder: Path, params: Params, to: Path) -> None:
    """Write report.html and report.md to `to` from the results in `folder`; runs that are not there are left out."""
    results = {name: read_result(folder, name) for name in study.runs if (folder / name / "run.json").exists()}
    if not results:
        raise UserError(f"{folder}: no run has a result: see the .log files there")
    comparisons = compare(study, results, params.evaluation.seed)
    introduction = (
        f"{len(results)} of {len(study.runs)} runs, trained for {params.training.epochs} epochs on "
        f"{SOURCES[params.download.source]}. Scores are of the test galaxies, which no network saw in training or in "
        "the choice of its epoch, with 95 % bootstrap intervals; the published ones rest on all 61,578 galaxies."
    )
    tables = [
        Section("What became of the study's claims", CLAIMS_TEXT, claims_table(study, comparisons)),
        Section("Smooth or featured", BINARY_TEXT, scores_table(study, results, binary=True)),
        Section("Second-level votes", REGRESSION_TEXT, scores_table(study, results, binary=False)),
        Section("Differences", DIFFERENCES_TEXT, comparisons_table(comparisons)),
    ]
    figures = [section for section in figure_sections(results, comparisons) if section is not None]
    commands = Section(
        "Commands",
        (f"Each run by itself, with download.source {params.download.source} in params.yaml; the result is the same:",),
        commands_table(study),
    )
    write_page(to / "report.html", TITLE, introduction, [*tables, *figures, commands])
    write_markdown(to / "report.md", TITLE, introduction, [*tables, commands])


SOURCES = {
    "simulated": "simulated galaxies, whose scores say nothing about real ones",
    "archive": "real galaxies of Kaggle's",
    "kaggle": "real galaxies of Kaggle's",
}
CLAIMS_TEXT = (
    "A claim that one is better is supported when a difference of its pairs is real and none is real the other way; "
    "a claim that something adds nothing, or does not matter, when the intervals of all differences leave no gain, or "
    "no difference, beyond its margin. The score is ROC AUC, or R² for second-level votes.",
)
BINARY_TEXT = (
    "The published AUC is so close to the accuracy that it was probably computed from 0/1 predictions, which gives the "
    "balanced accuracy; both stand beside it here. Probabilities are calibrated on the validation galaxies, which "
    "moves some galaxies over the threshold of 0.5; the accuracy before that is the study's own. Baseline: "
    "gradient-boosted trees on a few numbers measured on the same cut-outs (colour, concentration, asymmetry, "
    "ellipticity, size, brightness). Majority: always the commonest class.",
)
REGRESSION_TEXT = (
    "Accuracy and F1 (weighted) are of the most probable class. Baseline and majority as above; always the mean share "
    "has an R² of 0.",
)
DIFFERENCES_TEXT = (
    "Of the two runs' scores on the same galaxies: accuracy by McNemar's exact test, other scores by paired bootstrap, "
    "which where both were trained with several seeds takes in the seeds' luck; that of a single seed stays unknown "
    f"({RESAMPLES:,} resamples); runs at another confidence have galaxies of their own and are not paired. A "
    f"difference is real when its p-value, corrected by Holm for all of this table, is below {SIGNIFICANCE}.",
)


def compare(study: Study, results: Mapping[str, Result], seed: int) -> list[Comparison]:
    """Compare the pairs of all claims whose runs are there, and correct the p-values for their number."""
    found = [
        (claim, first, second, difference)
        for claim in study.claims
        for first, second in claim.pairs
        if first in results and second in results
        for difference in differences(
            results[first].all_predictions, results[second].all_predictions, not claim.other_galaxies, RESAMPLES, seed
        )
    ]
    corrected = holm([difference.p for *_, difference in found])
    return [Comparison(*one, p) for one, p in zip(found, corrected, strict=True)]


def verdict(claim: Claim, comparisons: list[Comparison]) -> str:
    """Return what the decisive differences, of scores that are better when higher, say of a claim."""
    if not comparisons:
        return "open: not run"
    gains = sum(one.is_real and one.difference.is_better for one in comparisons)
    losses = sum(one.is_real and not one.difference.is_better for one in comparisons)
    if claim.expected == "better":
        shown = {(True, False): f"supported: {gains} of {len(comparisons)} differences are real"}
        shown |= {(False, True): "contradicted: the difference is the other way"}
        shown |= {(True, True): "open: real differences both ways", (False, False): "open: within noise"}
        return shown[gains > 0, losses > 0]
    highest = max(one.difference.high for one in comparisons)
    lowest = min(one.difference.low for one in comparisons) if claim.expected == "same" else 0
    if highest <= claim.margin and lowest >= -claim.margin:
        return f"supported: no more than {claim.margin}"
    if gains or (losses and claim.expected == "same"):
        return "contradicted: a difference is real"
    return f"open: none shown, but more than {claim.margin} not excluded"


def decisive(comparisons: list[Comparison], claim: Claim) -> list[Comparison]:
    """Return the comparisons by which a claim is judged."""
    return [one for one in comparisons if one.claim == claim and one.difference.score in DECISIVE.values()]


def claims_table(study: Study, comparisons: list[Comparison]) -> pd.DataFrame:
    """Return a row a claim: its differences and the verdict."""
    rows = {}
    for claim in study.claims:
        judged = decisive(comparisons, claim)
        shown = "; ".join(f"{one.first} {_interval(one.difference)}" for one in judged)
        rows[claim.claim] = {"verdict": verdict(claim, judged), "differences": shown}
    return pd.DataFrame(rows).T


def scores_table(study: Study, results: Mapping[str, Result], binary: bool) -> pd.DataFrame:
    """Return a row a run: each score here and published, the floor and the baseline."""
    shown = ("accuracy", "f1", "roc_auc", "balanced_accuracy") if binary else ("mse", "r2", "accuracy", "f1")
    rows = {}
    for name, result in results.items():
        if result.predictions.task.is_binary != binary:
            continue
        published = study.runs[name].published
        baseline = (binary_scores if binary else regression_scores)(result.baseline.targets, result.baseline.outputs)
        row = {}
        for score in shown:
            low, high = result.scores[f"{score}_low"], result.scores[f"{score}_high"]
            row[NAMES[score]] = f"{result.scores[score]:.4f} ({low:.4f}{GLUE}to{GLUE}{high:.4f}){spread(result, score)}"
            if score in published:
                row[f"published {NAMES[score]}"] = f"{published[score]:.4f}"
        if binary:
            row["accuracy before calibration"] = f"{result.scores['accuracy_uncalibrated']:.4f}"
            row["published AUC"] = f"{published['auc']:.4f}" if "auc" in published else ""
        row["majority"] = f"{result.scores['majority_accuracy']:.4f}"
        decisive_score = DECISIVE[binary]
        row["baseline"] = f"accuracy {baseline['accuracy']:.4f}, {NAMES[decisive_score]} {baseline[decisive_score]:.4f}"
        row["test galaxies"] = str(result.scores["test_galaxies"])
        rows[name] = row
    return pd.DataFrame(rows).T


def spread(result: Result, score: str) -> str:
    """Return the mean and standard deviation of a score over the seeds that were run, if there are several."""
    values = [scores[score] for scores in result.all_scores]
    return f"; {len(values)} seeds {mean(values):.4f} ± {stdev(values):.4f}" if len(values) > 1 else ""


def comparisons_table(comparisons: list[Comparison]) -> pd.DataFrame:
    """Return a row a difference, by claim."""
    rows = [
        {
            "first": one.first,
            "second": one.second,
            "score": NAMES[one.difference.score],
            "difference": _interval(one.difference),
            "p": f"{one.difference.p:.4f}",
            "p, corrected": f"{one.corrected_p:.4f}",
            "": "real" if one.is_real else "within noise",
        }
        for one in comparisons
    ]
    return pd.DataFrame(rows, index=pd.Index([one.claim.claim for one in comparisons]))


def figure_sections(results: Mapping[str, Result], comparisons: list[Comparison]) -> list[Section | None]:
    """Return the figures that there is something to show in."""
    predictions = {name: result.predictions for name, result in results.items()}
    binary = {name: run for name, run in predictions.items() if run.task.is_binary}
    effects: dict[str, list[tuple[str, Difference, bool]]] = {}
    for one in comparisons:
        if one.difference.score in DECISIVE.values():
            pair = f"{one.first} - {one.second}"
            effects.setdefault(one.claim.claim, []).append((pair, one.difference, one.is_real))
    curves = {name: result.curves for name, result in results.items()}
    return [
        Section("Effects", figure=embedded(effects_figure(effects)), caption="Differences with their 95 % intervals.")
        if effects
        else None,
        Section(
            "Learning curves",
            figure=embedded(curves_figure(curves)),
            caption="Where validation rises while training falls, the network learns its galaxies by heart.",
        ),
        Section("ROC curves", figure=embedded(roc_figure(binary)), caption="The corner that matters.")
        if binary
        else None,
        Section(
            "Confusion matrices",
            figure=embedded(confusion_figure(predictions)),
            caption="Rows: the volunteers' class; columns: the network's; in per cent of the row.",
        ),
    ]


def commands_table(study: Study) -> pd.DataFrame:
    """Return the command of each run."""
    commands = {
        name: "dvc exp run "
        + " ".join([f"--name {name}", *(f"-S '{key}={json.dumps(value)}'" for key, value in one.params.items())])
        for name, one in study.runs.items()
    }
    return pd.DataFrame({"command": commands})


def _interval(difference: Difference) -> str:
    """Return a difference with its interval."""
    return f"{difference.value:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"
