"""The page about a run, written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.pages.glossary import Glossary
from tuning_fork.pages.page import write_html
from tuning_fork.reporting.run_page import failures, making, telling
from tuning_fork.reporting.run_page.facts import RunFacts
from tuning_fork.reporting.run_page.figures import figures_of
from tuning_fork.reporting.run_page.headline import headlines
from tuning_fork.reporting.run_page.tree import Tree, tree_of
from tuning_fork.tasks.votes import study_questions

TEMPLATE = Path(__file__).with_name("run_page.html.jinja")
FIRST = 12
"""Galaxies of a group that are shown at once; the others are folded."""
ENDS = ("_low", "_high")


@dataclass(frozen=True)
class Score:
    """A score of metrics.json: its whole name there, what is left of that within its group, and what is shown."""

    name: str
    key: str
    value: str
    interval: str


def write_report(facts: RunFacts, to: Path) -> None:
    """Write the page about a run."""
    scores = headlines(facts)
    accuracy = next(one for one in scores if one.key == "accuracy")
    floor = next(mark.value for mark in accuracy.marks if mark.key == "floor")
    write_html(
        to,
        TEMPLATE,
        title="Tuning Fork: a run",
        facts=facts,
        glossary=Glossary({metric.name: metric.label for metric in metrics_of(facts.task)}),
        telling=telling,
        making=making,
        summary=telling.summary(facts, floor),
        headlines=scores,
        groups=groups_of(facts.scores, group_names(facts)),
        tree=TREES[facts.task.kind](facts),
        confusion=failures.confusion(facts),
        galaxies={name: failures.pictures(facts, name) for name in failures.GROUPS},
        first=FIRST,
        figures=figures_of(Path("plots/figures"), names(facts)),
    )


def names(facts: RunFacts) -> dict[str, str]:
    """Return the names of questions and classes by their keys, in the order of the survey."""
    questions = {question.key: question.name for question in facts.task.survey.questions}
    return questions | {key: facts.task.name_of(key) for key in facts.task.classes}


TREES: dict[str, Callable[[RunFacts], Tree | None]] = {
    "probability": lambda _: None,
    "shares": lambda _: None,
    "votes": tree_of,
    "classes": lambda _: None,
}
"""The tree of the questions, by the kind of a task's outputs."""


def group_names(facts: RunFacts) -> dict[str, str]:
    """Return what the groups of scores are called, by what the scores' names begin with."""
    survey = facts.task.survey
    study = {
        one.name: f"The study's question: {one.task.name}, where more than {100 * one.confidence:.0f} % agree"
        for one in study_questions(survey)
    }
    return study | {question.key: f"Question: {question.name}" for question in survey.questions}


def groups_of(scores: Mapping[str, float], groups: Mapping[str, str]) -> dict[str, list[Score]]:
    """Return all scores by the title of their group; those of none come first."""
    prefixes = sorted(groups, key=len, reverse=True)  # edge_on_bulge before edge_on
    found: dict[str, list[Score]] = {"": []} | {title: [] for title in groups.values()}
    for name, value in scores.items():
        if name.endswith(ENDS):
            continue
        prefix = next((one for one in prefixes if name.startswith(f"{one}_")), None)
        key = name.removeprefix(f"{prefix}_") if prefix else name
        said = f"{value:,}" if isinstance(value, int) else f"{value:.4f}"
        ends = [scores[name + end] for end in ENDS if name + end in scores]
        interval = " to ".join(f"{end:.4f}" for end in ends)
        found[groups[prefix] if prefix else ""].append(Score(name, key, said, interval))
    return {title: some for title, some in found.items() if some}
