"""The drawing of the questions as a tree."""

import numpy as np
import pytest

from tests.data.run_facts import facts_of
from tests.data.surveys import SURVEY
from tuning_fork.reporting.run_page.tree import FULL, Tree, depths_of, tree_of


@pytest.fixture(scope="module")
def tree() -> Tree:
    """Give the tree of a run of task votes."""
    return tree_of(facts_of("votes"))


def test_a_question_is_below_all_that_lead_to_it(tree: Tree) -> None:
    depths = depths_of(SURVEY)
    assert depths["features"] == 0 and depths["spiral"] == depths["bar"] + 1
    assert all(flow.source.top < flow.target.top for flow in tree.flows)
    assert len(tree.nodes) == len(SURVEY.questions)


def test_a_bar_is_as_wide_as_the_votes_that_reach_it_and_so_is_what_flows_there(tree: Tree) -> None:
    by_name = {node.question.name: node for node in tree.nodes}
    assert by_name["features"].asked == pytest.approx(1)
    featured = by_name["features"].segments[1]
    assert by_name["edge-on"].asked == pytest.approx(featured.share)
    for node in tree.nodes:
        assert sum(part.width for part in node.segments) == pytest.approx(FULL * node.asked, abs=0.5)
    coming = sum(flow.width for flow in tree.flows if flow.target is by_name["bulge"])
    assert coming == pytest.approx(FULL * by_name["bulge"].asked)


def test_nothing_in_a_row_lies_over_another_and_all_is_within_the_drawing(tree: Tree) -> None:
    for row in range(1 + max(node.depth for node in tree.nodes)):
        spans = [(node.left, node.left + FULL * node.asked) for node in tree.nodes if node.depth == row]
        spans += [(flow.passes[row], flow.passes[row] + flow.width) for flow in tree.flows if row in flow.passes]
        starts, ends = np.array(sorted(spans)).T
        assert (starts[1:] > ends[:-1]).all()
        assert starts[0] >= 0 and ends[-1] <= tree.width
