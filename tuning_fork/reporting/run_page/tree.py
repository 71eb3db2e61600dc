"""The questions of a survey as the tree that they are: each as wide as the votes that reach it, with its scores."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from tuning_fork.reporting.run_page.facts import RunFacts
from tuning_fork.surveys.survey import Question, Survey

FULL, SLOT, GAP = 560.0, 150.0, 26.0
"""Widths, in units of the drawing: of a question that all are asked, the least that one has, and between two."""
BAR, ROW, TITLE = 24.0, 96.0, 40.0
"""Heights: of a question's bar, from one row to the next, and of what stands above a bar."""
LETTER = 6.6
"""About the width of a letter."""


@dataclass(frozen=True)
class Segment:
    """An answer to a question: which share of all votes it has, and where that is on the bar."""

    name: str
    number: int
    share: float
    left: float
    width: float

    @property
    def shown(self) -> str:
        """What of its name and share has room on the bar."""
        room = (self.width - 8) / LETTER
        texts = (f"{self.name} {100 * self.share:.0f} %", self.name, "")
        return next(text for text in texts if len(text) <= max(room, 0))


@dataclass
class Node:
    """A question: how deep it is, which share of the votes reaches it, its answers' shares, and where it is."""

    question: Question
    depth: int
    shares: np.ndarray
    scores: Mapping[str, float]
    left: float = 0.0

    @property
    def asked(self) -> float:
        """The share of the votes that reaches it."""
        return float(self.shares.sum())

    @property
    def top(self) -> float:
        """Where its bar begins, from the top."""
        return TITLE + ROW * self.depth

    @property
    def segments(self) -> list[Segment]:
        """Its answers, from left to right."""
        starts = self.left + FULL * np.concatenate([[0.0], np.cumsum(self.shares)[:-1]])
        answers = zip(self.question.answers, self.shares, starts, strict=True)
        return [
            Segment(answer.name, number, float(share), round(float(start), 1), round(FULL * float(share), 1))
            for number, (answer, share, start) in enumerate(answers)
        ]


@dataclass
class Flow:
    """The votes that answers of one question send to another: from where on its bar, and where they pass each row."""

    source: Node
    target: Node
    number: int | None
    """That of the answer, from 0, if it is of a single one."""
    width: float
    offset: float
    passes: dict[int, float] = field(default_factory=dict)
    arrives: float = 0.0
    arriving: float = 0.0
    """The width that it has there: some votes may be known of one question alone."""

    def left_at(self, row: int) -> float:
        """Return where it is in a row."""
        return self.passes.get(row, self.source.left + self.offset)

    @property
    def path(self) -> str:
        """Its outline, as SVG has it."""
        left = [(self.source.left + self.offset, self.source.top + BAR)]
        for row, place in sorted(self.passes.items()):
            left += [(place, TITLE + ROW * row - TITLE / 2), (place, TITLE + ROW * row + BAR)]
        right = [(x + self.width, y) for x, y in left] + [(self.arrives + self.arriving, self.target.top)]
        return f"M{_curve([*left, (self.arrives, self.target.top)])}L{_curve(right[::-1])}Z"


def _curve(points: list[tuple[float, float]]) -> str:
    """Return a line that runs straight down through points, as SVG has it."""
    (x, y), *others = points
    drawn = f"{x:.1f} {y:.1f}"
    for to_x, to_y in others:
        middle = (y + to_y) / 2
        drawn += f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    return drawn


@dataclass(frozen=True)
class Tree:
    """The drawing: the questions from the top down, and what flows between them."""

    nodes: list[Node]
    flows: list[Flow]

    @property
    def width(self) -> float:
        """Its width, with room for what stands above the last bars."""
        passing = [left + flow.width for flow in self.flows for left in flow.passes.values()]
        return max([node.left + max(FULL * node.asked, SLOT) for node in self.nodes] + passing) + 4

    @property
    def height(self) -> float:
        """Its height."""
        return max(node.top for node in self.nodes) + BAR + 4


def tree_of(facts: RunFacts) -> Tree:
    """Return the tree of the survey's questions, with the scores of the run."""
    survey = facts.task.survey
    depths = depths_of(survey)
    nodes = [_node(facts, question, depths[question.name]) for question in survey.questions]
    flows = list(_flows({node.question.name: node for node in nodes}))
    for row in range(1 + max(depths.values())):
        _place(row, nodes, flows)
    return Tree(sorted(nodes, key=lambda node: (node.depth, node.left)), flows)


def depths_of(survey: Survey) -> dict[str, int]:
    """Return how many questions come before each at most, by its name."""
    depths = {question.name: 0 for question in survey.questions}
    for _ in survey.questions:  # none leads back to itself
        for question in survey.questions:
            for name in (answer.next for answer in question.answers if answer.next):
                depths[name] = max(depths[name], depths[question.name] + 1)
    return depths


def _node(facts: RunFacts, question: Question, depth: int) -> Node:
    """Return a question with the mean votes for its answers, of the test galaxies of which they are known."""
    votes = facts.predictions.targets[:, facts.task.survey.rows_of(question)]
    known = votes[np.isfinite(votes).all(axis=1)]
    shares = known.mean(axis=0) if len(known) > 0 else np.zeros(votes.shape[1])
    prefix = f"{question.key}_"
    scores = {name.removeprefix(prefix): value for name, value in facts.scores.items() if name.startswith(prefix)}
    return Node(question, depth, shares, scores)


def _flows(nodes: Mapping[str, Node]) -> Iterator[Flow]:
    """Yield what flows from each question to those after it: neighbouring answers that lead to the same together."""
    for node in nodes.values():
        starts = np.concatenate([[0.0], np.cumsum(FULL * node.shares)])
        numbered = enumerate(answer.next for answer in node.question.answers)
        for name, group in groupby(numbered, key=lambda one: one[1]):
            numbers = [number for number, _ in group]
            if name is not None:
                first, last = numbers[0], numbers[-1] + 1
                width = float(starts[last] - starts[first])
                number = first if last - first == 1 else None
                yield Flow(node, nodes[name], number, width, float(starts[first]))


def _place(row: int, nodes: list[Node], flows: list[Flow]) -> None:
    """Give a row's questions, and what passes it, their places: below what they come from, as far as there is room."""
    wishes: list[tuple[float, Node | Flow, float]] = []
    for node in (one for one in nodes if one.depth == row):
        coming = [flow for flow in flows if flow.target is node]
        weights = np.array([flow.width for flow in coming]) + 1e-9
        centres = np.array([flow.left_at(row - 1) + flow.width / 2 for flow in coming])
        width = FULL * node.asked
        centre = float(np.average(centres, weights=weights)) if coming else width / 2
        wishes.append((centre - width / 2, node, max(width, SLOT)))
    for flow in (one for one in flows if one.source.depth < row < one.target.depth):
        wishes.append((flow.left_at(row - 1), flow, flow.width))
    free = 0.0
    for wish, one, width in sorted(wishes, key=lambda item: item[0]):
        left = max(wish, free)
        free = left + width + GAP
        if isinstance(one, Flow):
            one.passes[row] = left
            continue
        one.left = arrives = left
        coming = sorted((flow for flow in flows if flow.target is one), key=lambda flow: flow.left_at(row - 1))
        fit = min(1.0, FULL * one.asked / max(sum(flow.width for flow in coming), 1e-9))
        for flow in coming:
            flow.arrives, flow.arriving = arrives, fit * flow.width
            arrives += flow.arriving
