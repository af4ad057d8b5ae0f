"""Telling: a delta of what has changed in a fleet's graph."""

import math
from collections.abc import Iterable, Iterator

from app.core.context import Context
from app.core.entries import DeltaEntry, EdgeEnds, EdgeEntry, MarkEntry
from app.core.state import State
from app.events import GraphDelta, GraphEdge, GraphLoop, GraphNode

Mark = tuple[tuple[str, ...], MarkEntry]
"""An agent alone, or the members of a loop; and the mark."""


def tell(context: Context) -> None:
    """Tell the delta that is open; it then lists the edges that are new in it, and what else it has to look at."""
    fleet, deltas = context.fleet_entry, context.state.deltas
    version = fleet.graph_version + 1
    key = (context.fleet, version)
    entry = deltas.get(key)
    assert entry is not None
    changed = _changed(context, fleet.graph_first)
    marks = _marks(context, entry)
    _advance_since(context)
    context.effects.graph.append(_delta(context, entry, changed, marks))
    fleet.graph_version, fleet.graph_first, fleet.graph_size = version, None, 0
    edges = (*entry.edges, *(ends for ends, edge in changed if edge.born == version))
    lasting, messages = _lasting(context, marks), _messages(context)
    if edges or lasting or messages:
        deltas.put(key, DeltaEntry(context.now + context.policy.graph.refresh_ms, edges, lasting, messages))
    else:
        deltas.delete(key)


def _advance_since(context: Context) -> None:
    fleet, deltas = context.fleet_entry, context.state.deltas
    while fleet.graph_since <= fleet.graph_version and deltas.get((context.fleet, fleet.graph_since)) is None:
        fleet.graph_since += 1


def _messages(context: Context) -> tuple[int, ...]:
    """The slots of the chain, which ends."""
    slot, slots = context.fleet_entry.graph_messages, []
    while slot is not None:
        message = context.state.messages.get((context.fleet, slot))
        assert message is not None
        slots.append(slot)
        slot = message.next
    context.fleet_entry.graph_messages = None
    return tuple(slots)


def _marks(context: Context, entry: DeltaEntry) -> list[Mark]:
    marks, found = context.state.marks, []
    for names in entry.marks:
        mark = marks.get((context.fleet, *names))
        assert mark is not None
        found.append((names, mark))
    return found


def _lasting(context: Context, marks: list[Mark]) -> tuple[tuple[str, ...], ...]:
    """The marks to look at again; those of loops that have ended go."""
    ended = [names for names, mark in marks if mark.loop is not None and not mark.loop.turns]
    for names in ended:
        context.state.marks.delete((context.fleet, *names))
    return tuple([names for names, _ in marks if names not in ended])


def reached(context: Context) -> int:
    """The fleet's time (ms), behind which a timer that fires late is: after a silence there is one look, not many."""
    clock = context.fleet_entry.clock
    return max(clock, context.state.partition.ticked) if context.policy.clock == "records" else clock


def edge_of(ends: EdgeEnds, edge: EdgeEntry, per_second: float) -> GraphEdge:
    """An edge as deltas tell of it; `per_second` as `rate_of_one` gives it. Fractions get six decimals."""
    return GraphEdge(
        ends[0],
        ends[1] or None,
        edge.last_seen,
        int(edge.weight * per_second + 0.5) / 1e6,
        edge.count,
        int(edge.errors * 1e6 / edge.weight + 0.5) / 1e6 if edge.errors else 0.0,
        (edge.latency + 500_000) // 1_000_000 if edge.replies else None,
        edge.kinds,
        int(edge.effects * per_second + 0.5) / 1e6 if edge.effects else 0.0,
        edge.known_by,
        edge.fanout,
    )


def rate_of_one(half_life_s: float) -> float:
    """The rate, in messages a second, of an edge that weighs one message.

    >>> rate_of_one(60 * math.log(2))
    0.016666666666666666
    """
    return math.log(2.0) / half_life_s


def _changed(context: Context, ends: EdgeEnds | None) -> list[tuple[EdgeEnds, EdgeEntry]]:
    """The edges of the chain in the order in which they changed first."""
    edges, fleet, chain = context.state.edges, context.fleet, []
    while ends is not None:
        edge = edges.get((fleet, *ends))
        assert edge is not None
        chain.append((ends, edge))
        ends = edge.next
    chain.reverse()
    return chain


def _delta(
    context: Context, entry: DeltaEntry, changed: list[tuple[EdgeEnds, EdgeEntry]], marks: list[Mark]
) -> GraphDelta:
    fleet, policy = context.fleet_entry, context.policy.graph
    rate = rate_of_one(policy.half_life_s)
    return GraphDelta(
        fleet=context.fleet,
        version=fleet.graph_version + 1,
        time=context.now,
        half_life_s=policy.half_life_s,
        forget_after_s=policy.forget_after_s,
        since=fleet.graph_since,
        removed=tuple([(source, target or None) for source, target in entry.removed]),
        nodes=tuple(nodes_of(context.state, context.fleet, context.now, [ends for ends, _ in changed], marks)),
        edges=tuple([edge_of(ends, edge, rate) for ends, edge in changed]),
        loops=tuple(loops_of(marks)),
    )


def nodes_of(
    state: State, fleet: str, now: int, ends: Iterable[EdgeEnds], marks: Iterable[Mark]
) -> Iterator[GraphNode]:
    """The agents that edges start from, and those that are marked."""
    agents = dict.fromkeys([source for source, _ in ends], now)
    agents.update({names[0]: mark.at for names, mark in marks if mark.loop is None})
    return (node_of(state, fleet, agent_id, at) for agent_id, at in agents.items())


def node_of(state: State, fleet: str, agent_id: str, at: int) -> GraphNode:
    """An agent as deltas tell of it; one that is forgotten or never said anything counts as seen at `at`."""
    agent, enforced = state.agents.get((fleet, agent_id)), state.enforcement.get((fleet, agent_id))
    seen, messages = (at, 0) if agent is None or not agent.messages else (agent.last_seen, agent.messages)
    if enforced is None:
        return GraphNode(agent_id, seen, messages)
    return GraphNode(agent_id, seen, messages, enforced.state, enforced.mode)


def loops_of(marks: Iterable[Mark]) -> Iterator[GraphLoop]:
    """The loops among the marks."""
    return (mark.loop for _, mark in marks if mark.loop is not None)
