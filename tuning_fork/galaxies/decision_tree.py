"""The decision tree that Galaxy Zoo 2's volunteers walk: 11 questions, 37 answers, and the sums that votes keep.

The tree is figure 1 and table 2 of Willett et al. 2013 (MNRAS 435, 2835; arXiv:1308.3496), numbered as in the Galaxy
Zoo challenge on Kaggle: Class<question>.<answer>. A column of Kaggle's file is the fraction of an answer among those
who were asked, times the fraction who were led to the question: the answers to a question add up to the column that
leads there, or to 1 for the questions that everybody answers.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer: its column in Kaggle's file, its text, a short name, and the question it leads to, if any."""

    column: str
    text: str
    name: str
    next_question: int | None

    @property
    def key(self) -> str:
        """Return the short name as a column of a table can have it: face-on becomes face_on."""
        return _key(self.name)


@dataclass(frozen=True)
class Question:
    """One question: its number, short name, text, answers, and the columns that its answers' columns add up to.

    `parents` is empty for a question that everybody answers: those answers add up to 1.
    """

    number: int
    name: str
    text: str
    answers: tuple[Answer, ...]
    parents: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the answers, in Kaggle's order."""
        return tuple(answer.column for answer in self.answers)

    @property
    def key(self) -> str:
        """Return the short name as a score's can begin: edge-on bulge becomes edge_on_bulge."""
        return _key(self.name)


def _key(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_")


def _question(
    number: int, name: str, text: str, *answers: tuple[str, str, int | None], parents: tuple[str, ...] = ()
) -> Question:
    """Build a question from (text, name, next question) of each answer."""
    numbered = enumerate(answers, start=1)
    return Question(number, name, text, tuple(Answer(f"Class{number}.{i}", *answer) for i, answer in numbered), parents)


QUESTIONS: tuple[Question, ...] = (
    _question(
        1,
        "features",
        "Is the galaxy simply smooth and rounded, with no sign of a disk?",
        ("smooth", "smooth", 7),
        ("features or disk", "featured", 2),
        ("star or artifact", "artifact", None),
    ),
    _question(
        2,
        "edge-on",
        "Could this be a disk viewed edge-on?",
        ("yes", "edge-on", 9),
        ("no", "face-on", 3),
        parents=("Class1.2",),
    ),
    _question(
        3,
        "bar",
        "Is there a sign of a bar feature through the centre of the galaxy?",
        ("yes", "bar", 4),
        ("no", "no bar", 4),
        parents=("Class2.2",),
    ),
    _question(
        4,
        "spiral",
        "Is there any sign of a spiral arm pattern?",
        ("yes", "spiral", 10),
        ("no", "no spiral", 5),
        parents=("Class2.2",),
    ),
    _question(
        5,
        "bulge",
        "How prominent is the central bulge, compared with the rest of the galaxy?",
        ("no bulge", "no bulge", 6),
        ("just noticeable", "noticeable bulge", 6),
        ("obvious", "obvious bulge", 6),
        ("dominant", "dominant bulge", 6),
        parents=("Class2.2",),
    ),
    _question(
        6,
        "odd",
        "Is there anything odd?",
        ("yes", "odd", 8),
        ("no", "not odd", None),
    ),
    _question(
        7,
        "roundness",
        "How rounded is it?",
        ("completely round", "round", 6),
        ("in between", "in between", 6),
        ("cigar shaped", "cigar", 6),
        parents=("Class1.1",),
    ),
    _question(
        8,
        "oddity",
        "Is the odd feature a ring, or is the galaxy disturbed or irregular?",
        ("ring", "ring", None),
        ("lens or arc", "lens", None),
        ("disturbed", "disturbed", None),
        ("irregular", "irregular", None),
        ("other", "other", None),
        ("merger", "merger", None),
        ("dust lane", "dust lane", None),
        parents=("Class6.1",),
    ),
    _question(
        9,
        "edge-on bulge",
        "Does the galaxy have a bulge at its centre? If so, what shape?",
        ("rounded", "rounded bulge", 6),
        ("boxy", "boxy bulge", 6),
        ("no bulge", "no edge-on bulge", 6),
        parents=("Class2.1",),
    ),
    _question(
        10,
        "winding",
        "How tightly wound do the spiral arms appear?",
        ("tight", "tight arms", 11),
        ("medium", "medium arms", 11),
        ("loose", "loose arms", 11),
        parents=("Class4.1",),
    ),
    _question(
        11,
        "arms",
        "How many spiral arms are there?",
        ("1", "one arm", 5),
        ("2", "two arms", 5),
        ("3", "three arms", 5),
        ("4", "four arms", 5),
        ("more than four", "more arms", 5),
        ("can't tell", "unclear arms", 5),
        parents=("Class4.1",),
    ),
)

ANSWERS: dict[str, Answer] = {answer.column: answer for question in QUESTIONS for answer in question.answers}
COLUMNS: tuple[str, ...] = tuple(ANSWERS)
"""The 37 columns Class1.1 to Class11.6, in Kaggle's order."""


def rows_of(question: Question) -> list[int]:
    """Return where the answers of a question are in `COLUMNS`."""
    return [COLUMNS.index(column) for column in question.columns]


def row_asked(question: Question) -> int | None:
    """Return where in `COLUMNS` the answer is that leads to a question; None if everybody is asked."""
    return COLUMNS.index(question.parents[0]) if question.parents else None
