"""Deltas: few, in order, bounded, whole (GRAPH-2, D7)."""

import pytest

from app.core.errors import Refused
from app.core.outputs import MAX_VALUE_BYTES
from app.core.policy import GraphPolicy, parse_policy
from tests.unit.core.graph.graphing import GraphLog, deltas, replayed


def test_what_changes_within_a_second_is_told_together() -> None:
    log = GraphLog()
    for _ in range(25):
        log.say("ann", to=("bob", "cy"), after_s=0.1)
    assert [(delta.version, len(delta.edges)) for delta in log.told] == [(1, 2), (2, 2)]


def test_a_node_says_how_much_it_has_sent() -> None:
    log = GraphLog()
    log.say("ann", to=("bob",))
    log.say("ann", to=("bob",))
    (node,) = log.view().nodes.values()
    assert (node.agent_id, node.messages, node.last_seen, node.state) == ("ann", 2, log.now, "trusted")
    assert sorted(log.view().agents(log.now)) == ["ann", "bob"]


def test_versions_rise_by_one_for_each_fleet() -> None:
    log = GraphLog()
    for fleet in ("north", "north", "fleet-4", "north", "fleet-4", "north"):
        log.say("ann", to=("bob",), after_s=2, fleet=fleet)
    assert [delta.version for delta in log.told if delta.fleet == "north"] == [1, 2, 3]


def test_much_at_once_is_told_in_several_deltas_each_of_bounded_size() -> None:
    log = GraphLog(GraphPolicy(max_edges=256))
    crowd = tuple(f"{number:05}" + "\x01" * 251 for number in range(200))
    for agent in crowd[:20]:
        done = log.say(agent, "\x02" * 256, crowd, after_s=0)
        for output in done.outputs:
            assert len(output.value) < MAX_VALUE_BYTES
    assert len(log.view().edges) == 20 * 199
    assert len(log.told) > 4
    assert max(len(value) for value in log.fold.stored()["graph"].values()) < MAX_VALUE_BYTES


def test_a_gap_is_noticed_and_a_snapshot_repairs_it() -> None:
    log = GraphLog()
    log.say("ann", to=("bob",))
    log.say("bob", to=("cy",), after_s=5)
    log.say("cy", to=("ann",), after_s=5)
    log.say("ann", to=("bob",), after_s=5)
    first, _, third = log.told
    view = replayed([first])
    assert view.apply(third) == "gap"
    assert view.apply(first) == "old"
    assert view.apply(log.snapshot()) == "applied"
    assert view.apply(third) == "old"
    whole = log.view()
    assert view.apply(log.told[-1]) == "applied"
    assert view.edges == whole.edges
    assert view.nodes.keys() == {"ann", "bob", "cy"}


def test_a_delta_told_twice_does_no_harm() -> None:
    log = GraphLog()
    log.say("ann", to=("bob",))
    done = log.say("ann", to=("bob",), after_s=5)
    view = replayed(deltas(done))
    edges = dict(view.edges)
    assert view.apply(deltas(done)[0]) == "old"
    assert view.edges == edges


def test_edges_may_not_be_forgotten_before_they_are_told() -> None:
    with pytest.raises(Refused, match="forget_after_s is less than"):
        parse_policy(b'{"graph": {"delta_s": 10, "forget_after_s": 5}}')
