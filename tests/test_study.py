"""The study command: every run an experiment, nothing trained twice, failures named, the user's files left alone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from stages.errors import UserError
from stages.results.study_file import read_study
from tests.imports import ROOT
from tests.parameters import params_with
from tests.project import SMALL, Project, copy_project

EPOCHS = 40
RUNS = {
    "augmented": {"table": 1, "params": {"model.augment": True}, "published": {"accuracy": 0.9}},
    "plain": {"table": 1, "params": {}, "published": {"accuracy": 0.9, "f1": 0.9, "auc": 0.9, "minutes": "1:00"}},
    "diverging": {"table": 1, "params": {"training.learning_rate": 1e30}, "published": {}},
    "votes": {"table": 2, "params": {"labels.task": "regression", "labels.confidence": 0.3}, "published": {"r2": 0.8}},
}
CLAIMS = [{"claim": "Augmentation beats none", "expected": "better", "pairs": [["augmented", "plain"]]}]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a small project with a study of four runs, of which one fails."""
    project = copy_project(tmp_path_factory.mktemp("project"), SMALL | {"training": {"epochs": EPOCHS}})
    study = yaml.safe_dump({"runs": RUNS, "claims": CLAIMS}, sort_keys=False)
    (project.folder / "study.yaml").write_text(study, encoding="utf-8")
    project.commit()
    return project


def study(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return project.run(sys.executable, "-m", "stages.study", *arguments, check=False)


def kill_while_training(project: Project) -> None:
    """Start the study and kill it with all that it started when its first training has ended an epoch."""
    with subprocess.Popen(
        [sys.executable, "-m", "stages.study", "--only", "augmented"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        log, deadline = project.folder / "data/study/augmented.log", time.monotonic() + 120
        try:
            while not (log.exists() and "Epoch 3/" in log.read_text(encoding="utf-8")):
                assert process.poll() is None, "the study ended before it could be killed"
                assert time.monotonic() < deadline
                time.sleep(0.02)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def done(project: Project) -> subprocess.CompletedProcess[str]:
    """Return how the whole study ended, after it was killed in its first training."""
    kill_while_training(project)
    return study(project)


def test_a_failed_run_is_named_and_the_others_are_run(project: Project, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1
    error = done.stderr.splitlines()[-1]
    assert error.startswith(
        "error: failed: diverging: params.yaml: training.learning_rate: 1e+30 makes training diverge"
    )
    assert "data/study/diverging.log" in error
    results = {path.parent.name for path in (project.folder / "data/study").glob("*/metrics.json")}
    assert results == {"plain", "augmented", "votes"}


def test_the_time_is_said_first(done: subprocess.CompletedProcess[str]) -> None:
    assert done.stdout.startswith("4 runs, about ")


@pytest.mark.usefixtures("done")
def test_a_killed_training_is_taken_up_where_it_was(project: Project) -> None:
    log = (project.folder / "data/study/augmented.log").read_text(encoding="utf-8")
    assert f"Epoch {EPOCHS}/{EPOCHS}" in log
    assert f"Epoch 1/{EPOCHS}" not in log


@pytest.mark.usefixtures("done")
def test_runs_are_experiments_with_their_parameters(project: Project) -> None:
    listed = json.loads(project.dvc("exp", "show", "--json"))
    names = {one["name"] for state in listed for one in (part["revs"][0] for part in state["experiments"] or [])}
    assert names == {"plain", "augmented", "votes"}
    difference = json.loads(project.dvc("params", "diff", "plain", "votes", "--json"))["params.yaml"]
    assert set(difference) == {"labels.task", "labels.confidence"}


@pytest.mark.usefixtures("done")
def test_the_users_files_stay_as_they_are(project: Project) -> None:
    changed = project.run("git", "status", "--porcelain").stdout.split()
    assert changed == ["??", "plots/"]
    assert sorted(path.name for path in (project.folder / "plots/study").iterdir()) == ["report.html", "report.md"]


@pytest.mark.usefixtures("done")
def test_what_was_run_is_not_trained_again(project: Project) -> None:
    again = study(project, "--only", "plain", "augmented", "votes")
    assert again.returncode == 0, again.stderr
    for name in ("plain", "augmented", "votes"):
        assert "Epoch" not in (project.folder / f"data/study/{name}.log").read_text(encoding="utf-8")


@pytest.mark.usefixtures("done")
def test_more_seeds_show_their_spread(project: Project) -> None:
    repeated = study(project, "--only", "plain", "--repeat", "2")
    assert repeated.returncode == 0, repeated.stderr
    assert "; 2 seeds 0." in (project.folder / "plots/study/report.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("done")
def test_the_report_shows_ours_beside_the_published_and_the_claims(project: Project) -> None:
    report = (project.folder / "plots/study/report.md").read_text(encoding="utf-8")
    assert "simulated galaxies" in report
    for text in (
        "0.9000",
        "Augmentation beats none",
        "majority",
        "baseline",
        "dvc exp run --name votes -S 'labels.task=",
    ):
        assert text in report


@pytest.mark.usefixtures("done")
def test_the_list_says_what_each_run_changes_and_which_are_run(project: Project) -> None:
    lines = study(project, "--list").stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(RUNS)
    assert [line.endswith("yes") for line in lines] == [True, True, False, True]
    assert "model.augment=true" in lines[0]


def test_an_unknown_run_is_told_what_there_is(project: Project) -> None:
    ended = study(project, "--only", "plane")
    assert ended.returncode == 2
    assert "plain" in ended.stderr


def test_the_study_of_this_project_is_the_published_one() -> None:
    published = read_study(ROOT / "study.yaml")
    assert len(published.runs) == 16
    assert sum(run.table == 1 for run in published.runs.values()) == 9
    for run in published.runs.values():
        changes: dict[str, dict[str, object]] = {}
        for name, value in run.params.items():
            section, _, key = name.partition(".")
            changes.setdefault(section, {})[key] = value
        params_with(**changes)
        assert run.params.get("model.dropout", 0.3) == 0.3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"runs": {"one": {"table": 1, "params": {}}}}, "runs.one.published: missing: add it"),
        ({"claims": [CLAIMS[0] | {"pairs": [["plain", "plane"]]}]}, "names the run plane, which is not among `runs`"),
        (
            {"claims": [CLAIMS[0] | {"expected": "best"}]},
            "claims.0.expected: input should be 'better', 'not_better' or 'same'",
        ),
    ],
)
def test_a_mistake_in_study_yaml_is_one_line(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump({"runs": RUNS, "claims": []} | change), encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_study(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
