"""The reproduction number against direct recomputation from who set off whom (PATTERN-3)."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.detectors.cascade.branching import (
    PRIOR_CHILDREN,
    PRIOR_PARENTS,
    final_size,
    observed,
    reproduction,
)
from tests.unit.core.folding import Log

forests = st.lists(st.integers(0, 30), min_size=1, max_size=40)
"""The parent of each agent but the first: that of agent n + 1 is entry n, modulo n + 1."""


def _depths(choices: list[int]) -> tuple[list[int], list[int]]:
    parents, depths = [-1], [0]
    for n, choice in enumerate(choices, start=1):
        parents.append(choice % n)
        depths.append(depths[parents[n]] + 1)
    return parents, depths


@given(forests)
def test_it_is_the_mean_over_those_who_had_time_to_set_off_others(choices: list[int]) -> None:
    parents, depths = _depths(choices)
    generations = [depths.count(depth) for depth in range(max(depths) + 1)]
    mature = [agent for agent, depth in enumerate(depths) if depth < max(depths)]
    children = sum(parents.count(agent) for agent in mature)
    assert observed(generations) == (children, len(mature))
    r = reproduction(children, len(mature))
    assert r.low <= r.mean <= r.high
    assert abs(r.mean - (children + PRIOR_CHILDREN) / (len(mature) + PRIOR_PARENTS)) < 1e-9


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 20), st.integers(0, 2_000))
def test_the_final_size_is_no_less_than_what_was_reached_and_no_more_than_the_fleet(
    reached: int, frontier: int, r: float, agents: int
) -> None:
    size = final_size(reached, min(frontier, reached), r, agents)
    assert reached <= size <= max(agents, reached)


@given(st.lists(st.integers(0, 30), min_size=7, max_size=14))
def test_the_forest_of_the_fold_has_the_generations_of_the_tree_that_was_told(choices: list[int]) -> None:
    """Each agent is told by its parent, and then tells its children, in the order of the tree."""
    parents, depths = _depths(choices)
    log = Log()
    for agent in range(len(parents)):
        for child in (n for n, parent in enumerate(parents) if parent == agent):
            log.say(f"agent-{agent}", "notice", (f"agent-{child}",), conversation_id="c")
    inner = {parent for parent in parents if parent > 0}
    stored = list(log.fold.state.trees._young.values())
    found = [tree.generations for tree in stored if tree is not None]
    expected = [sum(depths[agent] == depth for agent in inner | {0}) for depth in range(max(depths, default=0))]
    assert found == ([tuple(expected)] if inner else [])
