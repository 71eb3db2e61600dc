"""params.yaml: the manual of every choice, and one line for every mistake in it."""

import copy
import os
import re
import subprocess
import sys
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
import yaml
from dvc.utils.hydra import apply_overrides

from tests.helpers.imports import ROOT
from tests.helpers.parameters import params_text
from tuning_fork.core.errors import UserError
from tuning_fork.params_yaml import Params, read_params

TEXT = params_text()
STUDY = {
    "download": {"source": "simulated", "archive": None},
    "images": {"crop": 256, "size": 64, "grayscale": False},
    "labels": {"survey": "galaxy-zoo-2", "task": "binary", "confidence": 0.8, "split": (0.6, 0.2, 0.2)},
    "model": {
        "network": "study",
        "augment": False,
        "dropout": 0.0,
        "normalize": True,
        "study": {"batch_normalization": False, "filters": (32, 64, 128), "kernel": 3, "pool": 2, "dense": (128,)},
    },
    "augmentation": {"rotation": 1.0, "flip": True, "contrast": 0.5, "zoom": 0.25, "shift": 0.0, "brightness": 0.0},
    "training": {
        "epochs": 25,
        "batch_size": 32,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "schedule": "constant",
        "weight_decay": 0.0,
        "averaging": 0.0,
        "label_smoothing": 0.0,
        "start": None,
        "frozen": 0,
        "early_stopping": None,
    },
    "evaluation": {"bootstrap": 1000, "views": 1, "volunteers": 40},
}
ABSENT = object()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str) -> Params:
    Path("params.yaml").write_text(text, encoding="utf-8")
    return read_params()


def read_changed(key: str, value: object) -> Params:
    """Read params.yaml with one key, `section.key`, `section.table.key` or `section`, set to `value` or taken out."""
    *sections, name = key.split(".")
    content = copy.deepcopy(yaml.safe_load(TEXT))
    table = reduce(getitem, sections, content)
    if value is ABSENT:
        del table[name]
    else:
        table[name] = value
    return read(yaml.safe_dump(content))


def mistake(key: str, value: object) -> str:
    """Return what is said of `value`; it is one line that begins with the file."""
    with pytest.raises(UserError) as error:
        read_changed(key, value)
    assert re.fullmatch(r"params\.yaml: .*", str(error.value))
    return str(error.value).removeprefix("params.yaml: ")


def test_the_file_as_it_comes_holds_the_studys_values() -> None:
    params = read(TEXT).model_dump()
    assert {section: {key: params[section][key] for key in keys} for section, keys in STUDY.items()} == STUDY


def test_every_key_has_a_comment_above_or_beside_it() -> None:
    above, documented = "", []
    for line in TEXT.splitlines():
        if key := re.match(r" +(\w+):", line):
            assert "#" in line or above.lstrip().startswith("#"), line
            documented.append(key[1])
        above = line
    assert documented == [key for section in yaml.safe_load(TEXT).values() for key in keys(section)]


def keys(table: dict) -> list[str]:
    """Return the keys of a table and of the tables in it, in the order of the file, a table before its own."""
    return [name for key, value in table.items() for name in [key, *(keys(value) if isinstance(value, dict) else [])]]


def test_another_value_is_read_as_it_stands() -> None:
    assert read_changed("model.study.dense", []).model.study.dense == ()
    assert read_changed("labels.split", [0.7, 0.2, 0.1]).labels.split == (0.7, 0.2, 0.1)
    assert read_changed("training.learning_rate", 1).training.learning_rate == 1.0
    assert read_changed("download.archive", "~/kaggle").download.archive == Path("~/kaggle")


@pytest.mark.parametrize("written", ["0.00001", "1e-5", "1e-05", "1.0e-05"])
def test_a_number_with_an_exponent_is_a_number_as_dvc_writes_it(written: str) -> None:
    text = TEXT.replace("learning_rate: 0.001", f"learning_rate: {written}")
    assert read(text).training.learning_rate == 1e-5


