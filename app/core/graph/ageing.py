"""Ageing: the timer of a delta tells it first, and later looks whether the edges that were new in it still live.

An edge without a message for `graph.forget_after_s` is gone. One that has had some stands, from then on, in
the list of the delta that told of it last: an edge is looked at once in each of its lives' periods, and no edge
needs a timer of its own.
"""

from app.core.context import Context
from app.core.entries import EdgeEnds
from app.core.graph.pending import begin, queue_removed
from app.core.graph.telling import tell
from app.core.table import Key

MAX_AGED = 1_000
"""Edges that are looked at in one record before the rest waits for the next; a constant of engine version 1."""


def expire(context: Context, key: Key) -> None:
    """The timer of a delta."""
    fleet = context.state.fleets.edit((context.fleet,))
    assert fleet is not None
    if key[1] == fleet.graph_version + 1:
        tell(context, fleet)
    elif context.effects.aged >= MAX_AGED:
        _postpone(context, key, fleet.clock)
    else:
        _age(context, key)


def _postpone(context: Context, key: Key, clock: int) -> None:
    entry = context.state.deltas.edit(key)
    assert entry is not None
    entry.due = max(clock, context.state.partition.ticked) + 1


def _age(context: Context, key: Key) -> None:
    entry = context.state.deltas.get(key)
    assert entry is not None
    context.state.deltas.delete(key)
    context.effects.aged += len(entry.edges)
    for ends in entry.edges:
        edge = context.state.edges.get((context.fleet, *ends))
        if edge is not None:
            due = edge.last_seen + int(context.policy.graph.forget_after_s * 1000.0)
            if due > context.now or _waits(context, edge.told):
                _keep(context, edge.told, ends, due)
            else:
                _remove(context, ends)


def _waits(context: Context, version: int) -> bool:
    fleet = context.state.fleets.get((context.fleet,))
    return fleet is not None and version > fleet.graph_version


def _keep(context: Context, version: int, ends: EdgeEnds, due: int) -> None:
    key = (context.fleet, version)
    entry = context.state.deltas.edit(key) or begin(context, key, due)
    entry.edges = (*entry.edges, ends)


def _remove(context: Context, ends: EdgeEnds) -> None:
    context.state.edges.delete((context.fleet, *ends))
    source, target = ends
    agent = context.state.agents.edit((context.fleet, source))
    if target and agent is not None:
        agent.out_edges = max(0, agent.out_edges - 1)
    queue_removed(context, source, target)
