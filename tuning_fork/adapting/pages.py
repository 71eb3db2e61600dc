"""The survey's page: the one that is named, that is there already, or one that is made for a column of a table."""

import argparse
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path

from ruamel.yaml import YAML

from tuning_fork.adapting.given import CLASSES, CURE, in_words_of_arguments
from tuning_fork.core.errors import UserError
from tuning_fork.core.files import whole_file
from tuning_fork.galaxies.ids import LARGEST_WITH_A_POINT, as_written, is_rounded
from tuning_fork.galaxies.tables import GalaxyTable, quoted
from tuning_fork.params_yaml import Params, images_of
from tuning_fork.sources.folder import images_by_id
from tuning_fork.sources.label_tables import read_table
from tuning_fork.surveys.survey import SURVEYS, WATCHED, Survey, read_survey, survey_page


def page_of(
    arguments: argparse.Namespace, project: Path, name: str, images: str, labels: Path | None
) -> tuple[str, Survey]:
    """Return the name in surveys/ and the page itself: one of that name that asks the same stays as it is.

    A UserError if it asks something else, or what is wrong in the page or the table.
    """
    if labels is None:
        page = read_survey(project / survey_page(CLASSES))
        if arguments.frame in {None, page.frame}:
            return CLASSES, page
    elif arguments.survey is None:
        id_column = arguments.id or id_column_of(images, labels, arguments.column)
        page = page_for(name, labels, id_column, arguments.column)
    elif not arguments.survey.is_file():
        raise UserError(f"--survey {arguments.survey}: no such file: name a survey's page")
    elif arguments.survey.resolve().parent == (project / SURVEYS).resolve():
        return arguments.survey.stem, read_survey(arguments.survey)
    else:
        with in_words_of_arguments():
            page = read_survey(arguments.survey)
    if arguments.frame is not None:
        page = page.model_copy(update={"frame": arguments.frame})
    path = project / survey_page(name)
    if not path.exists():
        return name, page
    found = read_survey(path)
    if arguments.frame not in {None, found.frame}:
        raise UserError(f"--frame: {survey_page(name)} has frame: {found.frame}: change that instead")
    if _asked(found) != _asked(page):
        cure = "name it by --survey, remove it, or choose another --output"
        raise UserError(
            f"{survey_page(name)}: is there already, for other columns ({', '.join(_asked(found))}): {cure}"
        )
    return name, found


def id_column_of(images: str, labels: Path, column: str) -> str:
    """Return the column of a table that has the images' names, as many as no other has.

    A UserError if none has, if others have as many in other rows, if its IDs lost their last digits, or if there is no
    `column`.
    """
    with in_words_of_arguments():
        found = images_by_id(images)
        if not labels.is_file():
            raise UserError(
                f"--labels: {labels} {'is a folder' if labels.exists() else 'does not exist'}: name a table"
            )
        content, first_row = read_table(labels)
    names = list(GalaxyTable.read(content, [column], str(labels), CURE).rows.columns)
    table = replace(GalaxyTable.read(content, (), str(labels), CURE, names), first_row=first_row)
    others = table.rows.drop(columns=column).fillna("")
    wanted = set(map(str, found))
    ids = {str(name): _ids(cells, wanted) for name, cells in others.items()}
    hits = {name: len({*of_rows} - {None}) for name, of_rows in ids.items()}
    most = max(hits.values(), default=0)
    if most == 0:
        digits = {len(str(galaxy)) for galaxy in found if isinstance(galaxy, int) and galaxy > LARGEST_WITH_A_POINT}
        for name in others.columns:
            table.require_all_digits(others[name][[_digits(cell) in digits for cell in others[name]]])
        first = next(iter(found.values())).file
        has = ", ".join(map(quoted, table.rows.columns[:5]))
        raise UserError(
            f"{labels}: none of its columns ({has}) has the images' names without suffix ({first} is the first): "
            "add such a column, or name it by --id"
        )
    as_good = [name for name, number in hits.items() if number == most]
    best = max(as_good, key=lambda name: others[name].nunique())  # a file's name may be there for the images alone
    for other in as_good:
        if ids[other] != ids[best]:
            first, second = (name for name in as_good if name in {best, other})
            raise UserError(
                f"{labels}: columns {first} and {second} both have {most} of the images' names: name one by --id"
            )
    return best


def _ids(cells: Iterable[str], wanted: Set[str]) -> list[str | None]:
    """Return the IDs that the cells are, as text; None for what is not `wanted`."""
    return [name if (name := str(as_written(cell))) in wanted else None for cell in cells]


def _digits(cell: str) -> int | None:
    """Return how many digits a number had that lost the last of them; None if it is none."""
    return len(f"{float(cell):.0f}") if is_rounded(cell) else None


def page_for(name: str, labels: Path, id_column: str, column: str) -> Survey:
    """Return the page of a survey with one question, whose answers are the labels in a column."""
    return Survey(
        title=name,
        source=labels.name,
        id_column=id_column,
        votes="label",
        questions=({"name": "class", "text": "Which class is it of?", "column": column},),  # pyright: ignore[reportArgumentType]
    )


def require_possible(page: Survey, params: Params, frame: float | str | None) -> None:
    """Raise a UserError if the page's frame, which --frame may say, or its bands cannot be with the parameters."""
    try:
        images_of(params, page)
    except UserError as error:
        key = f"{survey_page(params.labels.survey)}: frame"
        raise UserError(str(error).replace(key, key if frame is None else "--frame")) from None


def written(project: Path, name: str, page: Survey) -> None:
    """Write the page into the project's folder, unless one of that name is there."""
    path = project / survey_page(name)
    if not path.exists():
        with whole_file(path) as part, part.open("w", encoding="utf-8") as file:
            file.write(f"# Made by `tuning-fork adapt`; what a page can say is in {survey_page(CLASSES)}.\n")
            yaml = YAML()
            said = page.model_dump(mode="json", exclude_defaults=True).keys() | WATCHED.keys()
            yaml.dump({key: value for key, value in page.model_dump(mode="json").items() if key in said}, file)


def _asked(page: Survey) -> Sequence[str]:
    return page.id_column, page.votes, *page.first.columns