def test_each_number_may_be_as_large_and_as_small_as_its_comment_says() -> None:
    for key, values in {
        "images.crop": (64, 424),
        "images.size": (64, 256),
        "images.max_rejected": (0, 1),
        "labels.confidence": (0, 0.999),
        "model.dropout": (0, 0.999),
        "machine.memory": (0, 1),
        "augmentation.rotation": (0, 1),
        "augmentation.contrast": (0, 1),
        "augmentation.zoom": (0, 0.999),
        "augmentation.shift": (0, 1),
        "augmentation.brightness": (0, 1),
        "training.warm_up": (0, 1),
        "training.weight_decay": (0, 0.999),
        "training.averaging": (0, 0.999),
        "training.label_smoothing": (0, 0.999),
        "model.residual.stem": (1, 8),
        "simulation.seeing": (0.5, 5),
        "simulation.noise": (0, 10),
        "simulation.wide": (0, 1),
        "simulation.telescopes.frame": ([2, 40], [3, 3]),
        "simulation.telescopes.side": ([32, 424],),
        "simulation.telescopes.seeing": ([0.1, 10],),
        "simulation.telescopes.noise": ([0.01, 10],),
        "simulation.telescopes.smoothing": ([0, 5],),
        "simulation.telescopes.offset": ([0, 0.1],),
        "simulation.telescopes.bend": ([0.1, 1000],),
        "simulation.telescopes.core": ([10, 1000],),
        "simulation.telescopes.saturation": ([0, 5],),
        "simulation.telescopes.tint": ([0.1, 10],),
        "simulation.telescopes.sky": ([-100, 200],),
        "simulation.telescopes.gradient": ([0, 200],),
        "simulation.telescopes.quality": ([1, 100],),
        "simulation.telescopes.grey": (0, 1),
        "evaluation.bootstrap": (100, 10_000),
        "evaluation.volunteers": (1, 10_000),
        "simulation.volunteers": (1, 10_000),
        "training.epochs": (1, 10_000),
        "training.frozen": (0, 3),
        "training.start": ("first", None),
        "training.early_stopping": (1, 10_000),
        "training.batch_size": (1, 65_536),
        "model.study.filters": ([1], [4096]),
        "model.study.dense": ([1], [65_536], [1] * 100),
        "model.study.kernel": (1, 5),
        "model.study.pool": (1, 3),
    }.items():
        for value in values:
            read_changed(key, value)


