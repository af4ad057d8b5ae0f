"""Edges follow the messages (GRAPH-1, D7)."""

import math

import pytest

from app.core.graph.edges import MAX_NAMED
from app.core.policy import GraphPolicy
from tests.unit.core.graph.graphing import FLEET, GraphLog


def test_an_edge_says_how_often_when_and_what() -> None:
    log = GraphLog()
    for kind in ("request", "broadcast", "request"):
        log.say("ann", kind, ("bob",), after_s=600)
    edge = log.edge("ann", "bob")
    assert (edge.count, edge.last_seen, edge.kinds) == (3, log.now, ("request", "broadcast"))
    assert edge.rate == pytest.approx((1 + 0.5 + 0.25) * math.log(2) / 600, abs=1e-6)


def test_at_a_steady_pace_the_rate_is_the_pace() -> None:
    log = GraphLog(GraphPolicy(half_life_s=60))
    for _ in range(600):
        log.say("ann", to=("bob",), after_s=2)
    view = log.view()
    assert view.rate(view.edges["ann", "bob"], log.now + 1000) == pytest.approx(0.5, rel=0.02)


def test_the_share_of_errors_forgets_too() -> None:
    log = GraphLog(GraphPolicy(half_life_s=60))
    log.say("ann", "response", ("bob",), content={"error": "timeout"})
    assert log.edge("ann", "bob").error_share == 1.0
    log.say("ann", "response", ("bob",), after_s=60)
    assert log.edge("ann", "bob").error_share == pytest.approx(0.5 / 1.5, abs=1e-6)


def test_a_reply_in_a_conversation_is_timed_from_its_request() -> None:
    log = GraphLog()
    log.say("ann", "request", ("bob",), conversation_id="c")
    log.say("ann", "request", ("bob",), conversation_id="other", after_s=3)
    log.say("bob", "response", ("ann",), conversation_id="c", after_s=4)
    assert log.edge("bob", "ann").latency_ms == 7000
    assert log.edge("ann", "bob").latency_ms is None


def test_a_reply_without_ids_is_timed_from_the_latest_request_of_the_other_way() -> None:
    log = GraphLog()
    log.say("ann", "request", ("bob",))
    log.say("cy", "response", ("ann",))
    log.say("bob", "response", ("ann",), after_s=4)
    log.say("bob", "response", ("ann",), after_s=100)
    assert log.edge("bob", "ann").latency_ms == 5000
    assert log.edge("cy", "ann").latency_ms is None


def test_a_grant_answers_a_claim() -> None:
    log = GraphLog()
    log.say("ann", "resource_request", ("pool",), content={"resource": "gpu"}, correlation_id="c")
    log.say("pool", "resource_grant", ("ann",), content={"resource": "gpu"}, correlation_id="c", after_s=2)
    assert log.edge("pool", "ann").latency_ms == 2000


def test_an_answer_that_comes_too_late_is_no_answer() -> None:
    log = GraphLog()
    log.say("ann", "request", ("bob",))
    log.say("bob", "response", ("ann",), after_s=601)
    assert log.edge("bob", "ann").latency_ms is None


def test_a_request_with_its_reply_is_two_edges() -> None:
    log = GraphLog()
    log.say("ann", "request", ("bob", "ann"))
    log.say("bob", "response", ("ann",))
    assert sorted(log.view().edges) == [("ann", "bob"), ("bob", "ann")]


def test_kinds_and_their_names_are_bounded() -> None:
    log = GraphLog()
    for number in range(9):
        log.say("ann", "broadcast", ("bob",), content={"kind": f"{number}" * 1000})
    assert log.edge("ann", "bob").kinds == tuple(f"{number}" * 32 for number in (5, 6, 7, 8))


def test_a_broadcast_to_very_many_is_one_edge() -> None:
    log = GraphLog()
    log.say("ann", to=tuple(f"a{number}" for number in range(10_000)))
    log.say("ann", to=tuple(f"a{number}" for number in range(MAX_NAMED + 1)))
    log.say("ann")
    view = log.view()
    assert list(view.edges) == [("ann", None)]
    assert (view.edges["ann", None].count, view.edges["ann", None].fanout) == (3, 10_000)


def test_what_names_no_other_than_the_sender_is_no_edge() -> None:
    log = GraphLog()
    log.say("ann", to=("ann",))
    assert log.view().edges == {}


def test_a_star_keeps_its_first_edges_and_sums_up_the_rest() -> None:
    """Bounded: a hub that turns to one after the other cannot fill the tables."""
    log = GraphLog(GraphPolicy(max_edges=3))
    for number in range(10):
        log.say("hub", "request", (f"a{number}",))
    view = log.view()
    assert list(view.edges) == [("hub", "a0"), ("hub", "a1"), ("hub", "a2"), ("hub", None)]
    assert (view.edges["hub", None].count, view.edges["hub", None].fanout) == (7, 1)


def test_an_aged_edge_makes_room() -> None:
    log = GraphLog(GraphPolicy(max_edges=1, forget_after_s=60))
    log.say("hub", to=("a",))
    log.say("hub", to=("b",), after_s=59)
    log.say("hub", to=("c",), after_s=5)
    assert list(log.view().edges) == [("hub", None), ("hub", "c")]
    assert log.fold.state.agents.get((FLEET, "hub")).out_edges == 1  # type: ignore[union-attr]


def test_all_to_all_every_edge_is_there() -> None:
    log = GraphLog()
    agents = [f"a{number}" for number in range(54)]
    for agent in agents:
        log.say(agent, to=tuple(agents), after_s=0.01)
    assert len(log.view().edges) == 54 * 53
