"""A catalogue made: what was done of it before goes on, and it is written when each of its images has its row."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from tuning_fork.catalogue.classify import classify, trained_model
from tuning_fork.catalogue.formats.columns import COLUMNS, MEANINGS, Meaning, columns_of
from tuning_fork.catalogue.formats.formats import write_table
from tuning_fork.catalogue.formats.output import Output
from tuning_fork.catalogue.inputs import Inputs
from tuning_fork.catalogue.listing import Listing, list_images
from tuning_fork.catalogue.partial_catalogue import PartialCatalogue
from tuning_fork.catalogue.rows import show, summary, typed
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import held
from tuning_fork.core.machine import available_cores
from tuning_fork.core.parallel import Pool, cluster, map_in_order, threads
from tuning_fork.images.framing import largest_frame
from tuning_fork.images.image_search import find_images, printable
from tuning_fork.tasks.task import Task

THREADS_A_CORE = 2
"""Some read images while others wait for the network: a tenth faster than one a core."""


def workers(scheduler: str | None, count: int | None) -> Pool:
    """Return the cluster of a Dask scheduler, or `count` threads, by default some a core, that work on parts."""
    if scheduler:
        return cluster(scheduler, "--scheduler")
    return threads(count or THREADS_A_CORE * available_cores())


def show_one(inputs: Inputs) -> None:
    """Print what is said of a single image."""
    require_possible_frame(inputs)
    (image,) = find_images(inputs.images)
    show(classify(inputs.model, inputs.views, inputs.options, [image]), trained_model(inputs.model).task)


def make_catalogue(
    inputs: Inputs, listing: Listing, output: Output, pool: Pool, afterwards: Callable[[], None] | None = None
) -> None:
    """Classify the images, write their catalogue, and print how many galaxies of each class it has.

    What is to be done `afterwards` finds the images classified when it was stopped and is tried again.
    """
    require_possible_frame(inputs)
    task = trained_model(inputs.model).task
    _require_columns(inputs, output, task)
    with _held(output):
        model = inputs.model_digest()
        what = f"{model} {inputs.views} {inputs.options} {inputs.images_a_part} {listing.digest}"
        digest = hashlib.sha256(what.encode()).hexdigest()
        catalogue = PartialCatalogue(output.unfinished, digest)
        _classify_the_rest(inputs, listing, output, pool, catalogue)
        _require_unchanged(inputs, listing, output, model)
        files, text = summary(catalogue.tables())
        if files != listing.files:
            output.unfinished.unlink()
            raise UserError(f"{output.unfinished}: had other rows than the images: run the same command to begin anew")
        columns = columns_of([*["GalaxyID"] * listing.are_numbered, *next(catalogue.tables()).columns], task)
        parts = partial(typed, columns=columns)
        meaning = Meaning(columns, inputs.facts(task, trained_model(inputs.model).images))
        said = write_table(output.path, output.format, lambda: map(parts, catalogue.tables()), meaning)
        text = f"{printable(str(output.spelled))}: {text}; by {printable(_named(inputs.model))}"
        print(text, *[said] if said else [], sep="\n")
        if listing.images == 1:
            table = next(catalogue.tables())
            show({column: table[column].tolist() for column in table.columns}, task)
        try:
            if afterwards:
                afterwards()
        except UserError:  # it would come again
            output.unfinished.unlink()
            raise
        output.unfinished.unlink()


def _named(model: Path) -> str:
    """Return the folder of a model as it is called from here."""
    here = Path.cwd()
    return str(model.relative_to(here) if model.is_relative_to(here) else model)


def require_possible_frame(inputs: Inputs) -> None:
    """Raise a UserError if the model cannot look at images in the frame that is asked for."""
    model = trained_model(inputs.model)
    frame = inputs.options.frame_of(model.images)
    largest = largest_frame(model.images)
    if isinstance(frame, str) and model.usual.kron_radius == 0:
        raise UserError(f"--frame auto: {inputs.model} does not know the usual size of a galaxy: give a share")
    if isinstance(frame, float) and frame > largest:
        raise UserError(f"--frame {frame}: at most {largest:.4g}, when the whole picture becomes the cut-out")


def _require_columns(inputs: Inputs, output: Output, task: Task) -> None:
    """Raise a UserError if the model does not give what the output's format needs."""
    columns = COLUMNS | MEANINGS[task.kind](task)
    known = {*columns, *(column.voted for column in columns.values())}
    missing = [name for name in output.format.needs if name not in known]
    if missing:
        raise UserError(
            f"--output {output.spelled}: its format needs {missing[0]}{' and others' * (len(missing) > 1)}, which "
            f"{inputs.model}, of task {task.name}, does not give: name a model of task votes by --model"
        )


@contextmanager
def _held(output: Output) -> Iterator[None]:
    """Hold the output for this process; a UserError if another one has it, or if it cannot be written."""
    try:
        output.path.parent.mkdir(parents=True, exist_ok=True)
        output.unfinished.touch()
    except OSError as error:
        raise UserError(f"--output {output.spelled}: cannot be written ({error.strerror}): name another file") from None
    with held(output.unfinished):
        yield


def _classify_the_rest(
    inputs: Inputs, listing: Listing, output: Output, pool: Pool, catalogue: PartialCatalogue
) -> None:
    """Add the parts that are not there yet."""
    done = min(catalogue.parts * inputs.images_a_part, listing.images)
    waiting = islice(find_images(inputs.images, output.files), done, None)
    batches = iter(lambda: list(islice(waiting, inputs.images_a_part)), [])
    bar = tqdm(total=listing.images, initial=done, desc="classifying", unit="galaxy", disable=None)
    with bar, threadpool_limits(1, "blas"):  # more of its threads would only wait for those of the pool
        for part in map_in_order(partial(classify, inputs.model, inputs.views, inputs.options), batches, pool):
            catalogue.add(part)
            bar.update(len(part["name"]))


def _require_unchanged(inputs: Inputs, listing: Listing, output: Output, model: str) -> None:
    """Raise a UserError if the images or the model are others than at the beginning."""
    try:
        now = list_images(inputs.images, output.files)
    except UserError as error:
        raise UserError(f"{output.spelled}: not written, as the images changed meanwhile: {error}") from None
    if now.digest != listing.digest:
        counts = f"{listing.images} at the beginning, {now.images} at the end"
        raise UserError(
            f"{output.spelled}: not written, as the images changed meanwhile ({counts}): run the same command again"
        )
    if inputs.model_digest() != model:
        raise UserError(
            f"{output.spelled}: not written, as {inputs.model} changed meanwhile: run the same command again"
        )