MISTAKES = [
    *(
        (key, value, f"{key}: input should be less than or equal to {most} (found {value})")
        for key, most in {
            "simulation.volunteers": 10_000,
            "evaluation.volunteers": 10_000,
            "evaluation.bootstrap": 10_000,
            "training.epochs": 10_000,
            "training.early_stopping": 10_000,
            "training.batch_size": 65_536,
            "model.study.kernel": 424,
            "model.study.pool": 424,
        }.items()
        for value in (most + 1, 10**9)
    ),
    (
        "model.study.filters",
        [10**6],
        "model.study.filters.0: input should be less than or equal to 4096 (found 1000000)",
    ),
    ("model.study.dense", [10**6], "model.study.dense.0: input should be less than or equal to 65536 (found 1000000)"),
    ("model.study.filter", [8], "model.study.filter: unknown key: remove it or correct its spelling"),
    (
        "simulation.telescopes.frame",
        [16, 3],
        "simulation.telescopes.frame: input should be [lowest, highest], between 2 and 40 (found [16, 3])",
    ),
    (
        "simulation.telescopes.noise",
        [0, 1],
        "simulation.telescopes.noise: input should be [lowest, highest], between 0.01 and 10 (found [0, 1])",
    ),
    ("model.network", "stady", "model.network: input should be 'study' or 'residual' (found \"stady\")"),
    (
        "model.residual.blocks",
        [1, 2],
        "model.residual.blocks: as many as filters, which are 4 (found [1, 2])",
    ),
    ("model.residual.stem", 0, "model.residual.stem: input should be greater than or equal to 1 (found 0)"),
    ("training.frozen", -1, "training.frozen: input should be greater than or equal to 0 (found -1)"),
    ("training.frozen", 4, "training.frozen: at most the 3 stages of model.study (found 4)"),
    (
        "training.start",
        "data/model",
        "training.start: the name of a folder in models/, without a path (found 'data/model')",
    ),
    ("training.averaging", 1.0, "training.averaging: input should be less than 1 (found 1.0)"),
    ("model.dropuot", 0.3, "model.dropuot: unknown key: remove it or correct its spelling"),
    ("modle", {}, "modle: unknown key: remove it or correct its spelling"),
    ("labels.seed", ABSENT, "labels.seed: missing: add it"),
    ("evaluation", ABSENT, "evaluation: missing: add it"),
    ("training.epochs", "25", 'training.epochs: input should be a valid integer (found "25")'),
    (
        "training.epochs",
        2.5,
        "training.epochs: input should be a valid integer (found 2.5)",
    ),
    ("training.epochs", True, "training.epochs: input should be a valid integer (found true)"),
    ("training.epochs", None, "training.epochs: input should be a valid integer (found null)"),
    ("training.epochs", 0, "training.epochs: input should be greater than or equal to 1 (found 0)"),
    (
        "training.optimizer",
        "adamm",
        "training.optimizer: input should be 'adam', 'adamw', 'nadam', 'rmsprop' or 'sgd' (found \"adamm\")",
    ),
    ("training.learning_rate", 0, "training.learning_rate: input should be greater than 0 (found 0)"),
    (
        "training.learning_rate",
        float("inf"),
        "training.learning_rate: input should be a finite number (found Infinity)",
    ),
    ("training.early_stopping", 0, "training.early_stopping: input should be greater than or equal to 1 (found 0)"),
    (
        "labels.survey",
        "surveys/mine",
        "labels.survey: the name of a page in surveys/, without a path and .yaml (found 'surveys/mine')",
    ),
    (
        "labels.survey",
        "mine.yaml",
        "labels.survey: the name of a page in surveys/, without a path and .yaml (found 'mine.yaml')",
    ),
    ("labels.survey", "", "labels.survey: the name of a page in surveys/, without a path and .yaml (found '')"),
    ("labels.confidence", float("nan"), "labels.confidence: input should be a finite number (found NaN)"),
    ("labels.confidence", 1, "labels.confidence: input should be less than 1 (found 1)"),
    ("labels.confidence", -0.1, "labels.confidence: input should be greater than or equal to 0 (found -0.1)"),
    (
        "labels.task",
        "Binary",
        "labels.task: input should be 'binary', 'regression', 'regression-all', 'votes' or 'classes' "
        '(found "Binary")',
    ),
    (
        "labels.task",
        "votes",
        "labels.confidence: task votes learns from all galaxies: must be 0 (found 0.8)",
    ),
    ("labels.split", [0.6, 0.2, 0.1], "labels.split: three shares above 0 that sum to 1 (found [0.6, 0.2, 0.1])"),
    ("labels.split", [0.8, 0.2, 0.0], "labels.split: three shares above 0 that sum to 1 (found [0.8, 0.2, 0.0])"),
    (
        "training.schedule",
        "cosin",
        "training.schedule: input should be 'constant' or 'cosine' (found \"cosin\")",
    ),
    ("machine.memory", 1.5, "machine.memory: input should be less than or equal to 1 (found 1.5)"),
    ("machine.scheduler", 8786, "machine.scheduler: input should be a valid string (found 8786)"),
    ("model.augment", "yes", 'model.augment: input should be a valid boolean (found "yes")'),
    ("model.augment", 1, "model.augment: input should be a valid boolean (found 1)"),
    ("model.study.filters", [32, 0], "model.study.filters.1: input should be greater than or equal to 1 (found 0)"),
    ("model.dropout", 1.0, "model.dropout: input should be less than 1 (found 1.0)"),
    ("model", None, "model: input should be an object (found null)"),
    ("images.crop", 425, "images.crop: input should be less than or equal to 424 (found 425)"),
    ("training.class_weights", True, "training.class_weights: task binary has no classes to weigh (found true)"),
    ("images.frame", 0.5, "images.frame: is of the survey's page, surveys/galaxy-zoo-2.yaml: move it there"),
    (
        "download.source",
        "folder",
        "download.images: needed with source folder: a folder, zip or pattern of images (found null)",
    ),
    ("images.size", 257, "images.size: at most images.crop, which is 256 (found 257)"),
    ("images.grayscale", 0, "images.grayscale: input should be a valid boolean (found 0)"),
    ("simulation.galaxies", 0, "simulation.galaxies: input should be greater than or equal to 1 (found 0)"),
    ("evaluation.views", 4, "evaluation.views: input should be 1 or 8 (found 4)"),
    ("evaluation.volunteers", 0, "evaluation.volunteers: input should be greater than or equal to 1 (found 0)"),
    ("evaluation.bootstrap", 99, "evaluation.bootstrap: input should be greater than or equal to 100 (found 99)"),
    (
        "download.source",
        "kagle",
        "download.source: input should be 'simulated', 'archive', 'kaggle' or 'folder' (found \"kagle\")",
    ),
    (
        "download.source",
        "archive",
        "download.archive: needed with source archive: the folder that holds Kaggle's files (found null)",
    ),
    (
        "model.study.filters",
        [8, 8, 8, 8, 8, 8],
        "model.study.filters: 6 convolutions of kernel 3 with pool 2 leave nothing of a "
        "64-pixel image: fewer filters, a smaller kernel or pool, or a larger images.size",
    ),
]


@pytest.mark.parametrize(("key", "value", "said"), MISTAKES)
def test_a_mistake_is_one_line_that_names_the_key_and_what_was_found(key: str, value: object, said: str) -> None:
    assert mistake(key, value) == said


def test_a_split_of_two_shares_or_four_is_a_mistake() -> None:
    assert mistake("labels.split", [0.8, 0.2]).startswith("labels.split")
    assert mistake("labels.split", [0.4, 0.2, 0.2, 0.2]).startswith("labels.split")


