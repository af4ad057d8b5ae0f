"""Loops and quarantine in the graph (GRAPH-3, D8, D9)."""

from app.core.commands import Quarantine, Release
from tests.unit.core.graph.graphing import FLEET, GraphLog
from tests.unit.core.graph.marking import loop_found


def test_quarantine_shows_with_the_paths_it_cuts() -> None:
    """D9."""
    log = GraphLog(commanded=True)
    for sender, target in (("ann", "bob"), ("bob", "cy"), ("cy", "dee")):
        log.say(sender, to=(target,))
    log.command(Quarantine(fleet=FLEET, agent_id="bob", reason="seen"))
    view = log.view()
    assert view.nodes["bob"].state == "quarantined"
    assert [(edge.source, edge.target) for edge in view.affected(log.now)] == [("ann", "bob"), ("bob", "cy")]
    log.command(Release(fleet=FLEET, agent_id="bob", reason="asked"))
    assert log.view().nodes["bob"].state == "released"
    assert log.view().affected(log.now) == []


def test_a_quarantine_that_does_not_bind_cuts_no_path() -> None:
    log = GraphLog()
    for number in range(20):
        log.say("bob", "response", ("ann",), content={"error": f"{number}"})
    log.say("ann", to=("bob",), after_s=60)
    node = log.view().nodes["bob"]
    assert (node.state, node.mode) == ("quarantined", "shadow")
    assert log.view().contained() == []
    assert log.view().affected(log.now) == []


def test_a_contained_agent_stays_in_the_graph_however_silent() -> None:
    log = GraphLog(commanded=True)
    log.command(Quarantine(fleet=FLEET, agent_id="eve", reason="seen"))
    log.say("ann", to=("bob",), after_s=100_000)
    log.say("ann", to=("bob",), after_s=100_000)
    view = log.view()
    assert view.agents(log.now)["eve"].state == "quarantined"
    assert "eve" in {node.agent_id for node in log.snapshot().nodes}


def test_hearing_is_not_being_seen() -> None:
    log = GraphLog(commanded=True)
    log.command(Quarantine(fleet=FLEET, agent_id="eve", reason="so"))
    told = log.view().nodes["eve"]
    log.say("ann", "note", ("eve",), 3.0)
    assert log.view().nodes["eve"] == told
    assert told in log.snapshot().nodes


def test_a_loop_is_marked_with_members_and_turns_until_it_ends() -> None:
    """D8: the mark follows the incident."""
    log = GraphLog()
    log.say("ann", to=("bob",))
    loop_found(log, ("ann", "bob", "cy"), turns=4)
    (loop,) = log.view().live_loops(log.now)
    assert (loop.agents, loop.turns) == (("ann", "bob", "cy"), 4)
    assert [(mark.agents, mark.turns) for mark in log.snapshot().loops] == [(loop.agents, 4)]
    log.say("ann", to=("bob",), after_s=61)
    log.say("ann", to=("bob",), after_s=2)
    assert log.view().loops == {}
