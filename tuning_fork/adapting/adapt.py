"""The run: the pipeline in a working copy, the trainings that score it, and what is left of it."""

import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from tuning_fork.adapting.cross_validation import Fold, Trainings, folds_of, pooled, split_of
from tuning_fork.adapting.given import FEWEST
from tuning_fork.adapting.label_budget import PARTS, label_budget
from tuning_fork.adapting.output import Result, said_of, write_output
from tuning_fork.adapting.plan import Plan
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import held
from tuning_fork.core.model_files import MODEL_FILES
from tuning_fork.evaluation.galaxy_measurements import MEASURED_TOGETHER
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.images.photometry import Light
from tuning_fork.params.training import MODELS
from tuning_fork.params_yaml import read_params
from tuning_fork.sources.folder import images_by_id
from tuning_fork.study.command import progress
from tuning_fork.study.working_copy import StageFailedError, WorkingCopy
from tuning_fork.surveys.survey import survey_page
from tuning_fork.tasks.tasks import labelled_task

STAGES = 7
FOLDS_OF_FEWER = 2
"""Folds of a cross-validation on which networks of fewer labels are trained too."""
EDGE = 0.99
"""Petrosian radius, as a share of half the cut-out's side, from which a galaxy does not end within it."""
REJECTED = Path("data/shards/rejected.csv")
TRAININGS = Path("data/partial/trainings")
LOG = Path("data/partial/pipeline.log")
SEED = 1
"""Of the folds, and of which labels are among fewer."""


def adapt(plan: Plan) -> str:
    """Do what is planned, write the output and return the lines that sum it up; what was done is not repeated."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    copy = WorkingCopy(plan.folder, plan.project)
    with held(plan.folder), tqdm(total=STAGES, unit="step", disable=None, leave=False) as bar:
        plan.output_note.write_text(str(plan.output), encoding="utf-8")
        _run_pipeline(copy, plan, bar)
        with chdir(plan.folder):
            result = _scored(plan, bar)
        scores = result.scores()
        write_output(result, scores)
    return said_of(result, scores)


def _run_pipeline(copy: WorkingCopy, plan: Plan, bar: tqdm) -> None:
    """Reproduce the pipeline in the working copy, and keep it as an experiment."""
    bar.set_description("copying the project")
    copy.update()
    _bring_start(plan)
    copy.set_params(plan.changes())
    running = ""
    try:
        for line in copy.reproduce(
            copy.folder / LOG, "--force", "--single-item", "download"
        ):  # DVC does not watch them
            bar.set_description(line[:60])
        for stage, epoch in progress(copy, plan.changes(), copy.folder / LOG):
            bar.set_description(f"{stage}, epoch {epoch + 1}" if stage == "train" else stage)
            bar.update(stage not in {running, "waiting"})
            running = stage
    except StageFailedError as error:
        raise UserError(_unusable(plan, running) or str(error)) from None
    copy.save_experiment(plan.name, survey_page(plan.given.survey), MODELS / plan.start_name)


def _unusable(plan: Plan, stage: str) -> str | None:
    """Say of which class, or else in all, too few images can be used; None if a stage failed for another reason."""
    if stage not in {"crop", "label"} or not (plan.folder / REJECTED).exists():
        return None
    table = pd.read_csv(plan.folder / REJECTED, dtype=str, keep_default_na=False)
    reasons = dict(zip(table["GalaxyID"], table["reason"], strict=True))
    files = {str(galaxy): image.file for galaxy, image in images_by_id(plan.images).items()}
    class_of = {str(galaxy): name for galaxy, name in plan.given.classes.items()}
    counts = plan.given.counts
    usable = Counter(name for galaxy, name in class_of.items() if galaxy not in reasons)
    name = min(counts, key=lambda name: usable[name])
    if usable[name] < FEWEST:
        first = next(galaxy for galaxy in reasons if class_of.get(galaxy) == name)
        has = f"{usable[name] or 'none'} of its {counts[name]} images can be used ({files[first]}: {reasons[first]})"
        return f"class {name}: {has}, at least {FEWEST} are needed: mend them, or label more of it"
    if stage == "crop" and reasons:
        first = next(iter(reasons))
        has = f"{len(reasons)} of {len(files)} images cannot be used"
        return f"{plan.images}: {has} ({files[first]}: {reasons[first]}): mend or remove them"
    return None


def _bring_start(plan: Plan) -> None:
    """Copy the model folder to start from into the working copy, where it is not there."""
    folder = plan.folder / MODELS / plan.start_name
    folder.mkdir(parents=True, exist_ok=True)
    for name in MODEL_FILES:
        shutil.copy2(plan.start / name, folder / name)


def _scored(plan: Plan, bar: tqdm) -> Result:
    """Return the result of the pipeline in the folder where we are, with the trainings that it takes to score it."""
    params = read_params()
    task = labelled_task(params.labels.task)
    split = split_of(task, params, Path())
    labels = sum(map(len, split))
    trainings = Trainings(task, params, plan.recipe, labels, TRAININGS)
    folds = folds_of(split, task, plan.recipe.folds, SEED) if plan.is_cross_validated else [split]
    some = folds[:FOLDS_OF_FEWER]
    bar.total = STAGES + plan.is_cross_validated * len(folds) + len(PARTS) * len(some)

    def of(part: float, folds: Sequence[Fold]) -> list[Predictions]:
        done = []
        for number, fold in enumerate(folds, start=1):
            bar.set_description(f"{round(part * labels)} labels: training {number} of {len(folds)}")
            done.append(trainings.predictions(fold if part == 1 else fold.part(part, SEED)))
            bar.update()
        return done

    if plan.is_cross_validated:
        whole = of(1, folds)
    else:
        whole = [replace(Predictions.from_table(pd.read_csv("data/predictions.csv"), task), ids=split.test.ids)]
    runs = {round(part * labels): pooled(of(part, some)) for part in PARTS} | {labels: pooled(whole[: len(some)])}
    rejected = pd.read_csv(REJECTED, index_col=0).iloc[:, 0]
    budget = label_budget(runs, pooled(whole), params.evaluation.bootstrap, params.evaluation.seed)
    return Result(plan, pooled(whole), budget, rejected, params.evaluation, beyond(split))


def beyond(galaxies: Fold) -> float:
    """Return the share of the galaxies whose light does not end within their cut-outs."""
    batches = (images for split in galaxies for images, _ in split.batches(MEASURED_TOGETHER))
    radii = np.concatenate([Light(images).petrosian_radii() for images in batches])
    return float((radii >= EDGE).mean())
