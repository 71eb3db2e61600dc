"""What a survey's page must keep beside the types of its keys: each mistake is a ValueError of one line."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuning_fork.surveys.survey import Question, Survey

RESERVED = {
    "GalaxyID", "split", "class", "predicted_class", "name", "file", "ra", "dec", "frame", "frame_filled", "flags",
    "note", "uncertainty", "description",
}  # fmt: skip
"""Columns that the project's tables have beside those of the answers."""


def require_sound(survey: "Survey") -> None:
    """Raise a ValueError that says the first thing wrong with what the questions say of each other."""
    for mistake in _mistakes(survey):
        raise ValueError(mistake)


def _mistakes(survey: "Survey") -> Iterator[str]:
    """Yield what is wrong."""
    answers = [answer for question in survey.questions for answer in question.answers]
    yield from _twice("question", (question.key for question in survey.questions))
    yield from _twice("answer", (answer.key for answer in answers))
    columns = (column for question in survey.questions for column in question.columns)
    yield from _twice("column", (survey.id_column, *columns))
    for key in (answer.key for answer in answers if answer.key in RESERVED):
        yield f"answer {key!r}: the project's tables have a column of that name: give the answer another"
    for question in survey.questions:
        for mistake in _of_labels(question) if survey.votes == "label" else _of_columns(question):
            yield f"question {question.name!r}: {mistake}"
    yield from _left_out(survey)
    yield from _leads(survey)
    known = [answer.name for answer in answers]
    for title, name in survey.shown.items():
        if name not in known:
            yield f"shown: {title!r} is of {name!r}, which is no answer"


def _twice(kind: str, names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{kind} {name!r} is there twice: give one of them another name"
        seen.add(name)


def _of_columns(question: "Question") -> Iterator[str]:
    """Yield what is wrong with a question of which each answer has a column."""
    if question.column is not None or question.edges:
        yield "column and edges are of votes: label: take them out"
    if len(question.answers) < 2:
        yield f"needs two answers at least (found {len(question.answers)})"
    for answer in question.answers:
        if answer.column is None:
            yield f"answer {answer.name!r} has no column: add it"
        if answer.value is not None:
            yield f"answer {answer.name!r}: value is of votes: label: take it out"


def _of_labels(question: "Question") -> Iterator[str]:
    """Yield what is wrong with a question whose column has the label itself."""
    if question.column is None:
        yield "has no column: add it"
    for answer in question.answers:
        if answer.column is not None:
            yield f"answer {answer.name!r}: with votes: label the question has the column: take it out"
        if question.edges and answer.value is not None:
            yield f"answer {answer.name!r}: value beside edges: take one of them out"
    yield from _twice("label", (answer.label for answer in question.answers))
    if any(below >= above for below, above in pairwise(question.edges)):
        yield f"edges: must ascend (found {list(question.edges)})"
    if question.edges and len(question.answers) != len(question.edges) + 1:
        needed = f"{len(question.edges)} edges need {len(question.edges) + 1} answers"
        yield f"edges: {needed}, one below each and one above the last (found {len(question.answers)})"
    if len(question.answers) == 1:
        yield "needs two answers at least, or none: those that the table has (found 1)"


def _left_out(survey: "Survey") -> Iterator[str]:
    """Yield what is wrong with the answers that task classes does without."""
    for answer in (answer for question in survey.questions[1:] for answer in question.answers if answer.left_out):
        yield f"answer {answer.name!r}: left_out is for answers to the first question: take it out"
    answers = survey.first.answers
    if answers and sum(not answer.left_out for answer in answers) < 2:
        yield f"question {survey.first.name!r}: left_out leaves fewer than two answers: take one out"


def _leads(survey: "Survey") -> Iterator[str]:
    """Yield what is wrong with where answers lead, and of whom questions are asked."""
    names = [question.name for question in survey.questions]
    above: set[str] = set()
    reached = {names[0]}
    for question in survey.questions:
        for name in question.asked_of:
            if name not in above:
                yield f"question {question.name!r}: asked_of: {name!r} is no answer to a question above it"
        for answer in question.answers:
            if answer.next is not None and answer.next not in names:
                yield f"answer {answer.name!r}: next: {answer.next!r} is none of the questions {', '.join(names)}"
            reached |= {answer.next} - {None}
        above |= {answer.name for answer in question.answers}
    for name in names:
        if name not in reached and survey.votes != "label":  # each label is given by itself
            yield f"question {name!r}: no answer leads there: name it as the next of one"
    yield from _circles(survey)


def _circles(survey: "Survey") -> Iterator[str]:
    """Yield a way from a question back to itself, if there is one."""
    leads = {one.name: [answer.next for answer in one.answers if answer.next] for one in survey.questions}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> Iterator[str]:
        if name in way:
            yield f"questions lead in a circle: {' to '.join((*way[way.index(name) :], name))}"
        elif name not in done:
            for following in leads[name]:
                yield from walk(following, (*way, name))
            done.add(name)

    for name in leads:
        yield from walk(name, ())
