"""`tuning-fork adapt`: one's own survey in one command, and what is told of a table that it cannot learn from."""

import json
import re
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from astropy.table import Table

from tests.data.surveys import TASKS
from tests.data.tiny_training import examples, tiny_params
from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_with
from tests.helpers.project import Project, copy_project
from tuning_fork.adapting import adapt, command, cross_validation
from tuning_fork.adapting.given import Given, read_given
from tuning_fork.adapting.label_budget import label_budget
from tuning_fork.adapting.output import Result, said_of
from tuning_fork.adapting.pages import id_column_of, page_for
from tuning_fork.adapting.plan import Plan
from tuning_fork.adapting.recipe import read_recipe
from tuning_fork.adapting.splitting import VALIDATION, dealt, shares, split_of_classes
from tuning_fork.calibration.model_folder import save_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue import command as catalogue
from tuning_fork.core.errors import UserError
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.galaxies.ids import hashes_of
from tuning_fork.galaxies.labelled import LabelledGalaxies, Part
from tuning_fork.galaxies.splits import assign_splits
from tuning_fork.networks.building import build_network
from tuning_fork.networks.network_file import TrainedOn
from tuning_fork.study.working_copy import WorkingCopy

NETWORK = {"study": {"filters": [4], "dense": [4]}}


