"""The study's page is put together and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuning_fork.evaluation.metrics import metrics_of
from tuning_fork.pages.page import write_html
from tuning_fork.study.cells import Rows
from tuning_fork.study.page.beside_published import groups
from tuning_fork.study.page.claims import counted, shown_claims
from tuning_fork.study.page.names import Names
from tuning_fork.study.page.panels import CORNER, HEIGHT, WIDTH, confusions, curves, roc_curves
from tuning_fork.study.page.tables import Table
from tuning_fork.study.results import Result
from tuning_fork.study.study_yaml import Study
from tuning_fork.study.tables import commands
from tuning_fork.study.verdicts import Comparison

HERE = Path(__file__).parent


@dataclass(frozen=True)
class StudyPage:
    """What the page is made of: `kinds` has the results by the kind of outputs, `titles` what those are called.

    `rows` has the scores of each run.
    """

    study: Study
    scores_text: str
    kinds: Mapping[str, Mapping[str, Result]]
    titles: Mapping[str, str]
    rows: Rows
    comparisons: Sequence[Comparison]
    claims_text: str
    tables: Sequence[Table]
    commands_text: str


def write_study_page(path: Path, page: StudyPage) -> None:
    """Write the page, with the script that sorts its tables."""
    results = {name: result for runs in page.kinds.values() for name, result in runs.items()}
    labels = {one.label: one.name for run in results.values() for one in metrics_of(run.predictions.task)}
    claims = shown_claims(page.study, page.comparisons)
    write_html(
        path,
        HERE / "study.html.jinja",
        (HERE / "sorting.js").read_text(encoding="utf-8"),
        page=page,
        title=page.study.title,
        groups=groups(page.study, page.kinds, page.rows, page.titles),
        claims=claims,
        counted=counted(claims),
        curves=curves(results),
        rocs=roc_curves(results),
        confusions=confusions(results),
        commands=commands(page.study),
        names=Names(labels),
        size=(WIDTH, HEIGHT),
        corner=CORNER,
    )
