"""The commands of daily use, run for real on a small copy of the project, one after the other as a user would."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.helpers.project import EACH_STAGE, STAGES, TRAIN_ON, Project, stages_run
from tuning_fork.comparing.disagreements import pictures
from tuning_fork.comparing.pairs import paired
from tuning_fork.comparing.revisions import Revision
from tuning_fork.core.errors import UserError


@pytest.fixture
def project(reproduced: Project, tmp_path: Path) -> Project:
    """Return a project that has been reproduced and committed, to work in. A copy takes less time than a checkout."""
    return reproduced.copied(tmp_path / "project")


@pytest.fixture(scope="module")
def experiment(reproduced: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """Return a project, as committed, in which an experiment has run, `unaugmented`, and what that printed."""
    project = reproduced.copied(tmp_path_factory.mktemp("daily") / "project")
    printed = project.dvc("exp", "run", "--name", "unaugmented", "-S", "model.augment=false")
    project.run("git", "checkout", "--quiet", "--force", "main")
    project.dvc("checkout", "--force")
    return project, printed


def test_the_outputs_are_those_that_the_contracts_name(reproduced: Project) -> None:
    files = {path.relative_to(reproduced.folder).as_posix() for path in reproduced.folder.rglob("*") if path.is_file()}
    assert files >= {
        "data/raw/images_training_rev1.zip",
        "data/raw/training_solutions_rev1.zip",
        "data/shards/shard-00000.npz",
        "data/shards/rejected.csv",
        "data/labels/labels.csv",
        "data/model/model.keras",
        "data/model/model.json",
        "data/model/README.md",
        "data/predictions.csv",
        "data/test_galaxies.npz",
        "data/timing.json",
        "metrics/labels.json",
        "metrics/training.json",
        "metrics/metrics.json",
        "plots/training.csv",
        "plots/roc.csv",
        "plots/figures/loss.svg",
        "plots/figures/roc.svg",
        "plots/figures/confusion.svg",
    }
    scores = json.loads((reproduced.folder / "metrics/metrics.json").read_text(encoding="utf-8"))
    for name in ("accuracy", "f1", "roc_auc", "balanced_accuracy"):
        assert 0 <= scores[f"{name}_low"] <= scores[name] <= scores[f"{name}_high"] <= 1
    assert scores["test_galaxies"] == len((reproduced.folder / "data/predictions.csv").read_text().splitlines()) - 1


def test_the_scores_are_shown_as_a_person_reads_them(project: Project) -> None:
    shown = project.run("python", "-m", "tuning_fork", "scores").stdout.splitlines()
    count = len((project.folder / "data/predictions.csv").read_text().splitlines()) - 1
    assert shown[0] == f"Scores of task binary on {count} test galaxies"
    assert [line.split("  ")[0] for line in shown[2:-2]] == ["score", "accuracy", "F1", "ROC AUC", "balanced acc."]
    assert shown[-1] == "open next: plots/report.html, plots/explorer.html"


def test_nothing_changed_runs_nothing(project: Project) -> None:
    assert stages_run(project.dvc("repro")) == []
    assert "up to date" in project.dvc("status")
    assert project.run("git", "status", "--porcelain").stdout == ""


def test_no_galaxy_and_no_data_is_committed(reproduced: Project) -> None:
    committed = reproduced.run("git", "ls-files").stdout.splitlines()
    assert not [name for name in committed if name.startswith("data/") and not name.endswith(".gitignore")]
    assert "plots/galaxies.png" not in committed


def test_an_experiment_with_the_network_trains_and_compares(experiment: tuple[Project, str]) -> None:
    project, printed = experiment
    assert stages_run(printed) == TRAIN_ON

    shown = project.dvc("exp", "show", "--csv")
    assert "unaugmented" in shown
    assert "model.augment" in shown
    assert "roc_auc" in shown

    parameters = project.dvc("params", "diff", "main", "unaugmented")
    assert "model.augment" in parameters
    assert "labels.confidence" not in parameters

    differences = json.loads(project.dvc("metrics", "diff", "main", "unaugmented", "--json"))
    assert "brier" in differences["metrics/metrics.json"]

    project.dvc("plots", "diff", "main", "unaugmented", "--out", "compared")
    page = (project.folder / "compared/index.html").read_text(encoding="utf-8")
    for title in ("Loss by epoch", "Accuracy by epoch", "ROC curve", "Confusion matrix"):
        assert title in page
    for title in ("class by the network", "true positive rate"):
        assert title in page, "not as dvc.yaml has it"
    assert page.count("unaugmented") >= 4
    assert list((project.folder / "compared").rglob("*figures*roc.svg"))


def test_an_experiment_is_compared_with_where_it_came_from(
    experiment: tuple[Project, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = experiment
    said = project.run("python", "-m", "tuning_fork", "compare", "main", "unaugmented").stdout.splitlines()
    count = len((project.folder / "data/predictions.csv").read_text().splitlines()) - 1
    assert said[0] == f"unaugmented beside main, on {count} galaxies that tested both"
    assert [line.split("  ")[0] for line in said[2:-2]] == ["score", "ROC AUC", "accuracy"]
    assert said[-1] == "open next: plots/compare.html"
    page = (project.folder / "plots/compare.html").read_text(encoding="utf-8")
    assert "<code>model.augment</code> true " in page
    assert "compare.html" not in project.run("git", "status", "--porcelain").stdout, "it shows galaxies"

    monkeypatch.chdir(project.folder)
    with pytest.raises(
        UserError, match="nothing: no experiment, branch or revision is called so: `dvc exp show` lists"
    ):
        Revision.named("nothing")
    workspace, branch = Revision.named("workspace"), Revision.named("main")
    assert paired(workspace, branch).of_first.outputs.tolist() == branch.predictions.outputs.tolist()
    galaxy = str(branch.predictions.ids[0])
    assert pictures(branch, [galaxy])[galaxy].startswith("data:image/png;base64,")
    md5 = YAML(typ="safe").load(branch.content("dvc.lock"))["stages"]["evaluate"]["outs"][0]["md5"]
    cached = project.folder / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
    hidden = cached.rename(cached.with_suffix(".hidden"))
    with pytest.raises(UserError, match=r"data/predictions\.csv of main: neither in git nor in DVC's cache: run `dvc"):
        _ = Revision.named("main").predictions
    hidden.rename(cached)


def test_switching_a_parameter_and_back_restores_the_former_results_without_training(
    experiment: tuple[Project, str],
) -> None:
    project, _ = experiment
    path = project.folder / "metrics/metrics.json"
    before, found = path.read_bytes(), []
    for augment in (False, True):
        project.set({"model": {"augment": augment}})
        printed = project.dvc("repro")
        assert stages_run(printed) == []
        assert "Stage 'train' is cached" in printed
        found.append(path.read_bytes())
    assert found[0] != before == found[1]
    assert project.run("git", "diff", "--stat", "--", "metrics", "plots", "dvc.lock").stdout == ""


def test_a_change_upstream_that_changes_no_label_ends_there(project: Project) -> None:
    project.set({"images": {"max_rejected": 0.5}})
    assert stages_run(project.dvc("repro")) == ["crop", "report"]


def test_a_second_clone_gets_the_results_without_training(project: Project, tmp_path: Path) -> None:
    project.dvc("remote", "add", "--local", "--default", "store", str(tmp_path / "store"))
    project.dvc("push", "--run-cache")
    project.run("git", "clone", "--quiet", str(project.folder), str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone")
    clone.dvc("remote", "add", "--local", "--default", "store", str(tmp_path / "store"))
    assert stages_run(clone.dvc("repro", "--dry", "--allow-missing")) == []
    clone.dvc("pull")
    assert stages_run(clone.dvc("repro")) == []
    assert clone.run("git", "status", "--porcelain").stdout == ""
    for name in ("data/model/model.keras", "data/predictions.csv", "data/raw/training_solutions_rev1.zip"):
        assert (clone.folder / name).read_bytes() == (project.folder / name).read_bytes()


def test_a_mistake_in_the_parameters_is_one_line_and_exit_status_1_in_every_stage(project: Project) -> None:
    project.set({"labels": {"confidence": 1.5}})
    done = project.run("python", "-c", EACH_STAGE, *STAGES)
    said = "error: params.yaml: labels.confidence: input should be less than 1 (found 1.5)\n"
    assert done.stdout == said * len(STAGES)
    assert done.stderr == ""


def test_a_clone_without_the_committed_data_experiments_on_its_own(project: Project, tmp_path: Path) -> None:
    project.run("git", "clone", "--quiet", str(project.folder), str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone")
    changed = ("exp", "run", "-S", "simulation.galaxies=250")
    assert stages_run(clone.dvc(*changed)) == STAGES
    clone.run("git", "reset", "--quiet", "--hard")
    assert stages_run(clone.dvc(*changed, "-S", "images.max_rejected=0.5")) == ["crop", "report"]


def test_a_file_that_cannot_be_used_is_one_line_and_exit_status_1(project: Project) -> None:
    (project.folder / "data/raw/images_training_rev1.zip").unlink()
    done = project.run("python", "-m", "stages.crop", check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: data/raw/images_training_rev1.zip: No such file or directory")
    assert done.stderr.count("\n") == 1


def test_ctrl_c_while_a_stage_starts_is_one_line(project: Project) -> None:
    code = """from tuning_fork.core.errors import run\ndef main(): raise KeyboardInterrupt\nrun(main)"""
    done = project.run("python", "-c", code, check=False)
    assert done.returncode != 0
    assert done.stderr == "stopped: run the same command again to go on\n"


def test_a_training_that_diverges_is_one_line(project: Project) -> None:
    project.set({"training": {"learning_rate": 1e30}})
    done = project.run("dvc", "repro", check=False)
    assert done.returncode != 0
    assert "error: params.yaml: training.learning_rate: 1e+30 makes training diverge: lower it" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
