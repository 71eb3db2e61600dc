"""The label stage: the tasks' rules at their thresholds, and every galaxy accounted for."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from stages import label as stage
from tests.data.surveys import SURVEY, TASKS
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_text
from tuning_fork.core.errors import UserError
from tuning_fork.galaxies.raw_files import SOLUTIONS_ZIP
from tuning_fork.galaxies.splits import SPLITS, assign_splits
from tuning_fork.params.labels import Labels
from tuning_fork.surveys.votes import read_votes
from tuning_fork.tasks.labelling import label

FIRST_LEVEL = ["smooth", "featured", "artifact"]
SECOND_LEVEL = ["artifact", "edge_on", "face_on", "round", "in_between", "cigar"]
CLEAR = {
    "binary": [(0.99, 0.01, 0.0), (0.01, 0.99, 0.0)],
    "regression": [(0.0, 1.0, 0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0, 0.0, 0.0)],
}
CLEAR["regression-all"] = CLEAR["regression"]
CROWD = 60
"""Clear galaxies beside those in question, so that no split is empty."""
ADJACENT = np.nextafter(0.8, 1)


def labels(task: str, confidence: float, **changes: object) -> Labels:
    return Labels(
        **{"survey": "galaxy-zoo-2", "task": task, "confidence": confidence, "split": (0.6, 0.2, 0.2), "seed": 1}
        | changes
    )


def label_rows(task: str, confidence: float, *rows: tuple[float, ...]) -> tuple[pd.DataFrame, dict]:
    """Label galaxies 1, 2, ... with the votes of `rows` among a crowd of clear ones numbered from 1001."""
    columns = FIRST_LEVEL if task == "binary" else SECOND_LEVEL
    crowd = CLEAR[task] * (CROWD // 2)
    ids = pd.Index([*range(1, len(rows) + 1), *range(1001, 1001 + CROWD)], name="GalaxyID")
    votes = pd.DataFrame([*rows, *crowd], index=ids, columns=columns)
    return label(votes, list(ids), [], labels(task, confidence), TASKS[task])


RULES = [
    # task, confidence, votes, the class that the galaxy is kept as, or why it is dropped
    ("binary", 0.8, (0.8, 0.2, 0.0), "below_confidence"),
    ("binary", 0.8, (ADJACENT, 1 - ADJACENT, 0.0), "smooth"),
    ("binary", 0.8, (0.2, 0.8, 0.0), "below_confidence"),
    ("binary", 0.8, (0.19, 0.81, 0.0), "featured"),
    ("binary", 0.8, (0.1, 0.09, 0.81), "artifact"),
    ("binary", 0.8, (0.1, 0.1, 0.8), "below_confidence"),
    ("binary", 0.5, (0.5, 0.5, 0.0), "below_confidence"),
    ("binary", 0.4, (0.5, 0.5, 0.0), "smooth"),
    ("binary", 0.0, (0.3, 0.3, 0.4), "artifact"),
    ("binary", 0.0, (0.3, 0.4, 0.3), "featured"),
    ("regression", 0.7, (0.0, 0.7, 0.3, 0.0, 0.0, 0.0), "below_confidence"),
    ("regression", 0.7, (0.0, 0.71, 0.29, 0.0, 0.0, 0.0), "edge_on"),
    ("regression", 0.7, (0.0, 0.1, 0.75, 0.05, 0.05, 0.05), "face_on"),
    ("regression", 0.7, (0.71, 0.0, 0.29, 0.0, 0.0, 0.0), "artifact"),
    ("regression", 0.7, (0.0, 0.0, 0.0, 0.1, 0.19, 0.71), "cigar"),
    ("regression", 0.7, (0.0, 0.0, 0.0, 0.1, 0.2, 0.7), "below_confidence"),
    ("regression", 0.0, (0.2, 0.1, 0.2, 0.1, 0.2, 0.2), "artifact"),
    ("regression-all", 0.7, (0.71, 0.0, 0.29, 0.0, 0.0, 0.0), "artifact"),
    ("regression-all", 0.7, (0.0, 0.0, 0.0, 0.1, 0.19, 0.71), "cigar"),
    ("regression-all", 0.7, (0.0, 0.0, 0.0, 0.1, 0.2, 0.7), "below_confidence"),
]


@pytest.mark.parametrize(("task", "confidence", "votes", "outcome"), RULES)
def test_a_galaxy_is_kept_or_dropped_by_the_tasks_rules(
    task: str, confidence: float, votes: tuple[float, ...], outcome: str
) -> None:
    table, counts = label_rows(task, confidence, votes)
    without = label_rows(task, confidence)[1]
    if outcome in TASKS[task].classes:
        split = table["split"][1]
        assert counts[split][outcome] == without[split][outcome] + 1
        assert counts["dropped"] == without["dropped"]
        assert counts["kept"] == CROWD + 1
    else:
        assert 1 not in table.index
        assert counts["dropped"] == without["dropped"] | {outcome: 1}
        assert counts["kept"] == CROWD


def test_targets_of_the_kept_galaxies_are_the_tasks(tmp_path: Path) -> None:
    table, _ = label_rows("regression", 0.3, (0.1, 0.2, 0.4, 0.1, 0.1, 0.1))
    assert table.columns.tolist() == ["split", "edge_on", "face_on", "round", "in_between"]
    assert table.loc[1, "edge_on":].tolist() == pytest.approx([0.25, 0.5, 0.125, 0.125])
    np.testing.assert_allclose(table.drop(columns="split").sum(axis=1), 1)


def test_galaxies_without_a_usable_image_are_left_out() -> None:
    ids = pd.Index(range(1, CROWD + 1), name="GalaxyID")
    votes = pd.DataFrame(CLEAR["binary"] * (CROWD // 2), index=ids, columns=FIRST_LEVEL)
    images = [*range(4, CROWD + 1), 5000]
    table, counts = label(votes, images, [7, 8], labels("binary", 0.8), TASKS["binary"])
    assert not {1, 2, 3, 7, 8, 5000} & set(table.index)
    assert counts["dropped"] == {
        "no_image": 3,
        "no_votes": 1,
        "unusable_image": 2,
        "below_confidence": 0,
        "artifact": 0,
    }
    assert counts["kept"] == len(table) == CROWD - 5
    assert counts["galaxies"] == CROWD


@pytest.mark.parametrize("task", TASKS)
def test_every_galaxy_is_kept_or_dropped_for_one_reason(kaggle_files: Path, task: str) -> None:
    votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, TASKS[task].candidates)
    images, rejected = votes.index[5:].tolist(), votes.index[10:13].tolist()
    table, counts = label(votes, images, rejected, labels(task, 0.4), TASKS[task])
    assert counts["galaxies"] == 60
    assert counts["kept"] + sum(counts["dropped"].values()) == 60
    assert counts["kept"] == sum(sum(counts[split].values()) for split in SPLITS) == len(table)
    assert table["split"].tolist() == assign_splits(table.index, (0.6, 0.2, 0.2), 1).tolist()
    assert {split: sum(counts[split].values()) for split in SPLITS} == table["split"].value_counts().to_dict()
    json.dumps(counts)


def test_a_galaxy_is_in_the_same_split_at_every_confidence_and_in_every_task(kaggle_files: Path) -> None:
    seen: dict[int, str] = {}
    for task, confidence in [("binary", 0.0), ("binary", 0.6), ("regression", 0.3), ("regression-all", 0.0)]:
        votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, TASKS[task].candidates)
        splits = label(votes, list(votes.index), [], labels(task, confidence), TASKS[task])[0]["split"]
        assert all(seen.setdefault(galaxy, split) == split for galaxy, split in splits.items())


@pytest.mark.parametrize("task", TASKS)
def test_a_confidence_that_leaves_a_split_empty_is_said(kaggle_files: Path, task: str) -> None:
    votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, TASKS[task].candidates)
    with pytest.raises(UserError, match=r"^params.yaml: labels.confidence: 0.999 leaves too few galaxies: the train"):
        label(votes, list(votes.index), [], labels(task, 0.999), TASKS[task])


@pytest.mark.parametrize("confidence", [0, 0.5])
@pytest.mark.parametrize(("first_image", "rejected", "both"), [(300, [], 0), (58, [], 3), (1, [*range(1, 59)], 2)])
def test_votes_and_images_of_too_few_common_galaxies_are_said_and_not_blamed_on_the_confidence(
    confidence: float, first_image: int, rejected: list[int], both: int
) -> None:
    ids = pd.Index(range(1, CROWD + 1), name="GalaxyID")
    votes = pd.DataFrame(CLEAR["binary"] * (CROWD // 2), index=ids, columns=FIRST_LEVEL)
    images = list(range(first_image, first_image + 60))
    with pytest.raises(UserError) as error:
        label(votes, images, rejected, labels("binary", confidence), TASKS["binary"])
    before, _, after = str(error.value).partition("; ")
    assert before.startswith("data/raw: too few galaxies, at any confidence: the train split has {'smooth': ")
    assert after == (
        f"{both} have votes and a usable image (votes: 60, the first 1; images: 60, the first {first_image}; of these "
        f"crop rejected {len(rejected)}): bring images and votes of the same galaxies there and run "
        "`dvc repro -f download`"
    )


def test_a_binary_split_needs_both_classes() -> None:
    ids = pd.Index(range(1, CROWD + 1), name="GalaxyID")
    votes = pd.DataFrame([(0.99, 0.01, 0.0)] * CROWD, index=ids, columns=FIRST_LEVEL)
    with pytest.raises(UserError, match=r"at any confidence: the train split has {'smooth': .*, 'featured': 0}; 60"):
        label(votes, list(ids), [], labels("binary", 0.8), TASKS["binary"])


def test_the_stage_writes_the_labels_the_counts_and_a_picture(
    kaggle_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/shards").mkdir(parents=True)
    Path("data/raw").symlink_to(kaggle_files)
    Path("surveys").symlink_to(ROOT / "surveys")
    votes = read_votes(kaggle_files / SOLUTIONS_ZIP, SURVEY, ())
    rejected = votes.index[3]
    Path("data/shards/rejected.csv").write_text(f"GalaxyID,reason\n{rejected},zero bytes\n")
    text = params_text()
    Path("params.yaml").write_text(text.replace("confidence: 0.8", "confidence: 0.5"), encoding="utf-8")
    stage.main()
    table = pd.read_csv("data/labels/labels.csv")
    counts = json.loads(Path("metrics/labels.json").read_text())
    assert table.columns.tolist() == ["GalaxyID", "split", "featured"]
    assert rejected not in table["GalaxyID"].to_list()
    assert counts["dropped"]["unusable_image"] == 1
    assert counts["kept"] == len(table)
    for split in SPLITS:
        featured = table["featured"][table["split"] == split]
        assert counts[split] == {"smooth": int((featured == 0).sum()), "featured": int((featured == 1).sum())}
    assert Path("plots/galaxies.png").stat().st_size > 10_000


@pytest.mark.parametrize("text", ["reason\nzero bytes\n", "GalaxyID,reason\n7,x\n7,x\n", "GalaxyID,reason\n,x\n", ""])
def test_a_damaged_list_of_rejected_images_is_one_line_with_the_cure(
    text: str, kaggle_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/shards").mkdir(parents=True)
    Path("data/raw").symlink_to(kaggle_files)
    Path("surveys").symlink_to(ROOT / "surveys")
    Path("data/shards/rejected.csv").write_text(text)
    Path("params.yaml").write_text(params_text(), encoding="utf-8")
    with pytest.raises(UserError, match=r"^data/shards/rejected.csv: [^\n]*: run `dvc repro crop`$"):
        stage.main()


REAL = ROOT.parent / "shared" / "kaggle-sample"
PUBLISHED_GALAXIES = 61_578
PUBLISHED = {
    ("binary", 0.8): (8_110, 16_135, 2),
    ("binary", 0.5): (25_860, 34_105, 44),
    ("regression-all", 0.7): (6, 2_835, 15_124, 3_269, 2_217, 52),
    ("regression-all", 0.5): (44, 5_042, 24_821, 8_434, 8_069, 578),
}


@pytest.mark.skipif(not REAL.exists(), reason=f"no real Kaggle files in {REAL}")
@pytest.mark.parametrize(("task", "confidence"), PUBLISHED)
@pytest.mark.parametrize("archive", ["training_solutions_rev1.zip", "training_solutions_37_rev1.zip"])
def test_real_galaxies_fall_into_the_classes_in_the_published_proportions(
    archive: str, task: str, confidence: float
) -> None:
    votes = read_votes(REAL / archive, SURVEY, TASKS[task].candidates)
    _, counts = label(votes, list(votes.index), [], labels(task, confidence), TASKS[task])
    for name, published in zip(TASKS[task].candidates, PUBLISHED[task, confidence], strict=True):
        found = counts["dropped"].get(name, 0) + sum(counts[split].get(name, 0) for split in SPLITS)
        chance = binomtest(found, len(votes), published / PUBLISHED_GALAXIES).pvalue
        assert chance > 1e-3, f"{name}: {found} of {len(votes)}, published {published} of {PUBLISHED_GALAXIES}"
