"""What the command leaves: the folder, written whole, and the lines that a person reads."""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tuning_fork.adapting.label_budget import LabelBudget
from tuning_fork.adapting.plan import SCORES, Plan
from tuning_fork.core.files import whole_file, write_json
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.evaluation.scores import scores_with_intervals
from tuning_fork.explorer.page import pictures_of
from tuning_fork.params.evaluation import Evaluation
from tuning_fork.reporting.card_scores import SCORES as SHOWN_ON_CARD
from tuning_fork.reporting.card_scores import chosen
from tuning_fork.reporting.model_card import CARD
from tuning_fork.surveys.survey import survey_page

PART = Path("data/partial/output")
"""What is written, while it is not whole."""
MOST_BEYOND = 0.1
"""The share of galaxies, not wholly seen, above which that is told. Of SDSS's, framed as Kaggle's, it is 0.004."""
SHOWN = ("accuracy", "balanced_accuracy", "f1", "log_loss")


@dataclass(frozen=True)
class Result:
    """What came of it: what was predicted of the galaxies that tested, and what more labels would bring."""

    plan: Plan
    predictions: Predictions
    budget: LabelBudget
    unusable: pd.Series
    """Why the images that were left out are unusable, by GalaxyID."""
    evaluation: Evaluation
    """How the intervals are found."""
    beyond: float
    """The share of the galaxies that do not end within their cut-outs."""

    @property
    def scored_by(self) -> str:
        """How the score was found."""
        if self.plan.is_cross_validated:
            return f"{self.plan.recipe.folds}-fold cross-validation"
        return f"test split of {len(self.predictions.ids)} galaxies"

    def scores(self) -> dict[str, float | int]:
        """Return the scores with their intervals."""
        return scores_with_intervals(self.predictions, self.evaluation.bootstrap, self.evaluation.seed)


def write_output(result: Result, scores: Mapping[str, float | int]) -> None:
    """Write model, report, scores and predictions into the folder, in place of those of an earlier call alone."""
    plan = result.plan
    part = plan.folder / PART
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(plan.folder / "data/model", part)
    for page in ("report.html", "explorer.html"):
        shutil.copy(plan.folder / "plots" / page, part)
    pictures = pictures_of(plan.folder / "plots/explorer.html")
    shutil.copytree(pictures, part / pictures.name, ignore=shutil.ignore_patterns("*.txt"))
    if plan.is_cross_validated:
        with (part / CARD).open("a", encoding="utf-8") as card:
            card.write(_cross_validated(scores, plan.recipe.folds))
    result.predictions.table().sort_values("GalaxyID").to_csv(part / "predictions.csv", index=False)
    content = {
        "labels": len(plan.given.classes),
        "classes": plan.given.counts,
        "scored_by": result.scored_by,
        **scores,
        "label_budget": result.budget.as_json(),
    }
    write_json(part / SCORES, content)
    plan.output.mkdir(parents=True, exist_ok=True)
    files = [path for path in part.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda path: (path.name == SCORES, path)):  # by that the folder is known
        with whole_file(plan.output / path.relative_to(part)) as new:
            shutil.copyfile(path, new)


def _cross_validated(scores: Mapping[str, float | int], folds: int) -> str:
    """Return the card's section on the scores, which are of more galaxies than those of the run."""
    text = (
        f"Surer than the scores above: of all {scores['test_galaxies']:,} labelled galaxies, each tested by one of "
        f"{folds} networks of the same recipe, which had not seen it."
    )
    return f"\n## Cross-validation\n\n{text}\n\n{chosen(scores, SHOWN_ON_CARD).to_markdown(disable_numparse=True)}\n"


def said_of(result: Result, scores: Mapping[str, float | int]) -> str:
    """Return the lines that sum up what came of it, and what to do next."""
    plan, given = result.plan, result.plan.given
    counts = ", ".join(f"{name} {count}" for name, count in given.counts.items())
    rows = [("labels", f"{len(given.classes):,}: {counts}")]
    if len(result.unusable) > 0:
        named = ", ".join(f"{galaxy} ({reason})" for galaxy, reason in result.unusable.head(3).items())
        more = f" and {len(result.unusable) - 3} more" if len(result.unusable) > 3 else ""
        rows.append(("unusable images", f"{len(result.unusable)}: {named}{more}"))
    if result.beyond > MOST_BEYOND:
        page = survey_page(given.survey)
        cure = f"`frame: auto` in {page}, or --frame auto and another --output, looks at more"
        rows.append(("framing", f"{result.beyond:.0%} of the galaxies reach beyond what is looked at: {cure}"))
    rows.append(("scored by", result.scored_by))
    for name in (name for name in SHOWN if name in scores):
        beside = f", always {given.classes.mode()[0]}: {scores['majority_accuracy']:.3f}" if name == "accuracy" else ""
        interval = f"({scores[f'{name}_low']:.3f} to {scores[f'{name}_high']:.3f})"
        rows.append((name.replace("_", " "), f"{scores[name]:.3f} {interval}{beside}"))
    rows += [("label budget", line) for line in result.budget.said()]
    output = _shown(plan.output)
    labelled = ["--labelled", _shown(plan.labels), "--id", given.page.id_column] if plan.labels else []
    labelled += ["--column", given.page.first.column] if plan.labels and given.page.first.column else []
    rows += [
        ("model, report", f"{output}/, {output}/report.html"),
        ("a catalogue", f"tuning-fork classify IMAGES --model {shlex.join([output, '--output', 'catalogue.csv'])}"),
        ("label next", f"tuning-fork next IMAGES --model {shlex.join([output, '--output', 'next.csv', *labelled])}"),
    ]
    wide = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{wide}}  {text}" for name, text in rows)


def _shown(path: Path) -> str:
    """Return the path from here, if it is below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
