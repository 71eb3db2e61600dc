"""What was chosen, as a table, and as a page of pictures that needs nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import whole_file
from tuning_fork.images.image_search import FoundImage
from tuning_fork.images.preparing import Options, prepare
from tuning_fork.pages.own_files import cannot_be_written, may_be_written
from tuning_fork.pages.page import picture_uri, write_html
from tuning_fork.params.images import IMAGE_SIDE, Preparation

COLUMNS = ("rank", "name", "file", "predicted_class", "uncertainty", "novelty", "score")
SHOWN = Preparation(crop=IMAGE_SIDE, size=212, grayscale=False)
"""What of a picture is shown: all of the frame, where the network sees less, in more pixels."""
TEMPLATE = Path(__file__).with_name("page.html.jinja")
MARK = b'content="tuning-fork next"'


class Output(NamedTuple):
    """The table's file, and the page's beside it."""

    table: Path
    page: Path

    @classmethod
    def checked(cls, table: Path, model: Path) -> "Output":
        """Return the files; a UserError if the table's name is not to be written, or would cost a file."""
        if table.suffix.lower() != ".csv":
            raise UserError(f"--output {table}: the table is a .csv: name such a file")
        if table.resolve().is_relative_to(model.resolve()):
            raise UserError(f"--output {table}: is in the model's folder, which holds the model alone: name another")
        output = cls(table, table.with_suffix(".html"))
        for path, mark in ((output.table, ",".join(COLUMNS).encode()), (output.page, MARK)):
            if not may_be_written(path, mark):
                raise UserError(f"--output {table}: {path} is there already, and not by this command: name another")
        if reason := cannot_be_written(table):
            raise UserError(f"--output {table}: cannot be written ({reason}): name another")
        return output


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write the columns `COLUMNS`, a row a galaxy."""
    with whole_file(path) as part:
        table.to_csv(part, columns=list(COLUMNS), index=False, lineterminator="\n")


def write_page(
    path: Path, introduction: str, table: pd.DataFrame, images: Sequence[FoundImage], options: Sequence[Options]
) -> None:
    """Write a page with the pictures of the table's galaxies, read by those `options`, and their values."""
    galaxies = [
        {**{str(key): value for key, value in row.items()}, "picture": picture(image, of_image)}
        for row, image, of_image in zip(table.to_dict("records"), images, options, strict=True)
    ]
    title = f"{len(galaxies)} galaxies to label"
    write_html(path, TEMPLATE, title=title, introduction=introduction, galaxies=galaxies)


def picture(image: FoundImage, options: Options) -> str:
    """Return the frame of an image as a data URI."""
    return picture_uri(prepare(image.read(), SHOWN, options).cutout)
