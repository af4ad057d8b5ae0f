"""Telling: a delta of what has changed in a fleet's graph."""

import math
from collections.abc import Iterable, Iterator

from app.core.context import Context
from app.core.entries import AgentEntry, DeltaEntry, EdgeEnds, EdgeEntry, FleetEntry
from app.events import EnforcementState, GraphDelta, GraphEdge, GraphNode


def tell(context: Context, fleet: FleetEntry) -> None:
    """Tell the delta that is open; it then keeps the edges that are new in it until they may have aged."""
    version, policy = fleet.graph_version + 1, context.policy.graph
    deltas, key = context.state.deltas, (context.fleet, version)
    entry = deltas.get(key)
    assert entry is not None
    changed = _changed(context, fleet.graph_first)
    context.effects.graph.append(_delta(context, version, entry, changed))
    fleet.graph_version, fleet.graph_first, fleet.graph_size = version, None, 0
    kept = (*entry.edges, *(ends for ends, edge in changed if edge.born == version))
    if kept:
        deltas.put(key, DeltaEntry(context.now + int(policy.forget_after_s * 1000.0), kept))
    else:
        deltas.delete(key)


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


def _delta(context: Context, version: int, entry: DeltaEntry, changed: list[tuple[EdgeEnds, EdgeEntry]]) -> GraphDelta:
    policy = context.policy.graph
    rate = rate_of_one(policy.half_life_s)
    agents = dict.fromkeys([ends[0] for ends, _ in changed])
    agents.update(dict.fromkeys(entry.nodes))
    return GraphDelta(
        fleet=context.fleet,
        version=version,
        time=context.now,
        half_life_s=policy.half_life_s,
        forget_after_s=policy.forget_after_s,
        removed=tuple([(source, target or None) for source, target in entry.removed]),
        nodes=tuple(_nodes(context, agents)),
        edges=tuple([edge_of(ends, edge, rate) for ends, edge in changed]),
        loops=entry.loops,
    )


def _nodes(context: Context, agents: Iterable[str]) -> Iterator[GraphNode]:
    state, fleet = context.state, context.fleet
    for agent_id in agents:
        agent, enforced = state.agents.get((fleet, agent_id)), state.enforcement.get((fleet, agent_id))
        yield node_of(agent_id, agent, "trusted" if enforced is None else enforced.state, context.now)


def node_of(agent_id: str, agent: AgentEntry | None, state: EnforcementState, now: int) -> GraphNode:
    """An agent as deltas tell of it; `now` counts as seen where it is forgotten or was only ever commanded."""
    if agent is None:
        return GraphNode(agent_id, now, 0, state)
    return GraphNode(agent_id, agent.last_seen, agent.messages, state)
