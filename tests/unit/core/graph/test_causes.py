"""Edges that ids tell of: a cause and its effect, whoever was addressed (GRAPH-1)."""

import math

import pytest

from app.core.policy import GraphPolicy
from tests.unit.core.graph.graphing import GraphLog


def _stored(log: GraphLog, table: bytes) -> list[bytes]:
    return [key for key in log.fold.stored()["graph"] if key.startswith(b'["%s"' % table)]


def test_what_a_broadcast_sets_off_is_an_edge_from_it() -> None:
    log = GraphLog()
    log.say("ann", id="m1")
    log.say("bob", to=("cy",), causation_id="m1", after_s=5)
    edge = log.edge("ann", "bob")
    assert (edge.count, edge.rate, edge.known_by, edge.last_seen) == (0, 0.0, ("causation",), log.now)
    assert edge.effects == pytest.approx(math.log(2) / 600, abs=1e-6)
    assert sorted(log.view().edges, key=str) == [("ann", "bob"), ("ann", None), ("bob", "cy")]


def test_an_agent_that_was_not_addressed_is_set_off_too() -> None:
    """As in a service graph: the parent of a span tells, not who was called."""
    log = GraphLog()
    log.say("ann", "request", ("bob",), id="m1")
    log.say("cy", "request", ("dee",), causation_id="m1")
    assert log.edge("ann", "cy").known_by == ("causation",)
    assert log.edge("ann", "bob").known_by == ()


def test_effects_fade_like_messages_and_do_not_count_as_messages() -> None:
    log = GraphLog(GraphPolicy(half_life_s=60))
    log.say("ann", "request", ("bob",), id="m1")
    log.say("bob", to=("cy",), causation_id="m1", after_s=0)
    log.say("bob", to=("cy",), causation_id="m1", after_s=60)
    edge = log.edge("ann", "bob")
    assert edge.count == 1
    assert edge.rate == pytest.approx(0.5 * math.log(2) / 60, abs=1e-6)
    assert edge.effects == pytest.approx(1.5 * math.log(2) / 60, abs=1e-6)


def test_the_id_of_metadata_counts() -> None:
    log = GraphLog()
    log.say("ann", metadata={"msg_id": "m1"})
    log.say("bob", causation_id="m1")
    assert log.edge("ann", "bob").known_by == ("causation",)


def test_a_reply_that_carries_the_id_of_its_request_is_timed_from_it() -> None:
    log = GraphLog()
    log.say("ann", "request", ("bob",), id="m1")
    log.say("ann", "request", ("bob",), id="m2", after_s=5)
    log.say("bob", "response", ("ann",), correlation_id="m1", after_s=2)
    assert log.edge("bob", "ann").latency_ms == 7000
    assert log.edge("ann", "bob").known_by == ("correlation",)
    log.say("bob", "response", ("ann",), causation_id="m2", after_s=2)
    assert log.edge("bob", "ann").latency_ms == pytest.approx(5500, abs=10)


def test_what_is_no_reply_has_no_latency() -> None:
    log = GraphLog()
    log.say("ann", "request", ("bob",), id="m1")
    log.say("bob", "broadcast", ("ann",), causation_id="m1")
    assert log.edge("bob", "ann").latency_ms is None


def test_in_a_conversation_the_latest_message_to_nobody_is_followed() -> None:
    log = GraphLog()
    for agent in ("ann", "bob", "ann", "cy"):
        log.say(agent, conversation_id="c")
    log.say("dee", conversation_id="other")
    edges = log.view().edges
    assert {(source, target) for source, target in edges if target} == {("ann", "bob"), ("bob", "ann"), ("ann", "cy")}
    assert edges["ann", "cy"].known_by == ("conversation",)


def test_an_id_that_is_given_is_not_guessed_at() -> None:
    log = GraphLog()
    log.say("ann", conversation_id="c")
    log.say("bob", conversation_id="c", causation_id="unknown")
    assert list(log.view().edges) == [("ann", None), ("bob", None)]


def test_nobody_is_its_own_cause() -> None:
    log = GraphLog()
    log.say("ann", id="m1", conversation_id="c")
    log.say("ann", causation_id="m1", conversation_id="c")
    log.say("ann", conversation_id="c")
    assert list(log.view().edges) == [("ann", None)]


def test_an_id_that_two_agents_use_names_nobody() -> None:
    """Else one could put what it sets off down to another."""
    log = GraphLog()
    log.say("ann", id="1")
    log.say("eve", id="1")
    log.say("bob", causation_id="1")
    assert list(log.view().edges) == [("ann", None), ("eve", None), ("bob", None)]


def test_fleets_do_not_hear_each_other() -> None:
    log = GraphLog()
    log.say("ann", id="m1", fleet="fleet-4")
    log.say("bob", causation_id="m1")
    assert all(edge.target is None for delta in log.told for edge in delta.edges)


def test_a_hub_without_room_sums_up_its_effects() -> None:
    log = GraphLog(GraphPolicy(max_edges=2))
    log.say("hub", id="m1")
    for number in range(4):
        log.say(f"a{number}", causation_id="m1")
    edges = log.view().edges
    assert [target for source, target in edges if source == "hub"] == [None, "a0", "a1"]
    assert edges["hub", None].effects == pytest.approx(2 * math.log(2) / 600, rel=0.01)


def test_a_fleet_remembers_so_many_messages_and_no_more() -> None:
    log = GraphLog(GraphPolicy(max_messages=8))
    for number in range(100):
        log.say("ann", id=f"m{number}")
    assert len(_stored(log, b"messages")) == 8
    log.say("bob", causation_id="m0")
    log.say("bob", causation_id="m99")
    assert log.edge("ann", "bob").effects == pytest.approx(math.log(2) / 600, rel=0.01)


def test_none_are_remembered_where_the_policy_says_so() -> None:
    log = GraphLog(GraphPolicy(max_messages=0))
    log.say("ann", id="m1", conversation_id="c")
    log.say("bob", causation_id="m1", conversation_id="c")
    assert _stored(log, b"messages") == []
    assert list(log.view().edges) == [("ann", None), ("bob", None)]


def test_a_message_is_forgotten_after_a_refresh() -> None:
    log = GraphLog(GraphPolicy(refresh_s=60))
    log.say("ann", id="m1")
    log.say("ann", id="m2", after_s=59)
    log.say("bob", causation_id="m1", after_s=1)
    assert log.edge("ann", "bob").known_by == ("causation",)
    log.say("bob", id="m3", after_s=4)
    assert len(_stored(log, b"messages")) == 2
    log.say("cy", causation_id="m1")
    assert ("ann", "cy") not in log.view().edges


def test_an_id_said_again_lives_on() -> None:
    log = GraphLog(GraphPolicy(refresh_s=60))
    for _ in range(5):
        log.say("ann", id="m1", content={"again": log.now}, after_s=40)
    log.say("bob", causation_id="m1", after_s=40)
    assert log.edge("ann", "bob").known_by == ("causation",)
