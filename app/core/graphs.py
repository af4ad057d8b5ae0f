"""The graphs of a partition as its tables hold them: snapshots, and what is left to tell at the end of a file."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.core.clock import known, policy_of
from app.core.context import Effects
from app.core.entries import EdgeEnds, EdgeEntry, FleetEntry, MarkEntry
from app.core.graph.telling import Mark, edge_of, loops_of, nodes_of, rate_of_one, tell
from app.core.state import State
from app.core.table import Backing, Key
from app.events import GraphDelta

E = TypeVar("E", bound=Struct)
_key_decoder = msgspec.json.Decoder(Key)


def close_graphs(state: State, backing: Mapping[str, Backing]) -> list[GraphDelta]:
    """Tell what each fleet has left to tell, as of its clock; the caller has flushed the state, and does so again."""
    effects = Effects()
    for (fleet,), entry in _entries(backing, "fleets", FleetEntry):
        if entry.graph_size:
            tell(known(state, str(fleet), 0, entry.clock, effects))
    state.merge()
    return effects.graph


def snapshot(state: State, backing: Mapping[str, Backing], fleet: str) -> GraphDelta:
    """The whole graph of a fleet as of the last commit: every later delta applies to it."""
    policy, entry = policy_of(state, fleet).graph, state.fleets.get((fleet,)) or FleetEntry(clock=0)
    edges, marks, rate = list(_edges(backing, fleet)), list(_marks(backing, fleet)), rate_of_one(policy.half_life_s)
    return GraphDelta(
        fleet=fleet,
        version=entry.graph_version,
        time=entry.clock,
        half_life_s=policy.half_life_s,
        forget_after_s=policy.forget_after_s,
        kind="snapshot",
        since=entry.graph_version,
        nodes=tuple(nodes_of(state, fleet, entry.clock, [ends for ends, _ in edges], marks)),
        edges=tuple([edge_of(ends, edge, rate) for ends, edge in edges]),
        loops=tuple(loops_of(marks)),
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


def _edges(backing: Mapping[str, Backing], fleet: str) -> Iterator[tuple[EdgeEnds, EdgeEntry]]:
    for (of, source, target), edge in _entries(backing, "graph", EdgeEntry, within="edges"):
        if of == fleet:
            yield (str(source), str(target)), edge


def _marks(backing: Mapping[str, Backing], fleet: str) -> Iterator[Mark]:
    for (of, *names), mark in _entries(backing, "graph", MarkEntry, within="marks"):
        if of == fleet:
            yield tuple(map(str, names)), mark
