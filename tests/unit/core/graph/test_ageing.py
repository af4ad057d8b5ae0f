"""Edges that never age are the classic mistake: here they do, in event time (GRAPH-1)."""

import msgspec

from app.core.commands import EnrollKey, Tick
from app.core.graph.ageing import MAX_AGED
from app.core.policy import GraphPolicy
from tests.unit.core.graph.graphing import GraphLog
from tests.unit.core.records import PARTITION, Signer

SHORT = GraphPolicy(forget_after_s=60)


def _stored_edges(log: GraphLog) -> int:
    return sum(msgspec.json.decode(key)[0] == "edges" for key in log.fold.stored()["graph"])


def test_an_edge_without_messages_goes() -> None:
    log = GraphLog(SHORT)
    log.say("ann", to=("bob",))
    log.say("cy", to=("dee",), after_s=62)
    assert ("ann", "bob") not in log.view().edges
    assert ("ann", "bob") in log.told[-1].removed + log.told[-2].removed
    assert _stored_edges(log) == 1


def test_an_edge_in_use_stays_and_is_not_told_again_for_its_age() -> None:
    log = GraphLog(SHORT)
    for _ in range(10):
        log.say("ann", to=("bob",), after_s=50)
    assert log.edge("ann", "bob").count == 10
    assert not any(delta.removed for delta in log.told)


def test_edges_go_while_nobody_says_anything() -> None:
    """A tick is enough: an idle fleet's graph empties."""
    log, worker = GraphLog(SHORT, commanded=True), Signer("worker")
    log.command(EnrollKey(partition=PARTITION, name="worker", public_key=worker.public_key, role="worker"))
    log.say("ann", to=("bob",))
    for _ in range(3):
        log.command(Tick(partition=PARTITION), worker, after_s=31)
    log.command(Tick(partition=PARTITION), worker, after_s=2)
    assert log.view().edges == {}
    assert log.fold.stored()["graph"] == {}


def test_an_edge_that_was_gone_begins_anew() -> None:
    log = GraphLog(SHORT)
    log.say("ann", "request", ("bob",))
    log.say("ann", "broadcast", ("bob",), after_s=60)
    edge = log.edge("ann", "bob")
    assert (edge.count, edge.kinds) == (1, ("broadcast",))


def test_of_very_many_old_edges_some_wait_for_the_next_record() -> None:
    """Bounded work: a silence that ends does not stop the fold."""
    log = GraphLog(SHORT)
    crowd = [f"a{number}" for number in range(100)]
    for agent in crowd:
        log.say(agent, to=tuple(crowd[:31]), after_s=0.1)
    assert _stored_edges(log) > 2 * MAX_AGED
    log.say("ann", after_s=200)
    assert _stored_edges(log) > 3000 - 2 * MAX_AGED
    for _ in range(4):
        log.say("ann", after_s=3)
    assert _stored_edges(log) == 1
    assert list(log.view().edges) == [("ann", None)]
