"""How many labelled galaxies are needed: recipes trained on ever more of them, and what more would bring.

Each RECIPE is a YAML file of keys of params.yaml and their values, such as best.yaml; without one, params.yaml is it.
Each is trained on five numbers of the training galaxies, from 125 to all, in a working copy in data/partial/budget as
`tuning-fork study` does: what was run is not trained again, and stopped anywhere, the next call goes on. Of fewer
galaxies each is seen oftener: of a hundredth, in ten times the epochs. The report is plots/budget/report.html, and
report.md beside it: scores on the same test galaxies with their intervals, and what a law that fits them promises for
more galaxies.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import held
from tuning_fork.params_yaml import Params, read_params
from tuning_fork.study.command import Folders, check_changes, epochs_of, estimate, run_all
from tuning_fork.study.study_yaml import ParameterValue, Run, Study, read_recipe
from tuning_fork.study.working_copy import WorkingCopy, repository

FEWEST, STEPS = 125, 5
"""The least number of training galaxies, and how many numbers there are."""


def main() -> None:
    """Run what the arguments name, and write the report."""
    arguments = parse_arguments()
    params, folders = read_params(), Folders.of("budget")
    recipes = {path.stem: read_recipe(path) for path in arguments.recipes} or {"params": {}}
    for path in arguments.recipes:
        check_changes(recipes[path.stem], str(path))
    seeds = [params.training.seed + number for number in range(arguments.repeat)]
    copy = WorkingCopy(folders.copy.resolve(), repository())
    copy.folder.mkdir(parents=True, exist_ok=True)
    whole = [epochs_of(recipe, params) for recipe in recipes.values()]
    print(f"{len(seeds) * STEPS * len(recipes)} runs; one with all, of each recipe: {estimate(whole, folders.copy)}")
    with held(copy.folder):
        numbers = {}
        for name, recipe in recipes.items():
            _run(copy, params, {f"{name}-all": recipe}, seeds, folders.results)
            numbers[name] = steps(_training_galaxies(folders.results / f"{name}-all"))
            epochs = epochs_of(recipe, params)
            fewer = {
                f"{name}-{number}": recipe | of_fewer(number, numbers[name][-1], epochs)
                for number in numbers[name][:-1]
            }
            _run(copy, params, fewer, seeds, folders.results)
    from tuning_fork.budget.report import TITLE, write_report
    from tuning_fork.reporting.terminal import show_tables

    show_tables(TITLE, write_report(folders, numbers, arguments.to), [folders.report / "report.html"])


def parse_arguments() -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork budget", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="*", type=Path, metavar="RECIPE", help="files such as best.yaml")
    parser.add_argument("--repeat", type=int, default=2, metavar="N", help="train each with N seeds (%(default)s)")
    parser.add_argument("--to", type=int, metavar="N", help="extrapolate to N training galaxies (twice what there are)")
    arguments = parser.parse_args()
    if not 1 <= arguments.repeat <= 100:
        parser.error("--repeat: 1 to 100")
    if arguments.to is not None and arguments.to < 1:
        parser.error("--to: at least 1")
    if len({path.stem for path in arguments.recipes}) < len(arguments.recipes):
        parser.error("RECIPE: two files have one name: rename one")
    if missing := [path for path in arguments.recipes if not path.is_file()]:
        parser.error(f"RECIPE: {missing[0]}: no such file")
    return arguments


def steps(most: int) -> list[int]:
    """Return the numbers of galaxies, each a like multiple of the one before; a UserError if there are too few."""
    if most < 2 * FEWEST:
        raise UserError(f"{most} training galaxies: a learning curve needs at least {2 * FEWEST}")
    return [round(float(number)) for number in np.geomspace(FEWEST, most, STEPS)]


def of_fewer(number: int, most: int, epochs: int) -> dict[str, ParameterValue]:
    """Return the parameters of a training on a number of galaxies, by those of one on the most."""
    return {"training.galaxies": number, "training.epochs": round(epochs * math.sqrt(most / number))}


def _run(
    copy: WorkingCopy,
    params: Params,
    recipes: Mapping[str, Mapping[str, ParameterValue]],
    seeds: Sequence[int],
    results: Path,
) -> None:
    """Run recipes, by name, with each seed; a UserError names those that failed."""
    runs = {name: Run(params=dict(recipe), published={}) for name, recipe in recipes.items()}
    study = Study(title="", introduction="", runs=runs, claims=())
    if failed := run_all(copy, study, params, [(seed, name) for seed in seeds for name in runs], results):
        raise UserError("failed: " + "; ".join(f"{name}: {error}" for name, error in failed.items()))


def _training_galaxies(folder: Path) -> int:
    """Return how many galaxies a run learnt from."""
    return json.loads((folder / "model.json").read_text(encoding="utf-8"))["trained_on"][-1]["galaxies"]
