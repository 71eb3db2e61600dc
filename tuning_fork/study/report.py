"""The study's report: each run beside the published one, which differences are real, and what becomes of its claims."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import whole_file
from tuning_fork.evaluation.comparisons import SIGNIFICANCE
from tuning_fork.figures.style import house_style
from tuning_fork.figures.svg import svg_of
from tuning_fork.galaxies.learnt_from import SIMULATED
from tuning_fork.pages.page import Section, write_markdown
from tuning_fork.params_yaml import Params
from tuning_fork.reporting.run_page.telling import source
from tuning_fork.study.figures import effects_figure
from tuning_fork.study.page.tables import Table
from tuning_fork.study.page.write import StudyPage, write_study_page
from tuning_fork.study.results import Result, read_result
from tuning_fork.study.study_yaml import Study
from tuning_fork.study.tables import (
    claims_table,
    commands_table,
    compared,
    comparisons_table,
    scores,
    scores_table,
    summary_table,
    verdicts_table,
)
from tuning_fork.study.verdicts import RESAMPLES, Comparison, compare


def write_report(
    study: Study, folder: Path, params: Params, to: Path, resamples: int = RESAMPLES
) -> list[pd.DataFrame]:
    """Write report.html, report.md and effects.svg to `to` from the results in `folder`; return what sums them up.

    That is a table of the runs, and one of the claims, if there are any. Runs that are not there are left out; without
    a pair to compare, there are no effects.
    """
    results = {name: read_result(folder, name) for name in study.runs if (folder / name / "run.json").exists()}
    if not results:
        raise UserError(f"{folder}: no run has a result: see the .log files there")
    comparisons = compare(study, results, params.evaluation.seed, resamples)
    scores_text = (
        f"{len(results)} of {len(study.runs)} runs, on {source(params.download.source)}. Scores "
        f"are of {_tested(results)} test galaxies, which no network saw in training or in the choice of its epoch, "
        f"with 95 % bootstrap intervals; {_trainings(results)}."
    )
    if params.download.source == SIMULATED:
        scores_text += " They say nothing about real galaxies."
    answered = results.get(Path(study.all_answers or "").stem)
    kinds, differences_text = by_kind(results), DIFFERENCES_TEXT.format(resamples=resamples)
    rows = scores(study, results, answered)
    rows_by_kind = {kind: {name: rows[name] for name in runs} for kind, runs in kinds.items()}
    commands_text = (
        f"Each run by itself, with download.source {params.download.source} in params.yaml; the result is the same:"
    )
    sections = [
        Section("What became of the claims", (CLAIMS_TEXT,), claims_table(study, comparisons)),
        *(Section(KINDS[kind][0], (KINDS[kind][1],), scores_table(of_kind)) for kind, of_kind in rows_by_kind.items()),
        Section("Differences", (differences_text,), comparisons_table(comparisons)),
        Section("Commands", (commands_text,), commands_table(study)),
    ]
    write_markdown(to / "report.md", study.title, f"{study.introduction} {scores_text}", sections)
    tables = [
        Table(KINDS[kind][0], KINDS[kind][1], "run", list(of_kind.items())) for kind, of_kind in rows_by_kind.items()
    ]
    if comparisons:
        tables.append(Table("Differences", differences_text, "claim", compared(comparisons)))
    titles = {kind: title for kind, (title, _) in KINDS.items()}
    page = StudyPage(study, scores_text, kinds, titles, rows, comparisons, CLAIMS_TEXT, tables, commands_text)
    write_study_page(to / "report.html", page)
    if effects := effects_of(comparisons):
        with house_style(), whole_file(to / "effects.svg") as part:
            part.write_bytes(svg_of(effects_figure(effects)))
    verdicts = [verdicts_table(study, comparisons)] if study.claims else []
    return [summary_table(results, rows), *verdicts]


CLAIMS_TEXT = (
    "A claim that one is better is supported when a difference of its pairs is real and none is real the other way; "
    "a claim that something adds nothing, or does not matter, when the intervals of all differences leave no gain, or "
    "no difference, beyond its margin. The score is ROC AUC, R² for second-level votes, or RMSE for "
    "all answers; runs of all answers are asked what the other run of the pair was."
)
BASELINE_TEXT = (
    "Baseline: gradient-boosted trees on a few numbers measured on the same cut-outs (colour, concentration, "
    "asymmetry, ellipticity, size, brightness). Majority: always the commonest class."
)
PROBABILITY_TEXT = (
    "The published AUC is so close to the accuracy that it was probably computed from 0/1 predictions, which gives the "
    "balanced accuracy; both stand beside it here. Probabilities are calibrated on the validation galaxies, which "
    f"moves some galaxies over the threshold of 0.5; the accuracy before that is the study's own. {BASELINE_TEXT}"
)
SHARES_TEXT = (
    f"Accuracy and F1 (weighted) are of the most probable class; always the mean share has an R² of 0. {BASELINE_TEXT}"
)
VOTES_TEXT = (
    "RMSE over all known answers, as Kaggle's challenge scored it; the accuracy is that of the first question. "
    "Beside them what the same answers are worth as answers to the study's questions, by task and confidence in %."
)
CLASSES_TEXT = (
    "Balanced accuracy and F1 are means over the classes. Probabilities are calibrated on the validation galaxies by a "
    f"temperature, which leaves the most probable class as it is. {BASELINE_TEXT}"
)
KINDS = {
    "probability": ("Smooth or featured", PROBABILITY_TEXT),
    "shares": ("Second-level votes", SHARES_TEXT),
    "votes": ("All answers", VOTES_TEXT),
    "classes": ("Classes", CLASSES_TEXT),
}
"""Title and text above the scores of the runs of each kind of outputs."""
DIFFERENCES_TEXT = (
    "What the first run is better by, on the same galaxies: by paired bootstrap ({resamples:,} resamples), which where "
    "both were trained with several seeds takes in the seeds' luck; that of a single seed stays unknown. Accuracy is "
    "compared by McNemar's exact test where both were trained once. Runs at another confidence have galaxies of their "
    "own and are not paired. A difference is real when its p-value, corrected by Holm for all of this table, is below "
    f"{SIGNIFICANCE}."
)


def _tested(results: Mapping[str, Result]) -> str:
    """Return how many test galaxies the runs have."""
    numbers = [int(result.scores["test_galaxies"]) for result in results.values()]
    return f"{min(numbers):,}" if min(numbers) == max(numbers) else f"{min(numbers):,} to {max(numbers):,}"


def _trainings(results: Mapping[str, Result]) -> str:
    """Return how many seeds the runs were trained with, and what that means for the intervals."""
    numbers = [len(result.all_predictions) for result in results.values()]
    if max(numbers) == 1:
        return "each run was trained once, so what another seed would give is not in them"
    if min(numbers) == 1:
        return "of runs that were trained with several seeds means, whose luck is in the intervals; others ran once"
    least = f"{min(numbers)}" if min(numbers) == max(numbers) else f"{min(numbers)} to {max(numbers)}"
    return f"each is the mean of {least} seeds, whose luck is in the intervals"


def by_kind(results: Mapping[str, Result]) -> dict[str, dict[str, Result]]:
    """Return the results of the runs of each kind of outputs, in the order of the runs."""
    groups: dict[str, dict[str, Result]] = {}
    for name, result in results.items():
        groups.setdefault(result.predictions.task.kind, {})[name] = result
    return groups


def effects_of(comparisons: list[Comparison]) -> dict[str, list[Comparison]]:
    """Return each claim's decisive differences, by claim."""
    effects: dict[str, list[Comparison]] = {}
    for one in comparisons:
        if one.is_decisive:
            effects.setdefault(one.claim.claim, []).append(one)
    return effects
