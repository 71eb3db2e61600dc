"""A survey: its questions, their answers, and how a table holds the votes for them, as a page of YAML says.

A galaxy's votes are, throughout the project, the fraction of all volunteers who give each answer, by the answer's key:
of a question that not everybody is asked, the fractions of its answers add up to those of the answers that it is asked
of. Questions lead to each other by `next`; which answers' fractions add up to a question's is said by `asked_of`.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from tuning_fork.core.checked_yaml import Section, first_error, read_checked
from tuning_fork.core.errors import UserError
from tuning_fork.params.images import STRETCH

SURVEYS = Path("surveys")
"""The folder of the pages."""
LABELLED = Path("data/labels/survey.json")
"""The survey of the labels, as stage label leaves it: with the answers that it found in the table."""
WATCHED = {
    "frame": "frame: 1.0",
    "bands": "bands: null",
    "extension": "extension: null",
    "stretch": "stretch: 25",
}
"""Keys that pages in surveys/ have even where they are as usual: stage crop depends on them, and on no other."""
OTHERWISE = re.compile(r"\W+")

Text = Annotated[str, Field(min_length=1)]
Form = Literal["joint", "separate", "counts", "label"]
"""What the columns hold of a galaxy: see the page of galaxy-zoo-2."""


class Answer(Section):
    """An answer: its short name, its text, where the table has it, and the question it leads to, if any."""

    name: Text
    text: Text | None = None
    """What volunteers choose; null: the name."""
    column: Text | None = None
    """The column of its votes; null where the question's column has the label itself."""
    value: Text | None = None
    """What the question's column has where this is the label; null: the name."""
    next: Text | None = None
    """The name of the question that it leads to."""
    passed_over: bool = False
    """Whether a description leads on from it without naming it: it says that there is nothing to say."""
    left_out: bool = False
    """Of the first question: whether task classes does without it, and without its galaxies."""

    @property
    def key(self) -> str:
        """Return the short name as a column of a table can have it: face-on becomes face_on."""
        return key_of(self.name)

    @property
    def label(self) -> str:
        """Return what a column of labels has where this is the answer."""
        return self.value or self.name


class Question(Section):
    """A question: its short name, its text, its answers, and of whom it is asked."""

    name: Text
    text: Text | None = None
    asked_of: tuple[Text, ...] = ()
    """Names of the answers, to questions above, whose votes those for its answers add up to; empty: all volunteers."""
    column: Text | None = None
    """The column that has the label itself."""
    edges: tuple[float, ...] = ()
    """Of a column of numbers: an answer is for those above the edge before it, up to and with its own edge."""
    answers: tuple[Answer, ...] = ()
    """Empty: those that the table has, sorted by their names."""

    @property
    def key(self) -> str:
        """Return the short name as a score's can begin: edge-on bulge becomes edge_on_bulge."""
        return key_of(self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the answers."""
        return tuple(answer.key for answer in self.answers)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that a table has it in."""
        return tuple(one for one in (self.column, *(answer.column for answer in self.answers)) if one is not None)

    @property
    def tops(self) -> tuple[str, ...]:
        """Return the keys of the answers that it is asked of."""
        return tuple(map(key_of, self.asked_of))


class Survey(Section):
    """A survey: what it is, how its images are framed, and what is asked of a galaxy."""

    title: Text
    source: Text
    """Where questions and votes come from."""
    pixel_scale: Annotated[float, Field(gt=0)] | None = None
    """Arcseconds a pixel of its images; null where each has its own."""
    frame: Annotated[float, Field(ge=0.01)] | Literal["auto"] = 1.0
    """Share of an image's shorter side that is the frame a network looks at, or by each galaxy's own size."""
    bands: tuple[Text, ...] | None = None
    """Bands of FITS planes in their order; null: as the header says."""
    extension: Text | None = None
    """Name or number of the extension of FITS files that has the image; null: SCI, or the first image."""
    stretch: Annotated[float, Field(gt=0)] = STRETCH
    """Brightness of FITS images, in units of the sky's noise, over which levels bend from linear to logarithmic."""
    id_column: Text
    """The column of the galaxies' IDs."""
    votes: Form
    shown: dict[Text, Text] = Field(default_factory=dict)
    """Rows of the picture of the clearest galaxies: the title, and the name of the answer; empty: all answers."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        from tuning_fork.surveys.survey_checks import require_sound

        require_sound(self)
        return self

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """All answers by their keys, in the order of the page."""
        return {answer.key: answer for question in self.questions for answer in question.answers}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all answers, in the order of the page."""
        return tuple(self.answers)

    @property
    def first(self) -> Question:
        """The question that all are asked first."""
        return self.questions[0]

    @property
    def rows_shown(self) -> dict[str, str]:
        """The key of the answer of each row of the picture of the clearest galaxies, by the row's title."""
        shown = {title: key_of(name) for title, name in self.shown.items()}
        return shown or {answer.name: key for key, answer in self.answers.items()}

    def question(self, name: str | None) -> Question | None:
        """Return the question of that name; None if there is none."""
        return next((question for question in self.questions if question.name == name), None)

    def rows_of(self, question: Question) -> list[int]:
        """Return where the answers to a question are in `keys`."""
        return [self.keys.index(key) for key in question.keys]

    def rows_asked(self, question: Question) -> list[int]:
        """Return where in `keys` the answers are that a question is asked of; none if everybody is asked."""
        return [self.keys.index(key) for key in question.tops]


def key_of(name: str) -> str:
    """Return a short name as a column can have it: what is neither letter nor digit becomes an underscore."""
    return OTHERWISE.sub("_", name)


def survey_page(name: str) -> Path:
    """Return the path of the page of that name."""
    return SURVEYS / f"{name}.yaml"


def read_survey(path: Path) -> Survey:
    """Read a page; a UserError names what is wrong in it, or what a page in surveys/ must have as DVC watches it."""
    page = read_checked(path, Survey)
    missing = [f"`{line}`" for key, line in WATCHED.items() if key not in page.model_fields_set]
    if missing and path.absolute().parent.name == SURVEYS.name:
        raise UserError(f"{path}: add {' and '.join(missing)}, or what else they are: DVC watches these lines")
    return page


def load_survey(path: Path = LABELLED) -> Survey:
    """Read the survey that stage label left; a UserError if it is not there, or not whole."""
    try:
        return Survey.model_validate_json(path.read_bytes())
    except ValidationError as invalid:
        raise UserError(f"{path}: {first_error(invalid)}: run `dvc repro -f label`") from None
    except FileNotFoundError:
        raise UserError(f"{path}: not found: run `dvc repro label`") from None
