"""The page itself: what it shows, and how it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np

from tuning_fork.core.files import whole_file
from tuning_fork.explorer.feature_map import MOST_MAPPED, feature_map
from tuning_fork.explorer.sprites import COLUMNS, sheets
from tuning_fork.figures.palette import class_colour
from tuning_fork.pages.page import data_uri, write_html
from tuning_fork.tasks.task import Task

HERE = Path(__file__).parent
MOST_WITHIN = 20_000
"""Galaxies whose pictures are in the page itself; of more, they lie beside it and are loaded as they are looked at."""
SHEET = "sheet-{}.jpg"
WHOLE = 1000
"""Of which numbers the page has whole parts: fractions take less room so."""


@dataclass(frozen=True)
class Answer:
    """A row of what is said of a galaxy: the name of an answer, and of the question above it, if there are several."""

    key: str
    name: str
    question: str = ""


@dataclass(frozen=True)
class Explored:
    """Galaxies to be looked at, n of them, with what a network says of each.

    `features` is (n, d), `images` uint8 (n, side, side, channels); `outputs` (n, answers) are the network's, `votes`
    of the same shape the volunteers', NaN where unknown; `predicted` and `known` are keys of classes, `fraction` the
    volunteers' vote for the known class, `uncertainty` that of the predicted one; `outlier` is how unlike the usual
    galaxies one is, above 1 as none in 1,000 of those is. What is None is not known of any.
    """

    names: Sequence[str]
    images: np.ndarray
    features: np.ndarray
    task: Task
    predicted: Sequence[str]
    uncertainty: np.ndarray
    outlier: np.ndarray
    outputs: np.ndarray
    known: Sequence[str] | None = None
    fraction: np.ndarray | None = None
    votes: np.ndarray | None = None


def _of_classes(task: Task) -> list[Answer]:
    return [Answer(key, task.name_of(key)) for key in task.classes]


def _of_tree(task: Task) -> list[Answer]:
    questions = task.survey.questions
    return [Answer(one.key, one.name, question.name) for question in questions for one in question.answers]


ANSWERS: dict[str, Callable[[Task], list[Answer]]] = {
    "probability": _of_classes,
    "shares": _of_classes,
    "votes": _of_tree,
    "classes": _of_classes,
}
"""The answers of which a network gives fractions, by the kind of a task's outputs."""


def answers_of(task: Task) -> list[Answer]:
    """Return the answers of which a network of the task gives fractions, in the order of `Explored.outputs`."""
    return ANSWERS[task.kind](task)


def write_explorer(
    path: Path, title: str, explored: Explored, most_within: int = MOST_WITHIN, most_mapped: int = MOST_MAPPED
) -> None:
    """Write the page of these galaxies; of more than `most_within` the pictures into a folder of its name beside it.

    The map is made of `most_mapped` of them.
    """
    is_whole, task = len(explored.names) <= most_within, explored.task
    positions, nearest = feature_map(explored.features, most_mapped)
    data = {
        "names": [one.encode(errors="replace").decode() for one in explored.names],
        "x": _parts(positions[:, 0], 10 * WHOLE),
        "y": _parts(positions[:, 1], 10 * WHOLE),
        "near": nearest.tolist(),
        "classes": [task.name_of(key) for key in task.classes],
        "colours": [class_colour(number) for number in range(len(task.classes))],
        "predicted": _numbers(explored.predicted, task.classes),
        "known": None if explored.known is None else _numbers(explored.known, task.classes),
        "uncertainty": _parts(explored.uncertainty, WHOLE),
        "outlier": _parts(explored.outlier, WHOLE),
        "fraction": None if explored.fraction is None else _parts(explored.fraction, WHOLE),
        "answers": [vars(one) for one in answers_of(task)],
        "outputs": [_parts(row, WHOLE) for row in explored.outputs],
        "votes": None if explored.votes is None else [_parts(row, WHOLE) for row in explored.votes],
        "sheets": _written_sheets(path, explored.images, is_whole),
        "side": explored.images.shape[1],
        "columns": COLUMNS,
    }
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("d3/d3.min.js", "explorer.js"))
    style = (HERE / "explorer.css").read_text(encoding="utf-8")
    pictures = "data:" if is_whole else "data: 'self' file:"
    write_html(path, HERE / "explorer.html.jinja", script, pictures, title=title, data=data, explorer_style=style)


def pictures_of(page: Path) -> Path:
    """Return the folder beside a page that has its pictures, if they are not in the page."""
    return page.with_name(f"{page.stem}-pictures")


def _written_sheets(path: Path, images: np.ndarray, is_whole: bool) -> list[str]:
    """Return where the page finds its sheets of pictures: in itself, or in files that are written beside it."""
    for earlier in pictures_of(path).glob(SHEET.format("*")):
        earlier.unlink()
    if is_whole:
        return [data_uri(sheet, "image/jpeg") for sheet in sheets(images)]
    folder, places = pictures_of(path), []
    for number, sheet in enumerate(sheets(images)):
        file = folder / SHEET.format(f"{number:04}")
        with whole_file(file) as part:
            part.write_bytes(sheet)
        places.append(quote(f"{folder.name}/{file.name}"))
    return places


def _parts(values: np.ndarray, parts: int) -> list[int | None]:
    """Return values as whole numbers of parts of 1; None where one is not known."""
    return [None if np.isnan(one) else round(float(one) * parts) for one in np.asarray(values, np.float64)]


def _numbers(names: Sequence[str], classes: tuple[str, ...]) -> list[int]:
    numbers = {name: number for number, name in enumerate(classes)}
    return [numbers[name] for name in names]
