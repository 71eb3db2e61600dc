"""The study command: every run an experiment, nothing trained twice, failures named, the user's files left alone."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_text, params_with
from tests.helpers.processes import wait_until
from tests.helpers.project import Project
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import held
from tuning_fork.study.command import epochs_of, estimate, listing
from tuning_fork.study.study_yaml import read_study
from tuning_fork.study.working_copy import WorkingCopy, change

EPOCHS = 12
RUNS = {
    "augmented": {"params": {"model.augment": True}, "published": {"accuracy": 0.9}},
    "plain": {"params": {}, "published": {"accuracy": 0.9, "f1": 0.9, "auc": 0.9}},
    "diverging": {"params": {"training.learning_rate": 1e30}, "published": {}},
}
HEAD = {"title": "A study", "introduction": "Of three runs."}
CLAIMS = [{"claim": "Augmentation beats none", "expected": "better", "pairs": [["augmented", "plain"]]}]


@pytest.fixture(scope="module")
def project(reproduced: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a small project with a study of three runs, of which one fails.

    It was trained, and then every file that git tracks was changed; its path has spaces and umlauts, and its git is set
    to show differences as no other program reads them.
    """
    folder = tmp_path_factory.mktemp("project") / "Größe & Form"
    project = reproduced.copied(folder)
    study = yaml.safe_dump(HEAD | {"runs": RUNS, "claims": CLAIMS}, sort_keys=False)
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    (folder / "notes.txt").write_bytes(b"of another\r\nsystem\r\n")
    project.commit()
    project.set({"training": {"epochs": EPOCHS}, "model": {"augment": False}})
    change_every_file(project)
    project.run("git", "config", "color.ui", "always")
    project.run("git", "config", "diff.noprefix", "true")
    return project


def change_every_file(project: Project) -> None:
    """Change all that git tracks, but delete two files; make one executable."""
    tracked = project.run("git", "ls-files", "-z").stdout.split("\0")[:-1]
    for path in (project.folder / name for name in tracked):
        more = {".png": b"\0\xff\r\n", ".jpg": b"\0\xff\r\n", ".json": b"\n", ".csv": b"\r\n", ".txt": b"\r\n"}
        path.write_bytes(path.read_bytes() + more.get(path.suffix, b"\n# changed\n"))
    for name in ("README.md", "docs/quality.png"):
        (project.folder / name).unlink()
    (project.folder / "Makefile").chmod(0o755)
    changed = project.run("git", "status", "--porcelain", "-z").stdout.split("\0")[:-1]
    assert sorted(line[3:] for line in changed) == sorted(tracked)


