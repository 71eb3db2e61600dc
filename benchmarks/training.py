"""Training: images a second, the share of the processor's limit, and ROC AUC against seconds, beside the peer's."""

import json
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from tqdm import tqdm

from benchmarks.one_training import LIMIT, PEER, RECIPES, galaxies_of, params_of
from tests.helpers.imports import ROOT

REPEATS = 5
SPEED_EPOCHS = 11
SPEEDS = {"plain": PEER + "plain", "augmented": PEER + "augmented", "residual": PEER + "augmented"}
"""The recipes that are timed, and the peer's beside each; the last is the study's augmented one by another network."""
SEEDS = (1, 2, 3)
STARTED = "best, from simulated-sky"


def speed(project: Path) -> pd.DataFrame:
    """Measure images a second of peer and project, validation and checkpoints included: see `SPEEDS`.

    The first epoch, in which TensorFlow builds its graphs, does not count. Figures are medians of `REPEATS` rounds; a
    ratio is of two trainings of one round, and `lowest` and `highest` are the ratio's.
    """
    galaxies = len(galaxies_of(project, "train"))
    speeds: dict[str, list[float]] = {}
    limits = []
    for _ in tqdm(range(REPEATS), "speed", disable=None):
        for recipe in (*dict.fromkeys(SPEEDS.values()), *SPEEDS):
            epochs = in_own_process(recipe, project, 1, SPEED_EPOCHS)["epochs"]
            seconds = epochs[-1]["seconds"] - epochs[0]["seconds"]
            speeds.setdefault(recipe, []).append(galaxies * (SPEED_EPOCHS - 1) / seconds)
        limits.append(in_own_process(LIMIT, project, 1, 1))
    rounds = pd.DataFrame(speeds)
    ratios = pd.DataFrame({recipe: rounds[recipe] / rounds[SPEEDS.get(recipe, recipe)] for recipe in speeds})
    table = pd.DataFrame({"images a second": rounds.median(), "ratio to peer": ratios.median()})
    table["lowest"], table["highest"] = ratios.min(), ratios.max()
    limit = pd.DataFrame(limits).median()
    needed = limit.pop("gflop_an_image")
    for precision, most in limit.items():
        shares = table["images a second"] * needed / most
        table[f"share of the {precision} limit of {most:.0f} GFLOP/s"] = shares.drop("residual")
    return table


def quality(project: Path, of_all_answers: Path, figure: Path) -> pd.DataFrame:
    """Measure and draw test ROC AUC against seconds: the peer, the study's recipe and the fast one, all augmented.

    Beside them the best recipe, in a project of its own that learns all answers of the same galaxies, and that from the
    network of the simulated sky.
    """
    recipes = {PEER + "augmented": 25, "augmented": 25, "fast": RECIPES["fast"]["training"]["epochs"]}
    best = {"best": params_of(of_all_answers).training.epochs, STARTED: RECIPES[STARTED]["training"]["epochs"]}
    folders = dict.fromkeys(recipes, project) | dict.fromkeys(best, of_all_answers)
    recipes |= best
    runs = {recipe: [] for recipe in recipes}
    for seed in tqdm(SEEDS, "time to quality", disable=None):
        for recipe, epochs in recipes.items():
            runs[recipe].append(in_own_process(recipe, folders[recipe], seed, epochs))
    _draw(runs, figure)
    enough = float(np.mean([run["kept"] for run in runs["augmented"]]))
    table = pd.DataFrame(
        {
            recipe: {
                "epochs": recipes[recipe],
                "roc_auc of the epoch kept": np.mean([run["kept"] for run in several]),
                "lowest": min(run["kept"] for run in several),
                "highest": max(run["kept"] for run in several),
                "seconds": np.mean([run["epochs"][-1]["seconds"] for run in several]),
                f"seconds to {enough:.3f}": np.mean([_seconds_to(enough, run["epochs"]) for run in several]),
            }
            for recipe, several in runs.items()
        }
    ).T
    table["share of the peer's time"] = table["seconds"] / table["seconds"][PEER + "augmented"]
    return table


def _seconds_to(enough: float, epochs: list[dict[str, float]]) -> float:
    """Return the seconds after which the ROC AUC was first as high as is enough; NaN if it never was."""
    return next((epoch["seconds"] for epoch in epochs if epoch["roc_auc"] >= enough), np.nan)


def _draw(runs: dict[str, list[dict]], figure: Path) -> None:
    """Draw the mean test ROC AUC over the seeds against seconds, with the range of the seeds."""
    mpl.use("agg")
    _, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for recipe, several in runs.items():
        seconds, scores = (
            np.array([[epoch[name] for epoch in run["epochs"]] for run in several]) for name in ("seconds", "roc_auc")
        )
        axes.plot(seconds.mean(axis=0), scores.mean(axis=0), marker=".", label=recipe)
        axes.fill_between(seconds.mean(axis=0), scores.min(axis=0), scores.max(axis=0), alpha=0.2)
    axes.set(xlabel="seconds of training", ylabel="ROC AUC, test galaxies", ylim=(0.93, 1))
    axes.legend(loc="lower right")
    plt.savefig(figure, dpi=120, metadata={"Software": None})


def in_own_process(recipe: str, project: Path, seed: int, epochs: int) -> dict:
    """Run one training, or the measurement of the limit, and return what it prints last."""
    command = [sys.executable, "-m", "benchmarks.one_training", recipe, str(project), str(seed), str(epochs)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(done.stdout.splitlines()[-1])
