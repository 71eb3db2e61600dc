"""Stage `label`: the vote fractions become what the network is to learn, for the task and confidence of params.yaml.

data/labels/labels.csv has a row for each galaxy kept, with its split and targets; metrics/labels.json counts the
classes in each split and says what was dropped and why; plots/galaxies.png shows the clearest galaxies of each answer.
"""

from pathlib import Path

import pandas as pd

from stages.errors import UserError, run_stage
from stages.files import whole_file, write_json
from stages.galaxies.archives import IMAGES_ZIP, SOLUTIONS_ZIP, jpeg_members
from stages.galaxies.splits import SPLITS, assign_splits
from stages.galaxies.tables import GalaxyTable
from stages.galaxies.tasks import TASKS, Task, targets, winners
from stages.galaxies.votes import read_votes
from stages.params import Labels, read_params
from stages.results.contact_sheet import write_contact_sheet

RAW = Path("data/raw")


def main() -> None:
    """Label the galaxies of data/raw that crop did not reject."""
    labels = read_params().labels
    task = TASKS[labels.task]
    votes = read_votes(RAW / SOLUTIONS_ZIP, task.candidates)
    images = [galaxy for galaxy, _ in jpeg_members(RAW / IMAGES_ZIP)]
    listed = Path("data/shards/rejected.csv")
    rejected = GalaxyTable.read(listed.read_bytes(), ["GalaxyID"], str(listed), "run `dvc repro crop`").ids().to_list()
    table, counts = label(votes, images, rejected, labels, task)
    with whole_file(Path("data/labels/labels.csv")) as part:
        table.to_csv(part)
    write_json(Path("metrics/labels.json"), counts)
    write_contact_sheet(Path("plots/galaxies.png"), RAW / IMAGES_ZIP, votes.drop(index=rejected, errors="ignore"))


def label(
    votes: pd.DataFrame, images: list[int], rejected: list[int], labels: Labels, task: Task
) -> tuple[pd.DataFrame, dict]:
    """Return the labels by GalaxyID (`split` and a column a target) and the counts of what was kept and dropped.

    `votes` are fractions by GalaxyID; `images` the galaxies that have an image, of which crop `rejected` some. Each of
    the galaxies counted has votes, and was kept or dropped for one reason; `no_votes` counts the images of others.
    """
    has_image = votes.index.isin(images)
    usable = has_image & ~votes.index.isin(rejected)
    winner = winners(votes, task)
    confident = usable & (winner["fraction"] > labels.confidence)
    kept = confident & ~winner["winner"].isin(task.excluded)
    dropped = {
        "no_image": int((~has_image).sum()),
        "no_votes": len(images) - int(has_image.sum()),
        "unusable_image": int((has_image & ~usable).sum()),
        "below_confidence": int((usable & ~confident).sum()),
        **{name: int((confident & (winner["winner"] == name)).sum()) for name in task.excluded},
    }
    split = pd.Series(assign_splits(votes.index[kept], labels.split, labels.seed), votes.index[kept], name="split")
    table = targets(votes[kept], task)
    table.insert(0, "split", split)
    counts = pd.crosstab(winner["winner"][kept], split).reindex(index=task.classes, columns=SPLITS, fill_value=0)
    for name in SPLITS:
        if counts[name].sum() < 2 or (task.is_binary and 0 in counts[name].to_numpy()):
            has = f"the {name} split has {counts[name].to_dict()}"
            if labels.confidence > 0:
                label(votes, images, rejected, labels.model_copy(update={"confidence": 0}), task)  # may be too few too
                key = f"params.yaml: labels.confidence: {labels.confidence}"
                raise UserError(f"{key} leaves too few galaxies: {has}: lower it, or use more galaxies")
            raise UserError(
                f"{RAW}: too few galaxies, at any confidence: {has}; {usable.sum()} have votes and a usable image "
                f"(votes: {len(votes)}, the first {min(votes.index, default='none')}; images: {len(images)}, the first "
                f"{min(images, default='none')}; of these crop rejected {len(rejected)}): bring images and votes of "
                "the same galaxies there and run `dvc repro -f download`"
            )
    summary = {
        "galaxies": len(votes),
        "kept": int(kept.sum()),
        "dropped": dropped,
        **{name: {str(class_): int(count) for class_, count in counts[name].items()} for name in SPLITS},
    }
    return table, summary


if __name__ == "__main__":
    run_stage(main, __doc__)