def study(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return project.run("env", "LC_ALL=C", sys.executable, "-m", "tuning_fork", "study", *arguments, check=False)


def kill_while_training(project: Project) -> None:
    """Start the study and kill it with all that it started when its first training has ended an epoch."""
    with subprocess.Popen(
        [sys.executable, "-m", "tuning_fork", "study", "--only", "augmented"],
        cwd=project.folder,
        env=project.environment | {"LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        log = project.folder / "data/study/augmented.log"
        try:
            wait_until(lambda: log.exists() and "Epoch 3/" in log.read_text(encoding="utf-8"), process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def changes(project: Project) -> list[tuple[str, bytes]]:
    """Return what git finds changed, and its bytes."""
    names = project.run("git", "status", "--porcelain", "-z", "--untracked-files=all").stdout.split("\0")[:-1]
    paths = [(name, project.folder / name[3:]) for name in names]
    return [(name, path.read_bytes() if path.exists() else b"") for name, path in paths]


@pytest.fixture(scope="module")
def before(project: Project) -> list[tuple[str, bytes]]:
    """Return what was changed before the study."""
    return changes(project)


@pytest.fixture(scope="module")
def done(project: Project, before: list[tuple[str, bytes]]) -> subprocess.CompletedProcess[str]:
    """Return how the whole study ended, after it was killed in its first training."""
    assert before
    kill_while_training(project)
    return study(project)


@pytest.mark.usefixtures("done")
def test_the_study_is_of_the_uncommitted_changes_whatever_they_are(project: Project) -> None:
    copy = Project(project.folder / "data/partial/study")
    for name in ("README.md", "docs/quality.png"):
        assert not (copy.folder / name).exists()
    assert os.access(copy.folder / "Makefile", os.X_OK)
    for name in ("notes.txt", "docs/galaxies.jpg", "stages/train.py", "dvc.yaml"):
        assert (copy.folder / name).read_bytes() == (project.folder / name).read_bytes()


def test_a_failed_run_is_named_and_the_others_are_run(project: Project, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1
    error = done.stderr.splitlines()[-1]
    assert error.startswith(
        "error: failed: diverging: params.yaml: training.learning_rate: 1e+30 makes training diverge"
    )
    assert "data/study/diverging.log" in error
    results = {path.parent.name for path in (project.folder / "data/study").glob("*/metrics.json")}
    assert results == {"plain", "augmented"}


def test_the_time_is_said_first(done: subprocess.CompletedProcess[str]) -> None:
    assert re.match(r"3 runs, about \d+ minutes by the speed of the last training\n", done.stdout)


def test_without_a_training_no_time_is_made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert estimate([25, 25], tmp_path) == "for how long is not known: no training was timed here yet"


def test_the_time_is_that_of_each_run_s_own_epochs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/timing.json").write_text('{"seconds": 10.0, "epochs": 10}')
    assert epochs_of({"training.epochs": 60}, params_with(training={"epochs": 25})) == 60
    assert epochs_of({}, params_with(training={"epochs": 25})) == 25
    assert estimate([60, 120], tmp_path) == "about 5 minutes by the speed of the last training"


@pytest.mark.usefixtures("done")
def test_a_killed_training_is_taken_up_where_it_was(project: Project) -> None:
    log = (project.folder / "data/study/augmented.log").read_text(encoding="utf-8")
    assert f"Epoch {EPOCHS}/{EPOCHS}" in log
    assert f"Epoch 1/{EPOCHS}" not in log


@pytest.mark.usefixtures("done")
def test_runs_are_experiments_with_their_parameters(project: Project) -> None:
    listed = json.loads(project.dvc("exp", "show", "--json"))
    names = {one["name"] for state in listed for one in (part["revs"][0] for part in state["experiments"] or [])}
    assert names == {"plain", "augmented"}
    difference = json.loads(project.dvc("params", "diff", "plain", "augmented", "--json"))["params.yaml"]
    assert set(difference) == {"model.augment"}


@pytest.mark.usefixtures("done")
def test_the_users_files_stay_as_they_are(project: Project, before: list[tuple[str, bytes]]) -> None:
    after = changes(project)
    written = {f"?? plots/study/{name}" for name in ("report.html", "report.md", "effects.svg")}
    assert [one for one in after if one[0] not in written] == before
    assert len(after) == len(before) + len(written)


def was_trained(project: Project, run: str) -> bool:
    """Whether the run was trained when it was last asked for."""
    return "Epoch" in (project.folder / f"data/study/{run}.log").read_text(encoding="utf-8")


@pytest.mark.usefixtures("done")
def test_what_was_run_is_not_trained_again_and_more_seeds_show_their_spread(project: Project) -> None:
    repeated = study(project, "--only", "augmented", "--repeat", "2")
    assert repeated.returncode == 0, repeated.stderr
    assert was_trained(project, "augmented-seed2") and not was_trained(project, "augmented")
    assert "; 2 seeds ± 0." in (project.folder / "plots/study/report.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("done")
def test_the_report_shows_ours_beside_the_published_and_the_claims(project: Project) -> None:
    report = (project.folder / "plots/study/report.md").read_text(encoding="utf-8")
    assert "simulated galaxies" in report
    for text in (
        "0.9000",
        "Augmentation beats none",
        "majority",
        "baseline",
        "dvc exp run --name augmented -S 'model.augment=true'",
    ):
        assert text in report


@pytest.mark.usefixtures("done")
def test_the_list_says_what_each_run_changes_and_which_are_run(project: Project) -> None:
    lines = study(project, "--list").stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(RUNS)
    assert [line.split()[1] == "yes" for line in lines] == [True, True, False]
    assert lines[0].endswith("model.augment=true")


def test_the_list_of_the_published_runs_fits_100_columns() -> None:
    text = listing(read_study(ROOT / "study.yaml"), ROOT / "data/study")
    assert max(map(len, text.splitlines())) <= 100
    for words in ('labels.task="regression-all"', "model.study.dense=[128,64]", "binary-0.5-augmented"):
        assert words in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "plane"], "--only: study.yaml has no run plane, but augmented, plain, diverging"),
        (["--repeat", "0"], "--repeat: 1 to 100"),
        (["--repeat", "1000000000"], "--repeat: 1 to 100"),
    ],
)
def test_a_mistake_in_the_arguments_is_told_what_there_is(project: Project, arguments: list[str], said: str) -> None:
    ended = study(project, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith(said)


def test_a_run_with_an_unknown_parameter_is_named_before_anything_is_run(tmp_path: Path) -> None:
    runs = {"typo": {"params": {"modle.augment": True}, "published": {}}}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(HEAD | {"runs": runs, "claims": []}), encoding="utf-8")
    (tmp_path / "params.yaml").write_text(params_text(), encoding="utf-8")
    command = [sys.executable, "-m", "tuning_fork", "study"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    said = "error: study.yaml: runs.typo.params: modle: unknown key: remove it or correct its spelling\n"
    assert ended.stderr == said


@pytest.mark.usefixtures("done")
def test_a_second_study_at_once_is_told_who_is_at_it(project: Project) -> None:
    with held(project.folder / "data/partial/study"):
        second = study(project, "--only", "plain")
    assert second.returncode == 1
    assert f"data/partial/study: process {os.getpid()} is writing it: wait until that has ended" in second.stderr
    assert second.stderr.count("\n") == 1


def git_repository(folder: Path) -> Project:
    """Return an empty git repository."""
    folder.mkdir(parents=True)
    repository = Project(folder)
    repository.run("git", "init", "--quiet")
    return repository


def test_what_git_and_dvc_complain_of_is_the_line_that_says_why(tmp_path: Path) -> None:
    origin = git_repository(tmp_path / "origin")
    copy = WorkingCopy(tmp_path / "copy", origin.folder)
    with pytest.raises(UserError, match=r"^git fetch --quiet in .*/copy: couldn't find remote ref HEAD$"):
        copy.update()
    origin.run("dvc", "init", "--quiet")
    origin.commit()
    (origin.folder / ".dvc/config").write_text("[core\n")
    with pytest.raises(UserError, match=r"^dvc cache dir in .*/origin: configuration error - config file error:"):
        copy.update()


def test_a_copy_killed_while_it_was_made_is_made_and_nothing_around_it_is_touched(tmp_path: Path) -> None:
    around = git_repository(tmp_path / "around")
    around.run("dvc", "init", "--quiet")
    (around.folder / "file").write_text("committed")
    around.commit()
    (around.folder / "file").write_text("changed")
    around.run("git", "remote", "add", "origin", str(around.folder))
    copy = WorkingCopy(around.folder / "data/partial/study", around.folder)
    (copy.folder / ".git").mkdir(parents=True)
    for _ in range(2):
        copy.update()
        assert (around.folder / "file").read_text() == (copy.folder / "file").read_text() == "changed"
    (copy.folder / "file").write_text("of the copy")
    around.run("git", "rm", "--quiet", "--force", "file")
    copy.update()
    assert not (copy.folder / "file").exists()


def test_the_study_of_this_project_is_the_published_one() -> None:
    runs = {name: run for name, run in read_study(ROOT / "study.yaml").runs.items() if name != "best"}
    assert len(runs) == 16
    assert sum(name.startswith("binary-") for name in runs) == 9
    for run in runs.values():
        changes: dict[str, dict[str, object]] = {}
        change(changes, run.params)
        params_with(**changes)
        assert run.params.get("model.dropout", 0.3) == 0.3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"runs": {"one": {"params": {}}}}, "runs.one.published: missing: add it"),
        ({"claims": [CLAIMS[0] | {"pairs": [["plain", "plane"]]}]}, "names the run plane, which is not among `runs`"),
        (
            {"claims": [CLAIMS[0] | {"expected": "best"}]},
            "claims.0.expected: input should be 'better', 'not_better' or 'same'",
        ),
    ],
)
def test_a_mistake_in_study_yaml_is_one_line(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(HEAD | {"runs": RUNS, "claims": []} | change), encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_study(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
