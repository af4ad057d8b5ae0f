"""Ageing: the timer of a delta tells it first, and later looks at what it lists.

What has been silent for `graph.forget_after_s` is gone; what lives but has not changed since is told again, in the
next delta, which lists it from then on; what a later delta has told of goes to the list of that one. So no edge needs
a timer of its own, and all that lives was told in one of the deltas that list something: soft state, which a reader
learns from a while of reading (S. Raman, S. McCanne, "A Model, Analysis, and Protocol Framework for Soft State-based
Communication", SIGCOMM 1999).
"""

from app.core.context import Context
from app.core.entries import DeltaEntry, EdgeEnds, MarkEntry
from app.core.graph.pending import begin, queue_removed, requeue_edge, requeue_mark
from app.core.graph.telling import node_of, reached, tell
from app.core.table import Key

MAX_AGED = 1_000
"""What is looked at in one record before the rest waits for the next; a constant of engine version 1."""


def expire(context: Context, key: Key) -> None:
    """The timer of a delta."""
    if key[1] == context.fleet_entry.graph_version + 1:
        tell(context)
    elif context.effects.aged >= MAX_AGED:
        _postpone(context, key)
    else:
        _tell_overdue(context)
        _age(context, key)


def _tell_overdue(context: Context) -> None:
    """What came before a silence is told before what the silence has done."""
    waiting = context.state.deltas.get((context.fleet, context.fleet_entry.graph_version + 1))
    if waiting is not None and waiting.due is not None and waiting.due <= reached(context):
        tell(context)


def _postpone(context: Context, key: Key) -> None:
    entry = context.state.deltas.edit(key)
    assert entry is not None
    entry.due = reached(context) + 1


def _age(context: Context, key: Key) -> None:
    entry, version = context.state.deltas.get(key), int(key[1])
    assert entry is not None
    context.state.deltas.delete(key)
    context.effects.aged += _size(entry)
    for ends in entry.edges:
        _age_edge(context, version, ends)
    for names in entry.marks:
        _age_mark(context, version, names)
    for slot in entry.messages:
        _age_message(context, version, slot)


def _size(entry: DeltaEntry) -> int:
    return len(entry.edges) + len(entry.marks) + len(entry.messages)


def _age_edge(context: Context, version: int, ends: EdgeEnds) -> None:
    edge = context.state.edges.get((context.fleet, *ends))
    if edge is None:
        return
    if not _lives(context, edge.last_seen) and not _waits(context, edge.told):
        _remove(context, ends)
    elif edge.told == version:
        requeue_edge(context, ends)
    else:
        key = (context.fleet, edge.told)
        later = context.state.deltas.edit(key)
        later = later or begin(context, key, edge.last_seen + context.policy.graph.refresh_ms)
        later.edges = (*later.edges, ends)


def _age_mark(context: Context, version: int, names: tuple[str, ...]) -> None:
    mark = context.state.marks.get((context.fleet, *names))
    if mark is None or mark.told != version:
        return
    if _stays(context, names, mark):
        requeue_mark(context, names, mark)
    else:
        context.state.marks.delete((context.fleet, *names))


def _stays(context: Context, names: tuple[str, ...], mark: MarkEntry) -> bool:
    if mark.loop is not None:
        return _lives(context, mark.at)
    node = node_of(context.state, context.fleet, names[0], mark.at)
    return node.state == "quarantined" or _lives(context, node.last_seen)


def _age_message(context: Context, version: int, slot: int) -> None:
    key = (context.fleet, slot)
    message = context.state.messages.get(key)
    if message is not None and message.listed == version:
        context.state.messages.delete(key)


def _lives(context: Context, last_seen: int) -> bool:
    return reached(context) - last_seen < int(context.policy.graph.forget_after_s * 1000.0)


def _waits(context: Context, version: int) -> bool:
    return version > context.fleet_entry.graph_version


def _remove(context: Context, ends: EdgeEnds) -> None:
    context.state.edges.delete((context.fleet, *ends))
    source, target = ends
    agent = context.state.agents.edit((context.fleet, source))
    if target and agent is not None:
        agent.out_edges = max(0, agent.out_edges - 1)
    queue_removed(context, source, target)