def test_a_network_without_filters_or_of_endless_layers_is_a_mistake() -> None:
    assert mistake("model.study.filters", []).startswith("model.study.filters: ")
    for key in ("model.study.filters", "model.study.dense"):
        assert mistake(key, [1] * 101).startswith(f"{key}: tuple should have at most 100 items")


def test_a_network_may_use_up_its_image_to_the_last_pixel() -> None:
    read_changed("model.study.filters", [8, 8, 8, 8])  # 64 pixels: 62, pooled 31: 29, 14: 12, 6: 4, pooled 2
    assert mistake("model.study.filters", [8, 8, 8, 8, 8]).startswith("model.study.filters: 5 convolutions")


ENDLESS = "with its aliases written out, more than 100000 characters: take some out"


def laughs(first: str, doubled: str) -> str:
    """Return YAML in which each line stands for several of the line before (the "billion laughs")."""
    lines = [f"x{number}: &x{number} {doubled.replace('@', f'*x{number - 1}')}" for number in range(1, 60)]
    return "\n".join([f"x0: &x0 {first}", *lines])


NOT_PARAMETERS = {
    "": "params.yaml: empty or not a table of sections: restore it from git",
    "# nothing but a comment": "params.yaml: empty or not a table of sections: restore it from git",
    "- a list": "params.yaml: empty or not a table of sections: restore it from git",
    "download: [": "params.yaml: not valid YAML: ",
    "download: {}\ndownload: {}": "params.yaml: not valid YAML: ",
    "download: 2020-01-01": "params.yaml: ",
    "2020-01-01: 1": "params.yaml: 2020-01-01: unknown key: remove it or correct its spelling",
    "[1, 2]: 1": "params.yaml: 1,2: unknown key: remove it or correct its spelling",
    "download: 2020-13-01": "params.yaml: not valid YAML: month must be in 1..12",
    f"download: {'1' * 5000}": "params.yaml: not valid YAML: Exceeds the limit (4300 digits)",
    "download: !!python/object/apply:os.system [ls]": "params.yaml: line 1: the tag tag:yaml.org,2002:python/object",
    "download: &a\n  source: *a": f"params.yaml: line 2: {ENDLESS}",
    "&a\ndownload: *a": f"params.yaml: line 2: {ENDLESS}",
    laughs("[1, 2]", "[@, @, @, @]"): f"params.yaml: line 8: {ENDLESS}",
    laughs("{a: 1}", "{<<: [@, @, @, @]}"): f"params.yaml: line 8: {ENDLESS}",
    f"a: &a {'1' * 60_000}\nb: [*a, *a]": f"params.yaml: line 2: {ENDLESS}",
    "[" * 30_000: "params.yaml: line 1: lists and tables more than 20 deep: take some out",
    "# comment\n" * 20_000: "params.yaml: 200000 bytes, more than 100000: restore it from git",
}


@pytest.mark.parametrize("text", NOT_PARAMETERS)
def test_a_file_of_something_else_is_one_line(text: str) -> None:
    with pytest.raises(UserError) as error:
        read(text)
    assert str(error.value).startswith(NOT_PARAMETERS[text])
    assert "\n" not in str(error.value)


def test_a_file_in_another_encoding_is_one_line() -> None:
    Path("params.yaml").write_bytes(TEXT.encode("utf-8") + b"# \xff\xfe\n")
    with pytest.raises(UserError, match=r"^params.yaml: not valid YAML: "):
        read_params()


def test_without_the_file_one_is_told_where_to_run() -> None:
    with pytest.raises(UserError, match=r"^params.yaml: not found: run in the project's folder$"):
        read_params()


def test_a_stage_ends_with_that_line_and_status_1() -> None:
    Path("params.yaml").write_text(TEXT.replace("crop: 256", "crop: 32"), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "stages.crop"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "error: params.yaml: images.size: at most images.crop, which is 32 (found 64)\n"


def test_experiments_leave_every_comment_of_params_yaml(tmp_path: Path) -> None:
    def comments(text: str) -> list[str]:
        return [line.partition("# ")[2] for line in text.splitlines() if "# " in line]

    changed = tmp_path / "params.yaml"
    changed.write_text(TEXT, encoding="utf-8")
    for overrides in (
        ["model.augment=true"],
        ["model.study.dense=[64,32]"],
        ["labels.split=[0.8,0.1,0.1]", "model.study.pool=3"],
    ):
        apply_overrides(changed, overrides)  # what `dvc exp run -S` does
        assert comments(changed.read_text(encoding="utf-8")) == comments(TEXT)
