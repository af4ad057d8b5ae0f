"""The graphs of a partition as its tables hold them: snapshots, and what is left to tell at the end of a file."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.core.clock import policy_of
from app.core.context import Context, Effects
from app.core.entries import AgentEntry, EdgeEntry, EnforcementEntry, FleetEntry, IncidentEntry
from app.core.graph.telling import edge_of, node_of, rate_of_one, tell
from app.core.state import State
from app.core.table import Backing, Key
from app.events import GraphDelta, GraphEdge, GraphLoop, GraphNode

E = TypeVar("E", bound=Struct)
_key_decoder = msgspec.json.Decoder(Key)


def close_graphs(state: State, backing: Mapping[str, Backing]) -> list[GraphDelta]:
    """Tell what each fleet has left to tell, as of its clock; the caller has flushed the state, and does so again."""
    effects = Effects()
    for (fleet,), entry in _entries(backing, "fleets", FleetEntry):
        if entry.graph_size:
            context = Context(state, str(fleet), 0, entry.clock, policy_of(state, str(fleet)), effects)
            known = state.fleets.edit((fleet,))
            assert known is not None
            tell(context, known)
    state.merge()
    return effects.graph


def snapshot(state: State, backing: Mapping[str, Backing], fleet: str) -> GraphDelta:
    """The whole graph of a fleet as of the last commit: every later delta applies to it."""
    policy, entry = policy_of(state, fleet).graph, state.fleets.get((fleet,)) or FleetEntry(clock=0)
    return GraphDelta(
        fleet=fleet,
        version=entry.graph_version,
        time=entry.clock,
        half_life_s=policy.half_life_s,
        forget_after_s=policy.forget_after_s,
        kind="snapshot",
        nodes=tuple(_nodes(backing, fleet, entry.clock - int(policy.forget_after_s * 1000.0))),
        edges=tuple(_edges(backing, fleet, rate_of_one(policy.half_life_s))),
        loops=tuple(_loops(backing, fleet, entry.clock)),
    )


def _entries(
    backing: Mapping[str, Backing], table: str, entry: type[E], within: str | None = None
) -> Iterator[tuple[Key, E]]:
    """The entries of a stored table in order of their keys; of one that holds several, those `within` the named one."""
    decode = msgspec.json.Decoder(entry).decode
    for stored, value in sorted(backing[table].items()):
        key = _key_decoder.decode(stored)
        if within is None:
            yield key, decode(value)
        elif key[0] == within:
            yield key[1:], decode(value)


def _edges(backing: Mapping[str, Backing], fleet: str, per_second: float) -> Iterator[GraphEdge]:
    for (of, source, target), edge in _entries(backing, "graph", EdgeEntry, within="edges"):
        if of == fleet:
            yield edge_of((str(source), str(target)), edge, per_second)


def _nodes(backing: Mapping[str, Backing], fleet: str, since: int) -> Iterator[GraphNode]:
    """The senders seen after `since` (event time, ms), and the contained, however silent."""
    enforced = {key: entry.state for key, entry in _entries(backing, "enforcement", EnforcementEntry)}
    for key, agent in _entries(backing, "agents", AgentEntry):
        state = enforced.pop(key, "trusted")
        if key[0] == fleet and ((agent.messages and agent.last_seen > since) or state == "quarantined"):
            yield node_of(str(key[1]), agent, state, since)
    for (of, agent_id), state in enforced.items():
        if of == fleet and state == "quarantined":
            yield node_of(str(agent_id), None, state, since)


def _loops(backing: Mapping[str, Backing], fleet: str, now: int) -> Iterator[GraphLoop]:
    for key, incident in _entries(backing, "incidents", IncidentEntry):
        if key[0] == fleet and incident.cycle is not None:
            yield GraphLoop(incident.cycle, incident.turns, now)
