"""Which galaxies are kept, with which targets and in which split, and an account of all others."""

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.ids import GalaxyID
from tuning_fork.galaxies.splits import SPLITS, assign_splits
from tuning_fork.params.labels import Labels
from tuning_fork.surveys.survey import survey_page
from tuning_fork.tasks.task import Task


def label(
    votes: pd.DataFrame, images: list[GalaxyID], rejected: list[GalaxyID], labels: Labels, task: Task
) -> tuple[pd.DataFrame, dict[str, int | dict[str, int]]]:
    """Return the labels by GalaxyID (`split` and a column a target) and the counts of what was kept and dropped.

    `votes` are fractions by GalaxyID; `images` the galaxies that have an image, of which crop `rejected` some: all IDs
    are numbers, or all are text. Each of the galaxies counted has votes, and was kept or dropped for one reason;
    `no_votes` counts the images of others.
    """
    has_image = votes.index.isin(images)
    usable = has_image & ~votes.index.isin(rejected)
    winner = task.winners(votes)
    confident = usable & (winner["fraction"] > labels.confidence)
    kept = usable & task.keeps(votes, labels.confidence)
    dropped = {
        "no_image": int((~has_image).sum()),
        "no_votes": len(images) - int(has_image.sum()),
        "unusable_image": int((has_image & ~usable).sum()),
        "below_confidence": int((usable & ~confident).sum()),
        **{name: int((confident & (winner["winner"] == name)).sum()) for name in task.excluded},
    }
    split = pd.Series(assign_splits(votes.index[kept], labels.split, labels.seed), votes.index[kept], name="split")
    table = task.targets_of(votes[kept])
    table.insert(0, "split", split)
    counts = pd.crosstab(winner["winner"][kept], split).reindex(index=task.classes, columns=SPLITS, fill_value=0)
    for name in SPLITS:
        if counts[name].sum() < 2 or (task.outputs.need_every_class and 0 in counts[name].to_numpy()):
            has = f"the {name} split has {counts[name].to_dict()}"
            if labels.confidence > 0:
                label(votes, images, rejected, labels.model_copy(update={"confidence": 0}), task)  # may be too few too
                key = f"params.yaml: labels.confidence: {labels.confidence}"
                raise UserError(f"{key} leaves too few galaxies: {has}: lower it, or use more galaxies")
            raise UserError(
                f"data/raw: too few galaxies, at any confidence: {has}; {usable.sum()} have votes and a usable image "
                f"(votes: {len(votes)}, the first {min(votes.index, default='none')}; images: {len(images)}, the first "
                f"{min(images, default='none')}; of these crop rejected {len(rejected)}): bring images and votes of "
                "the same galaxies there and run `dvc repro -f download`"
            )
        known = table[table["split"] == name].notna().sum()
        for target in known.index[known < 2]:
            raise UserError(
                f"data/raw: too few galaxies of which the fraction of {target!r} is known: the {name} split has "
                f"{known[target]}: bring a table with all answers, or choose another labels.task in params.yaml"
            )
    _require_enough_to_learn_from(counts, labels, task)
    summary = {
        "galaxies": len(votes),
        "kept": int(kept.sum()),
        "dropped": dropped,
        **{name: {str(class_): int(count) for class_, count in counts[name].items()} for name in SPLITS},
    }
    return table, summary


def _require_enough_to_learn_from(counts: pd.DataFrame, labels: Labels, task: Task) -> None:
    """Raise a UserError if a class has too few training galaxies among those counted, (classes, splits)."""
    least = task.outputs.fewest_to_learn_from
    for class_, number in counts["train"][counts["train"] < least].items():
        page = survey_page(labels.survey)
        more = "label more of it" if task.survey.votes == "label" else "lower labels.confidence, use more galaxies"
        raise UserError(
            f"data/raw: class {class_!r} has {number} training galaxies, of {counts.loc[[class_]].sum(axis=None)} in "
            f"all, and needs {least}: {more}, or leave it out: by left_out: true at its answer in {page}, or by "
            "emptying its labels in the table"
        )
