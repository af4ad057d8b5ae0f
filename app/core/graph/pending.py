"""What the next delta of a fleet has to tell: a chain of changed edges, and what else has changed.

The chain goes through the edges themselves (`told` says which delta's chain an edge is in, `next` where it goes
on), so that telling of an edge costs a message nothing but two fields of an entry that it changes anyway. So does the
chain of the messages to remember.
"""

from app.core.context import Context
from app.core.entries import DeltaEntry, EdgeEnds, EdgeEntry, MarkEntry, MessageEntry
from app.core.graph.telling import reached, tell
from app.core.table import Key
from app.events import GraphLoop

MAX_SIZE = 120_000
"""Of a delta, by the estimates below; a sixth of the limit of an output, since JSON may escape a character in six.

A constant of engine version 1: where a delta has grown to it, it is told at once.
"""
MANY = ""
"""The target of an edge to many."""
_NODE, _EDGE, _REMOVED, _LOOP = 30, 200, 10, 30
_MESSAGE = 40
"""A message is not told of; but its delta lists it."""


def queue_edge(context: Context, edge: EdgeEntry, source: str, target: str) -> None:
    """Let the next delta tell of the edge."""
    fleet = context.fleet_entry
    version = fleet.graph_version + 1
    if edge.told == version:
        return
    if edge.born == 0:
        edge.born = version
    edge.told, edge.next = version, fleet.graph_first
    fleet.graph_first = (source, target)
    if fleet.graph_size == 0:
        _open(context, context.now)
    _grow(context, _EDGE + 2 * len(source) + len(target))


def requeue_edge(context: Context, ends: EdgeEnds) -> None:
    """Let the next delta tell of an edge again that has not changed, and list it."""
    edge, entry = context.state.edges.edit((context.fleet, *ends)), _open(context, reached(context))
    assert edge is not None
    entry.edges = (*entry.edges, ends)
    queue_edge(context, edge, *ends)


def queue_removed(context: Context, source: str, target: str) -> None:
    """Let the next delta tell that the edge is gone."""
    size = _REMOVED + len(source) + len(target)
    entry = _open(context, reached(context))
    entry.removed = (*entry.removed, (source, target))
    _grow(context, size)


def mark_node(context: Context, agent_id: str) -> None:
    """Let the next delta tell of the agent, which no changed edge starts from."""
    _queue_mark(context, (agent_id,), MarkEntry(0, context.now), context.now)


def mark_loop(context: Context, agents: tuple[str, ...], turns: int) -> None:
    """Let the next delta tell of a loop, its members in the order of the path; 0 turns: it has ended."""
    _queue_mark(context, agents, MarkEntry(0, context.now, GraphLoop(agents, turns, context.now)), context.now)


def requeue_mark(context: Context, names: tuple[str, ...], mark: MarkEntry) -> None:
    """Let the next delta tell of a mark again that has not changed, and list it."""
    _queue_mark(context, names, MarkEntry(0, mark.at, mark.loop), reached(context))


def _queue_mark(context: Context, names: tuple[str, ...], mark: MarkEntry, now: int) -> None:
    entry, version = _open(context, now), context.fleet_entry.graph_version + 1
    marks, key = context.state.marks, (context.fleet, *names)
    known, mark.told = marks.get(key), version
    marks.put(key, mark)
    if known is None or known.told != version:
        entry.marks = (*entry.marks, names)
        _grow(context, (_NODE if mark.loop is None else _LOOP) + sum(map(len, names)) + 3 * len(names))


def list_message(context: Context, slot: int, message: MessageEntry) -> None:
    """Let the next delta list a message that is remembered."""
    fleet = context.fleet_entry
    version = fleet.graph_version + 1
    if message.listed == version:
        return
    message.listed, message.next = version, fleet.graph_messages
    fleet.graph_messages = slot
    if fleet.graph_size == 0:
        _open(context, context.now)
    _grow(context, _MESSAGE)


def begin(context: Context, key: Key, due: int) -> DeltaEntry:
    """A new entry of a delta. Its timer is set at once: another timer may have begun it, and its own be due too."""
    entry = context.state.deltas.put(key, DeltaEntry(due))
    context.state.schedule("deltas", key)
    return entry


def _open(context: Context, now: int) -> DeltaEntry:
    """The delta that is not told yet, to be changed; a new one is told `graph.delta_s` after `now` (event time, ms)."""
    deltas, key = context.state.deltas, (context.fleet, context.fleet_entry.graph_version + 1)
    entry = deltas.edit(key)
    if entry is None:
        entry = begin(context, key, now + int(context.policy.graph.delta_s * 1000.0))
    return entry


def _grow(context: Context, size: int) -> None:
    context.fleet_entry.graph_size += size
    if context.fleet_entry.graph_size >= MAX_SIZE:
        tell(context)
