"""A contact sheet of a survey: the clearest galaxies of each class, a row a class."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont, ImageOps

from tuning_fork.core.files import whole_file
from tuning_fork.core.zip_members import read_member
from tuning_fork.galaxies.ids import GalaxyID, of_one_kind
from tuning_fork.galaxies.raw_files import galaxy_images
from tuning_fork.images.fits_images import FitsOptions
from tuning_fork.images.preparing import read_picture
from tuning_fork.surveys.survey import Survey

SIDE = 106
"""Side of a picture, pixels."""
_GAP, _MARGIN, _TITLE_HEIGHT = 3, 8, 22


def clearest(votes: pd.DataFrame, survey: Survey, count: int) -> dict[str, list[GalaxyID]]:
    """Give, for each row that the survey shows and of which votes are known, the `count` GalaxyIDs with most of them.

    `votes` is indexed by GalaxyID. A galaxy comes once, in the first row that names it.
    """
    rows: dict[str, list[GalaxyID]] = {}
    left = votes
    for title, key in survey.rows_shown.items():
        if votes[key].notna().any():
            rows[title] = left[key].dropna().sort_values(ascending=False, kind="stable").index[:count].tolist()
            left = left.drop(index=rows[title])
    return rows


def contact_sheet(rows: Mapping[str, Sequence[Image.Image]], side: int) -> Image.Image:
    """Lay out the central squares of each row's pictures, resampled to `side` pixels, under its title, in order."""
    columns = max(map(len, rows.values()), default=0)
    row_height = _TITLE_HEIGHT + side + _GAP
    sheet = Image.new("RGB", (2 * _MARGIN + columns * (side + _GAP), 2 * _MARGIN + len(rows) * row_height), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for row, (title, pictures) in enumerate(rows.items()):
        top = _MARGIN + row * row_height + _TITLE_HEIGHT
        pen.text((_MARGIN, top - 5), title, "black", font, anchor="ls")
        for column, picture in enumerate(pictures):
            resampled = ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
            sheet.paste(resampled, (_MARGIN + column * (side + _GAP), top))
    return sheet


def write_contact_sheet(path: Path, images: Path, votes: pd.DataFrame, survey: Survey, count: int = 10) -> None:
    """Write a PNG with `count` galaxies a row that the survey shows from the archive `images`, `SIDE` pixels each.

    `votes` is indexed by GalaxyID; galaxies without an image are passed over.
    """
    found = galaxy_images(images)
    index, shown = of_one_kind(votes.index, [galaxy for galaxy, _ in found])
    members = dict(zip(shown, (member for _, member in found), strict=True))
    chosen = clearest(votes.set_axis(index)[index.isin(shown)], survey, count)
    fits = FitsOptions(survey.bands, survey.extension, survey.stretch)
    rows = {
        title: [_picture(read_member(images, members[galaxy]), fits) for galaxy in galaxies]
        for title, galaxies in chosen.items()
    }
    sheet = contact_sheet(rows, SIDE)
    with whole_file(path) as part:
        sheet.save(part, "PNG", compress_level=4)  # 5 % larger than the best, in a seventh of the time


def _picture(content: bytes, fits: FitsOptions) -> Image.Image:
    """Return the picture in an image file's content, as it is."""
    return Image.fromarray(np.clip(read_picture(content, fits).pixels, 0, 255).astype(np.uint8))