PAGE = (ROOT / "docs/your-survey.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def images(project: Project) -> Path:
    """Give the folder that the page's own script makes: here 60 galaxies as FITS files, and a table of their types."""
    (script,) = re.findall(r"```python\n# make_survey.py\n(.*?)```", PAGE, re.DOTALL)
    assert "GALAXIES = 300\n" in script
    with chdir(project.folder):
        exec(script.replace("GALAXIES = 300\n", "GALAXIES = 60\n"), {})
    return project.folder / "my-galaxies"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project whose models/simulated-sky and recipe are of a network of a few hundred weights."""
    recipe = yaml.safe_load((ROOT / "adapt.yaml").read_text(encoding="utf-8"))
    recipe["params"] |= {"model.network": "study", "model.study.filters": [4], "model.study.dense": [4]}
    recipe["params"]["evaluation.bootstrap"], recipe["folds"] = 100, 2
    recipe["recipes"] = [{"labels": None, "seen": 100, "frozen": 1}]
    made = copy_project(tmp_path_factory.mktemp("adapting") / "project")
    (made.folder / "adapt.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    made.commit()
    params, task, galaxies = tiny_params("votes", model=NETWORK), TASKS["votes"], examples(40, 2, "votes")
    model = TrainedModel.calibrated(
        build_network(params.images.shape, task, params.model), task, params.images, galaxies, galaxies
    )
    history = (TrainedOn(task="votes", source="simulated", galaxies=40, frozen=0),)
    save_model(made.folder / "models/simulated-sky", model, history)
    return made


@pytest.fixture(autouse=True)
def _in_the_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["tuning-fork adapt", *map(str, arguments)])
    command.main()


@pytest.mark.slow
def test_a_folder_and_a_table_become_a_scored_network_and_nothing_is_trained_twice(
    images: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "with blanks/my-types"
    output.mkdir(parents=True)
    (output / "scores.json").touch()  # of an earlier call
    (output / "thesis.tex").touch()
    call = (*call_of(images), output)
    with pytest.raises(ZeroDivisionError):  # stopped between two trainings
        monkeypatch.setattr(adapt, "pooled", lambda _: 1 / 0)
        run(monkeypatch, *call)
    assert (output / "scores.json").read_bytes() == b""
    monkeypatch.setattr(adapt, "pooled", cross_validation.pooled)
    kept = list((project.folder / "data/partial/adapt/my-types/data/partial/trainings").glob("*.npz"))
    assert len(kept) == 4  # of all labels in each fold, and of a quarter
    begun = []
    monkeypatch.setattr(
        cross_validation,
        "train_network",
        lambda *given, train=cross_validation.train_network: begun.append(1) or train(*given),
    )
    run(monkeypatch, *call)
    assert len(begun) == 2
    said = capsys.readouterr().out
    scores = json.loads((output / "scores.json").read_text(encoding="utf-8"))
    assert scores["labels"] == scores["test_galaxies"] == 60
    assert scores["accuracy_low"] <= scores["accuracy"] <= scores["accuracy_high"]
    assert re.search(rf"^accuracy +{scores['accuracy']:.3f} ", said, re.MULTILINE)
    assert f"tuning-fork classify IMAGES --model '{output}' --output catalogue.csv" in said
    assert " --labelled my-galaxies/types.csv --id object --column type\n" in said
    assert (output / "thesis.tex").exists()
    files = {"model.json", "model.keras", "report.html", "explorer.html", "predictions.csv"}
    assert {path.name for path in output.iterdir()} >= files
    assert "Surer than the scores above: of all 60" in (output / "README.md").read_text(encoding="utf-8")
    tested = pd.read_csv(output / "predictions.csv")
    assert sorted(tested["GalaxyID"]) == sorted(pd.read_csv(images / "types.csv")["object"])
    page = yaml.safe_load((project.folder / "surveys/my-types.yaml").read_text(encoding="utf-8"))
    assert (page["id_column"], page["questions"][0]["column"]) == ("object", "type")
    assert "my-types" in project.dvc("exp", "list")
    (experiment,) = project.run("git", "for-each-ref", "--format=%(refname)", "refs/exps/**/my-types").stdout.split()
    kept = project.run("git", "ls-tree", "-r", "--name-only", experiment).stdout.split()
    assert {"surveys/my-types.yaml", "models/simulated-sky/model.keras", "params.yaml", "dvc.lock"} <= set(kept)
    with pytest.raises(UserError, match=r"has learnt from \d+ of these 60 galaxies"):
        run(monkeypatch, *call[:-1], tmp_path / "again", "--from", output)
    command_line = ["tuning-fork classify", str(images / "cutouts"), "--model", str(output)]
    monkeypatch.setattr(sys, "argv", [*command_line, "--output", str(tmp_path / "catalogue.fits")])
    catalogue.main()
    assert len(Table.read(tmp_path / "catalogue.fits")) == 60


def with_table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def call_of(images: Path) -> tuple[object, ...]:
    """Return the command's arguments for all images and their types, but for the output itself."""
    return images / "cutouts", "--labels", images / "types.csv", "--column", "type", "--output"


def rows_of(images: Path) -> list[list[str]]:
    return [line.split(",") for line in (images / "types.csv").read_text(encoding="utf-8").split()]


def text_of(rows: list[list[str]], separator: str = ",") -> str:
    return "".join(f"{separator.join(row)}\n" for row in rows)


TABLES = {
    "its values are separated by ';': save it with commas": lambda rows: text_of(rows, ";"),
    "no column type, but 'object', 'magnitude', 'kind'": lambda rows: text_of(
        [["object", "magnitude", "kind"], *rows[1:]]
    ),
    "none of its columns ('object', 'magnitude', 'type') has the images' names": lambda rows: text_of(
        [rows[0], *(["X" + row[0], *row[1:]] for row in rows[1:])]
    ),
    "is the galaxy of row 2 too": lambda rows: text_of([*rows, rows[1]]),
    "has the one class disk": lambda rows: text_of([rows[0], *([*row[:2], "disk"] for row in rows[1:])]),
    "class rare has 2 labelled galaxies with an image, at least 8 are needed": lambda rows: text_of(
        [rows[0], *([*row[:2], "rare"] for row in rows[1:3]), *rows[3:]]
    ),
    "and 57 more classes have too few, at least 8 are needed": lambda rows: text_of(
        [rows[0], *([*row[:2], str(number)] for number, row in enumerate(rows[1:]))]
    ),
    "has 102 different labels, more than 100: ": lambda rows: text_of(
        [
            rows[0],
            *([f"X{number}", "1", str(number)] for number in range(42)),
            *([*row[:2], row[0]] for row in rows[1:]),
        ]
    ),
    "column type is there twice: rename one": lambda rows: text_of([["object", "type", "type"], *rows[1:]]),
    "columns object and twin both have 60 of the images' names: name one by --id": lambda rows: text_of(
        [["object", "twin", "type"], *([rows[-number][0], *row[::2]] for number, row in enumerate(rows) if number)]
    ),
}


@pytest.mark.parametrize("told", TABLES)
def test_what_is_wrong_in_a_table_is_told_in_one_line(
    told: str, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = with_table(tmp_path, TABLES[told](rows_of(images)))
    with pytest.raises(UserError) as error:
        run(monkeypatch, images / "cutouts", "--labels", table, "--column", "type", "--output", tmp_path / "out")
    assert told in str(error.value)
    assert str(table) in str(error.value) and "\n" not in str(error.value)
    assert not (tmp_path / "out").exists() and not Path("surveys/out.yaml").exists()


def test_the_column_of_ids_is_the_one_with_most_of_the_images_names(images: Path, tmp_path: Path) -> None:
    names = [row[0] for row in rows_of(images)[1:]]
    rows = [("host", "object", "type"), *[(names[0], f"late {number}", "disk") for number in range(1000)]]
    rows += [(names[0], name, "disk") for name in names]
    table = with_table(tmp_path, text_of([list(row) for row in rows]))
    assert id_column_of(str(images / "cutouts"), table, "type") == "object"


def test_columns_of_the_same_names_row_by_row_are_as_good(images: Path, tmp_path: Path) -> None:
    rows = [["object", "file", "type"], *([row[0], f"cut/{row[0]}.fits", row[2]] for row in rows_of(images)[1:])]
    assert id_column_of(str(images / "cutouts"), with_table(tmp_path, text_of(rows)), "type") == "object"
    rows += [["not seen 1", "", "disk"], ["not seen 2", "", "disk"]]
    assert id_column_of(str(images / "cutouts"), with_table(tmp_path, text_of(rows)), "type") == "object"
    swapped = text_of([[file, name, kind] for name, file, kind in rows])
    assert id_column_of(str(images / "cutouts"), with_table(tmp_path, swapped), "type") == "object"


ENCODED = {
    "lines of old Macs": lambda text: text.replace("\n", "\r").encode(),
    "a mark of the order of bytes": lambda text: text.encode("utf-8-sig"),
    "a name over two lines": lambda text: text.replace("magnitude", '"magnitude\n(AB)"', 1).encode(),
    "another column that is there twice": lambda text: text.replace("magnitude", "m,m").replace(",1", ",1,1").encode(),
}


@pytest.mark.parametrize("form", ENCODED)
def test_the_column_of_ids_is_found_in_whatever_pandas_reads(form: str, images: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(ENCODED[form]((images / "types.csv").read_text(encoding="utf-8")))
    assert id_column_of(str(images / "cutouts"), table, "type") == "object"
    page = page_for("mine", table, "object", "type")
    assert len(read_given(str(images / "cutouts"), table, "mine", page).classes) == 60


def test_ids_that_lost_their_last_digits_are_told_of_though_no_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    names = [587722981746540704 + number for number in range(9)]
    for name in names:
        (tmp_path / "images" / f"{name}.jpg").touch()
    table = pd.DataFrame({"z": 0.1, "luminosity": 3.2e44, "object": np.array(names, float), "type": "E"})
    table.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(
        UserError, match=r"row 2, column object: '5.877229817465407e\+17' has a decimal point: so large"
    ):
        id_column_of(str(tmp_path / "images"), tmp_path / "t.csv", "type")
    table.drop(columns="object").to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(UserError, match="none of its columns"):
        id_column_of(str(tmp_path / "images"), tmp_path / "t.csv", "type")


def test_labels_are_told_as_they_are_given_whatever_keys_they_make(images: Path, tmp_path: Path) -> None:
    names = [row[0] for row in rows_of(images)[1:]]
    given = ["E/S0", "E-S0", "class"] * 20
    table = with_table(tmp_path, text_of([["object", "type"], *map(list, zip(names, given, strict=True))]))
    page = page_for("mine", table, "object", "type")
    found = read_given(str(images / "cutouts"), table, "mine", page)
    assert found.classes.to_dict() == dict(zip(names, given, strict=True))
    assert found.counts == {"E/S0": 20, "E-S0": 20, "class": 20}


def test_finished_folds_are_those_of_the_same_views_and_calibration(tmp_path: Path) -> None:
    galaxies, fold_keys = examples(20, 1), set()
    for views, code in ((1, "one"), (8, "one"), (8, "another")):
        (tmp_path / "calibration.py").write_text(code)
        params = tiny_params(evaluation={"views": views})
        trainings = cross_validation.Trainings(TASKS["binary"], params, read_recipe(ROOT), 40, tmp_path, tmp_path)
        fold_keys.add(trainings.key(params, cross_validation.Fold(galaxies, galaxies, galaxies)))
    assert len(fold_keys) == 3


def test_a_frame_that_cannot_be_is_told_before_it_is_in_a_page(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = (*call_of(images), tmp_path / "out")
    with pytest.raises(UserError, match=r"^--frame: 0.01 to .* \(found 9.0\)$"):
        run(monkeypatch, *call, "--frame", "9")
    assert not Path("surveys/out.yaml").exists()


def test_a_name_that_another_output_has_is_refused(
    images: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "here/out"
    note = project.folder / "data/partial/adapt/out.output"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(str(other), encoding="utf-8")
    other.mkdir(parents=True)
    (other / "scores.json").touch()
    call = call_of(images)
    with pytest.raises(UserError, match=f"of the name out are those of {re.escape(str(other))}: choose another name"):
        run(monkeypatch, *call, tmp_path / "there/out")
    note.unlink()


def test_an_experiment_of_the_name_is_replaced_only_if_it_is_by_this_command(
    images: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = WorkingCopy(project.folder / "data/partial/adapt/augmented", project.folder)
    head = project.run("git", "rev-parse", "HEAD").stdout.strip()
    reference = f"refs/exps/{head[:2]}/{head[2:]}/augmented"
    project.run("git", "update-ref", reference, head)
    call = (*call_of(images), tmp_path / "augmented")
    told = "augmented is there already, and not from data/partial/adapt/augmented: .* `dvc exp remove augmented`"
    with pytest.raises(UserError, match=told):
        run(monkeypatch, *call)
    assert not copy.folder.exists() and not (tmp_path / "augmented").exists()
    subprocess.run(["git", "clone", "--quiet", "--bare", project.folder, copy.folder / ".git"], check=True)
    assert not copy.would_replace("augmented") and not copy.would_replace("another")
    shutil.rmtree(copy.folder)
    assert copy.would_replace("augmented")  # nobody knows any more who made it
    project.run("git", "update-ref", "-d", reference)


def test_a_folder_that_cannot_be_written_is_told_of_before_anything_runs(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for folder, why in (
        (tmp_path / "file/out", "Not a directory"),
        (Path("/proc/out"), "No such file or directory"),
        (tmp_path / ("o" * 300), "File name too long"),
    ):
        with pytest.raises(UserError, match=rf"^--output: {folder}: .*{why}.*: name another folder$"):
            run(monkeypatch, *call_of(images), folder)
        assert not Path("surveys/out.yaml").exists()


def test_the_column_of_the_ids_is_said(
    images: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(adapt, "adapt", lambda plan: plan.name)
    run(monkeypatch, *call_of(images), tmp_path / "a")
    assert capsys.readouterr().out.splitlines()[0] == "IDs: column object"
    (project.folder / "surveys/a.yaml").unlink()


def test_a_class_without_usable_images_is_told_of_by_the_users_files(
    images: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(images)
    shutil.copytree(images / "cutouts", tmp_path / "cutouts")
    bad = tmp_path / "cutouts" / f"{min(row[0] for row in rows[1:11])}.fits"
    for name in (row[0] for row in rows[1:11]):
        (tmp_path / "cutouts" / f"{name}.fits").write_bytes(b"no image")
    table = with_table(tmp_path, text_of([rows[0], *([*row[:2], "rare"] for row in rows[1:11]), *rows[11:]]))
    with pytest.raises(UserError) as error:
        run(monkeypatch, tmp_path / "cutouts", "--labels", table, "--column", "type", "--output", tmp_path / "rarenet")
    assert str(error.value).startswith(f"class rare: none of its 10 images can be used ({bad}: ")
    (project.folder / "surveys/rarenet.yaml").unlink()


def test_what_cannot_be_is_told_of_what_was_given(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = (*call_of(images), tmp_path / "out")
    with pytest.raises(SystemExit):
        run(monkeypatch, *call, "--id", "type")
    assert "--id and --column: both are type" in capsys.readouterr().err
    subprocess.run(["git", "init", "--quiet", tmp_path / "elsewhere"], check=True)
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(UserError, match=r"elsewhere: is not the project's folder \(there is no adapt.yaml\)"):
        run(monkeypatch, *call)


def test_places_that_are_none_are_told_in_one_line(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*arguments: object) -> str:
        with pytest.raises(UserError) as error:
            run(monkeypatch, *arguments)
        return str(error.value)

    table = ("--labels", images / "types.csv", "--column", "type")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").touch()
    assert "is there already, and not by this command" in told(
        images / "cutouts", *table, "--output", tmp_path / "mine"
    )
    assert "letters, digits, - and _ alone" in told(images / "cutouts", *table, "--output", tmp_path / "a b")
    assert "IMAGES: " in told(tmp_path / "mine", *table, "--output", tmp_path / "out")
    assert "no model folder" in told(images / "cutouts", *table, "--output", tmp_path / "out", "--from", tmp_path)
    assert "name a survey's page, as in surveys/, by --survey" in told(
        images / "cutouts", *table[:2], "--survey", images / "types.csv", "--output", tmp_path / "out"
    )
    assert "is in no folder of a class" in told(images / "cutouts", "--output", tmp_path / "out")


def test_a_start_that_has_learnt_from_these_galaxies_or_does_not_tell_is_refused(
    images: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    shutil.copytree(project.folder / "models/simulated-sky", start)
    description = json.loads((start / "model.json").read_text(encoding="utf-8"))
    names = [row[0] for row in rows_of(images)[1:]]
    call = (images / "cutouts", "--labels", images / "types.csv", "--column", "type", "--from", start)

    def told(**training: object) -> str:
        known = {"task": "classes", "source": "folder", "galaxies": 2, "frozen": 0} | training
        again = {"task": "classes", "source": "folder", "galaxies": 9, "frozen": 0, "galaxy_hashes": hashes_of(["X1"])}
        described = description | {"trained_on": [*description["trained_on"], known, again]}
        (start / "model.json").write_text(json.dumps(described), encoding="utf-8")
        with pytest.raises(UserError) as error:
            run(monkeypatch, *call, "--output", tmp_path / "out")
        assert not Path("surveys/out.yaml").exists()
        return str(error.value)

    assert "has learnt from 2 of these 60 galaxies" in told(galaxy_hashes=hashes_of(["J-1", names[3], names[7]]))
    assert "does not say which galaxies it has learnt from" in told()


def test_each_class_is_in_each_split_and_spread_evenly_over_the_folds() -> None:
    classes = pd.Series(["common"] * 80 + ["rare"] * 8, [f"G{number}" for number in range(88)])
    split = split_of_classes(classes, shares(8, is_cross_validated=True))
    splits = assign_splits(classes.index, split.shares, split.seed)
    assert pd.crosstab(splits, classes.to_numpy()).to_numpy().min() >= 2
    assert split.missing == ()
    hands = dealt(classes.index.to_numpy(), classes.to_numpy(), 5, 1)
    assert pd.crosstab(hands, classes.to_numpy()).agg(np.ptp).max() <= 1


def test_galaxies_that_another_split_by_the_same_seed_learnt_from_have_a_test_split_too() -> None:
    galaxies = pd.Index([f"G{number}" for number in range(1500)])
    learnt_from = galaxies[assign_splits(galaxies, (0.6, 0.2, 0.2), 1) == "train"]
    classes = pd.Series(np.resize(["one", "another"], len(learnt_from)), learnt_from)
    split = split_of_classes(classes, shares(400, is_cross_validated=False))
    counts = pd.crosstab(classes.to_numpy(), assign_splits(classes.index, split.shares, split.seed))
    assert split.missing == ()
    assert counts["test"].min() > 50


def test_galaxies_that_reach_beyond_the_cut_out_are_told_of(tmp_path: Path) -> None:
    distance = np.hypot(*np.mgrid[-31.5:32, -31.5:32]) / 32

    def of_size(radius: float) -> LabelledGalaxies:
        light = np.where(distance < radius, 200, 0).astype(np.uint8)
        return LabelledGalaxies((Part(np.arange(5), np.eye(2)[[0] * 5], np.stack([light[..., None]] * 5)),))

    within, beyond = of_size(0.3), of_size(0.99)
    assert adapt.beyond(cross_validation.Fold(within, within, within)) == 0
    share = adapt.beyond(cross_validation.Fold(within, beyond, within))
    assert share == pytest.approx(1 / 3)

    given = Given("mine", page_for("mine", tmp_path / "t.csv", "object", "type"), pd.Series(["E", "S"]), ())
    plan = Plan(tmp_path, "in", None, tmp_path / "mine", tmp_path, given, read_recipe(ROOT))
    predictions = Predictions(np.arange(5), np.eye(4)[[0, 1, 2, 3, 0]], np.eye(4)[[0, 1, 2, 3, 1]], TASKS["regression"])
    budget = label_budget({2: predictions, 4: predictions}, predictions, 10, 1)

    def told(share: float) -> str:
        result = Result(plan, predictions, budget, pd.Series(dtype=str), params_with().evaluation, share)
        return said_of(result, {"majority_accuracy": 0.5})

    assert "33% of the galaxies reach beyond what is looked at: `frame: auto` in surveys/mine.yaml" in told(share)
    assert "framing" not in told(0.004)


def test_what_is_written_learns_from_no_fewer_labels_than_what_is_scored() -> None:
    learnt_in_folds = (1 - 1 / read_recipe(ROOT).folds) * (1 - VALIDATION)
    for rarest in (8, 12, 20, 26, 27, 39, 40, 500):
        parts = shares(rarest, is_cross_validated=True)
        assert parts[0] >= learnt_in_folds - 1e-9
        assert sum(parts) == pytest.approx(1)


def test_many_rare_classes_are_split_too_and_those_that_are_not_in_each_part_are_named() -> None:
    classes = pd.Series([f"class {number % 30:02}" for number in range(240)], [f"G{number}" for number in range(240)])
    split = split_of_classes(classes, shares(8, is_cross_validated=True), most_tried=50)
    counts = pd.crosstab(classes.to_numpy(), assign_splits(classes.index, split.shares, split.seed))
    assert counts["train"].min() >= 2
    assert split.missing == tuple(counts.index[(counts == 0).any(axis=1)])
    assert 0 < len(split.missing) < 20


def test_what_more_labels_bring_is_told_only_where_more_were_better() -> None:
    task, rng = TASKS["regression"], np.random.default_rng(1)
    targets = np.eye(len(task.targets))[rng.integers(len(task.targets), size=400)]

    def right(share: float) -> Predictions:
        wrong = rng.random(400) > share
        outputs = np.where(wrong[:, None], np.roll(targets, 1, axis=1), targets)
        return Predictions(np.arange(400), targets, outputs, task)

    better = {100: right(0.7), 200: right(0.82), 400: right(0.9)}
    learnt = label_budget(better, better[400], 100, 1)
    assert learnt.is_visible and learnt.said()[0].startswith(
        f"300 more labels: accuracy {learnt.scores[400].value:.3f}"
    )
    assert all(one.value > learnt.scores[400].value for one in learnt.more.values())
    same = label_budget({number: better[400] for number in better}, better[400], 100, 1)
    assert "cannot be told" in same.said()[0]
    for budget in (learnt, same):
        assert "not of the seeds', nor of the choice of labels" in budget.said()[-1]
        assert budget.as_json()["intervals"] == budget.said()[-1]
