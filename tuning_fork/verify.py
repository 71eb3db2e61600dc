"""Check that data/, metrics/ and plots/ are what dvc.lock promises, and the scores those of data/predictions.csv.

Every output's bytes are read and hashed again, as DVC hashes them, whatever params.yaml and the code are by now. The
scores that follow from data/predictions.csv alone are computed again, with their intervals, by the parameters of
dvc.lock. The first thing that differs is named, with its cure, and the exit status is 1.
"""

import argparse
import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tuning_fork.core.checked_yaml import read_yaml
from tuning_fork.core.errors import UserError

if TYPE_CHECKING:
    from dvc.repo import Repo

LOCK = Path("dvc.lock")
METRICS = Path("metrics/metrics.json")
PREDICTIONS = Path("data/predictions.csv")
LAST_DIGIT = 1.5e-6
"""What a score may differ by: metrics.json has six decimals, and another processor may round the last."""


def main() -> None:
    """Check the folder that one stands in."""
    parser = argparse.ArgumentParser(
        prog="tuning-fork verify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    if not LOCK.exists():
        raise UserError("dvc.lock: not here: run `tuning-fork verify` in the project's folder, after `dvc repro`")
    outputs = check_outputs()
    scores = check_scores()
    print(
        f"all as dvc.lock promises: {outputs} outputs, every byte; {scores} scores, computed again from {PREDICTIONS}"
    )


def check_outputs() -> int:
    """Return how many outputs dvc.yaml's stages have; raise UserError for the first that is not as in dvc.lock."""
    from dvc.repo import Repo

    with TemporaryDirectory() as nothing_known, Repo(config={"core": {"site_cache_dir": nothing_known}}) as repository:
        outputs = [output for stage in repository.index.stages for output in stage.outs]
        for output in outputs:
            if not output.hash_info:
                raise UserError(f"dvc.lock: says nothing of {output}: run `dvc repro`")
            if state := output.workspace_status():
                raise UserError(_difference(repository, str(output), state[str(output)]))
    return len(outputs)


def _difference(repository: "Repo", name: str, state: str) -> str:
    """Say how an output differs, and if it is a folder in DVC's cache, in which file."""
    if state == "deleted":
        return f"{name}: missing: `dvc repro` makes it, or `dvc pull` fetches it from a remote"
    differences: dict[str, list[str]] = repository.data_status(granular=True).get("uncommitted", {})
    files = [(file, kind) for kind, files in differences.items() for file in files if file.startswith(f"{name}/")]
    for file, kind in sorted(files):
        if not file.endswith("/"):
            return f"{file}: {kind}, so {name} is not what dvc.lock promises: `dvc repro` makes it anew"
    return f"{name}: not what dvc.lock promises: `dvc repro` makes it anew"


def check_scores() -> int:
    """Return how many scores follow from the predictions; raise UserError for the first that METRICS has otherwise."""
    import pandas as pd

    from tuning_fork.evaluation.predictions import Predictions
    from tuning_fork.evaluation.scores import scores_with_intervals
    from tuning_fork.tasks.tasks import labelled_task

    stages: dict[str, Any] = read_yaml(LOCK)["stages"]
    task = labelled_task(stages["train"]["params"]["params.yaml"]["labels.task"])
    evaluation = stages["evaluate"]["params"]["params.yaml"]["evaluation"]
    table = pd.read_csv(PREDICTIONS, float_precision="round_trip")
    written = json.loads(METRICS.read_text(encoding="utf-8"))
    computed = scores_with_intervals(Predictions.from_table(table, task), evaluation["bootstrap"], evaluation["seed"])
    for name, value in computed.items():
        if not math.isclose(written.get(name, math.inf), value, rel_tol=0, abs_tol=LAST_DIGIT):
            found = f"{name} is {written.get(name, 'missing')}, but {value} by {PREDICTIONS}"
            raise UserError(f"{METRICS}: {found}: run `dvc repro --force --single-item evaluate`")
    return len(computed)
