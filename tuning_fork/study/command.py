"""The published study: all its runs one after another, and a report that puts them beside the published ones.

The runs are those of study.yaml, each `dvc repro` with its changes to params.yaml as that is now, in a working copy in
data/partial/study; the data too are those of params.yaml: simulated, or Kaggle's when download.source says so. Each
becomes a DVC experiment of its name. What was run before is not trained again; stopped anywhere, the next call goes on.
The report is plots/study/report.html, and report.md beside it.

Another FILE of that form is another study, such as ablation.yaml: its results are in data/ and plots/ by its name.
"""

import argparse
import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import NamedTuple, Self

from tqdm import tqdm

from tuning_fork.core.checked_yaml import checked, read_yaml
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import held
from tuning_fork.params_yaml import Params, read_params
from tuning_fork.study.study_yaml import Study, read_study
from tuning_fork.study.working_copy import TIMING, StageFailedError, WorkingCopy, change, repository

SHOWN = ("accuracy", "roc_auc", "r2", "rmse")
WIDTH = 100


class Folders(NamedTuple):
    """Where a study is, by the name of its file.

    `results` has a folder for each run and seed: its metrics, curves and predictions; the runs take place in the
    working `copy`; `report` has the report.
    """

    results: Path
    copy: Path
    report: Path

    @classmethod
    def of(cls, name: str) -> Self:
        """Return those of the study of that name."""
        return cls(Path("data") / name, Path("data/partial") / name, Path("plots") / name)


def main() -> None:
    """Run what the arguments name, and write the report."""
    parser = argument_parser()
    arguments = parser.parse_args()
    study, params, folders = read_study(arguments.file), read_params(), Folders.of(arguments.file.stem)
    names = arguments.only or list(study.runs)
    if unknown := [name for name in names if name not in study.runs]:
        parser.error(f"--only: {arguments.file} has no run {unknown[0]}, but {', '.join(study.runs)}")
    if not 1 <= arguments.repeat <= 100:
        parser.error("--repeat: 1 to 100")
    if arguments.list:
        print(listing(study, folders.results))
        return
    for name in names:
        check_changes(study.params_of(name), f"{arguments.file}: runs.{name}.params")
    seeds = [params.training.seed + number for number in range(arguments.repeat)]
    wanted = list(itertools.product(seeds, names))
    print(f"{len(wanted)} runs, {estimate(epochs_of_each(study, wanted, params), folders.copy)}")
    copy = WorkingCopy(folders.copy.resolve(), repository())
    copy.folder.mkdir(parents=True, exist_ok=True)
    with held(copy.folder):
        from tuning_fork.reporting.terminal import show_tables
        from tuning_fork.study.report import write_report

        failed = run_all(copy, study, params, wanted, folders.results)
    tables = write_report(study, folders.results, params, folders.report)
    show_tables(study.title, tables, [folders.report / "report.html"])
    if failed:
        raise UserError("failed: " + "; ".join(f"{name}: {error}" for name, error in failed.items()))


def check_changes(changes: Mapping[str, object], where: str) -> Params:
    """Return params.yaml with these changes, by `section.key`; a UserError if it is wrong then begins with `where`."""
    changed = read_yaml(Path("params.yaml"))
    change(changed, changes)
    return checked(changed, Params, where)


def argument_parser() -> argparse.ArgumentParser:
    """Return what reads the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork study",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, default="study.yaml", metavar="FILE", help="(%(default)s)")
    parser.add_argument("--list", action="store_true", help="show the runs, whether they were run and what they change")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="some of the runs")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="train each with N seeds (1)")
    return parser


def listing(study: Study, results: Path) -> str:
    """Return a row a run: its name, whether its result is in `results`, and what it changes."""
    wide = max(map(len, study.runs))
    rows = [f"{'':{wide}}  run  changes"]
    for name, one in study.runs.items():
        changes = [f"{key}={json.dumps(value, separators=(',', ':'))}" for key, value in one.params.items()]
        is_run = "yes" if (results / name / "run.json").exists() else ""
        start, indent = f"{name:{wide}}  {is_run:3}  ", " " * (wide + 7)
        rows.append(fill(", ".join(changes) or "none", WIDTH, initial_indent=start, subsequent_indent=indent))
    return "\n".join(rows)


def epochs_of(changes: Mapping[str, object], params: Params) -> int:
    """Return how many epochs a training with these changes to params.yaml, by `section.key`, takes."""
    return int(str(changes.get("training.epochs", params.training.epochs)))


def epochs_of_each(study: Study, wanted: Sequence[tuple[int, str]], params: Params) -> list[int]:
    """Return how many epochs each of the wanted runs, a seed and a name, takes."""
    return [epochs_of(study.params_of(name), params) for _, name in wanted]


def estimate(epochs: Sequence[int], copy: Path) -> str:
    """Say how long runs of so many epochs each may take, by the last training, here or in the copy, and a bit more."""
    timings = [path for path in (TIMING, copy / TIMING) if path.exists()]
    if not timings:
        return "for how long is not known: no training was timed here yet"
    last = json.loads(max(timings, key=lambda path: path.stat().st_mtime).read_text(encoding="utf-8"))
    minutes = (sum(epochs) * last["seconds"] / last["epochs"] * 1.5 + len(epochs) * 15) / 60
    return f"about {minutes:.0f} minutes by the speed of the last training"


def run_all(
    copy: WorkingCopy, study: Study, params: Params, wanted: Sequence[tuple[int, str]], results: Path
) -> dict[str, str]:
    """Reproduce each run with its seed, as an experiment, and keep its results; return why runs failed, by name."""
    from tuning_fork.study.results import keep_result

    copy.update()
    failed, done, epochs = {}, 0, epochs_of_each(study, wanted, params)
    with tqdm(total=sum(epochs), unit="epoch", disable=None) as bar:
        for number, (seed, run_name) in enumerate(wanted, start=1):
            changes, name = study.params_of(run_name), experiment_name(run_name, seed, params.training.seed)
            is_trained = False
            try:
                for stage, epoch in progress(copy, changes | {"training.seed": seed}, results / f"{name}.log"):
                    is_trained = is_trained or stage == "train"
                    bar.set_description(f"{number} of {len(wanted)}: {name}, {stage}")
                    bar.update(done + epoch - bar.n)
                copy.save_experiment(name)
                scores = keep_result(copy.folder, results / name, is_trained)
                shown = ", ".join(f"{score} {scores[score]:.4f}" for score in SHOWN if score in scores)
                bar.write(f"{name}: {shown}", file=sys.stdout)
            except StageFailedError as error:
                failed[name] = str(error)
            done += epochs[number - 1]
            bar.update(done - bar.n)
    return failed


def experiment_name(name: str, seed: int, first_seed: int) -> str:
    """Return the experiment's name: the run's, and the seed if it is not the first."""
    return name if seed == first_seed else f"{name}-seed{seed}"


def progress(copy: WorkingCopy, changes: Mapping[str, object], log: Path) -> Iterator[tuple[str, int]]:
    """Reproduce a run, what it prints kept in `log`; yield the stage that is running and the epochs that are done."""
    copy.set_params(changes)
    stage, epoch = "waiting", 0
    for line in copy.reproduce(log):
        if found := re.match(r"Running stage '(\w+)'", line):
            stage = found[1]
        elif found := re.match(r"Epoch (\d+)/", line):
            epoch = int(found[1]) - 1
        yield stage, epoch
