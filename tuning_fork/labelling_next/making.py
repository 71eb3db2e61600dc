"""A choice made: all images looked at, some of them chosen, and written."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from tuning_fork.catalogue.classify import trained_model
from tuning_fork.catalogue.inputs import Inputs
from tuning_fork.catalogue.make_catalogue import require_possible_frame, workers
from tuning_fork.core.errors import UserError
from tuning_fork.core.parallel import map_in_order
from tuning_fork.images.image_search import FoundImage, printable
from tuning_fork.images.preparing import Options
from tuning_fork.labelling_next.choosing import choose, novelty
from tuning_fork.labelling_next.looking import Looked, look, together
from tuning_fork.labelling_next.writing import Output, write_page, write_table


def make_choice(inputs: Inputs, images: Sequence[FoundImage], number: int, seed: int, output: Output) -> None:
    """Choose a number of images, write table and page, and print what they hold and what was left out."""
    require_possible_frame(inputs)
    looked = look_at_all(inputs, images)
    counts = ", ".join(f"{count} {reason}" for reason, count in looked.left_out.items() if count)
    if not looked.images:
        raise UserError(f"{', '.join(inputs.images)}: no galaxy to choose from ({counts}): name others")
    with threadpool_limits(1, "blas"):  # the same sums on any number of cores
        rows = choose(looked.features, np.array(looked.uncertainty), number, seed)
        table = table_of(looked, rows)
    said = f"{len(table)} of {len(looked.images)} galaxies chosen" + (f"; left out: {counts}" if counts else "")
    chosen = [looked.images[row] for row in rows]
    introduction = f"{said}. The first ones are the most worth labelling."
    write_page(output.page, introduction, named(table, inputs), chosen, options_of(inputs, looked, rows))
    write_table(output.table, table)
    print(f"{printable(str(output.table))}: {said}; their pictures: {printable(str(output.page))}")


def options_of(inputs: Inputs, looked: Looked, rows: np.ndarray) -> list[Options]:
    """Return how each of the galaxies chosen was read, so that the page shows what the network saw."""
    fits = inputs.options.fits_of(trained_model(inputs.model).images)
    return [Options(min(looked.frames[row], 1.0), *fits) for row in rows]


def named(table: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return the table with the classes' names, in place of their keys."""
    task = trained_model(inputs.model).task
    return table.assign(predicted_class=[task.name_of(key) for key in table["predicted_class"]])


def look_at_all(inputs: Inputs, images: Sequence[FoundImage]) -> Looked:
    """Look at images on all cores, and show how far it has come."""
    starts = range(0, len(images), inputs.images_a_part)
    parts = (images[start : start + inputs.images_a_part] for start in starts)
    bar = tqdm(total=len(images), desc="looking", unit="galaxy", disable=None)
    found: list[Looked] = []
    with bar, threadpool_limits(1, "blas"):
        looking = partial(look, inputs.model, inputs.options)
        for part, looked in zip(starts, map_in_order(looking, parts, workers(None, None)), strict=True):
            found.append(looked)
            bar.update(min(inputs.images_a_part, len(images) - part))
    return together(found)


def table_of(looked: Looked, rows: np.ndarray) -> pd.DataFrame:
    """Return the table of the galaxies chosen, in their order: the columns are those of the command's help."""
    values = {
        "rank": range(1, len(rows) + 1),
        "name": [looked.images[row].name for row in rows],
        "file": [looked.images[row].file for row in rows],
        "predicted_class": [looked.predicted_class[row] for row in rows],
        "uncertainty": [looked.uncertainty[row] for row in rows],
        "novelty": novelty(looked.features[rows]).round(4),
    }
    table = pd.DataFrame(values)
    return table.assign(score=(table["uncertainty"] * table["novelty"] ** 2).round(6))
