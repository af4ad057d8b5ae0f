"""What the next delta of a fleet has to tell: a chain of changed edges, and what else has changed.

The chain goes through the edges themselves (`told` says which delta's chain an edge is in, `next` where it goes
on), so that telling of an edge costs a message nothing but two fields of an entry that it changes anyway.
"""

from app.core.context import Context
from app.core.entries import DeltaEntry, EdgeEntry, FleetEntry
from app.core.graph.telling import tell
from app.core.table import Key
from app.events import GraphLoop

MAX_SIZE = 120_000
"""Of a delta, by the estimates below; a sixth of the limit of an output, since JSON may escape a character in six.

A constant of engine version 1: where a delta has grown to it, it is told at once.
"""
MANY = ""
"""The target of an edge to many."""
_NODE, _EDGE, _REMOVED, _LOOP = 30, 200, 10, 30


def queue_edge(context: Context, edge: EdgeEntry, source: str, target: str) -> None:
    """Let the next delta tell of the edge."""
    fleet = context.state.fleets.edit((context.fleet,))
    assert fleet is not None
    version = fleet.graph_version + 1
    if edge.told == version:
        return
    if edge.born == 0:
        edge.born = version
    edge.told, edge.next = version, fleet.graph_first
    fleet.graph_first = (source, target)
    if fleet.graph_size == 0:
        _open(context)
    fleet.graph_size += _EDGE + 2 * len(source) + len(target)
    if fleet.graph_size >= MAX_SIZE:
        tell(context, fleet)


def queue_removed(context: Context, source: str, target: str) -> None:
    """Let the next delta tell that the edge is gone."""
    size = _REMOVED + len(source) + len(target)
    entry = _open(context)
    entry.removed = (*entry.removed, (source, target))
    _grow(context, size)


def mark_node(context: Context, agent_id: str) -> None:
    """Let the next delta tell of the agent, which no changed edge starts from."""
    entry = _open(context)
    if agent_id not in entry.nodes:
        entry.nodes = (*entry.nodes, agent_id)
        _grow(context, _NODE + len(agent_id))


def mark_loop(context: Context, agents: tuple[str, ...], turns: int) -> None:
    """Let the next delta tell of a loop, its members in the order of the path; 0 turns: it has ended."""
    entry = _open(context)
    others = tuple(loop for loop in entry.loops if loop.agents != agents)
    entry.loops = (*others, GraphLoop(agents, turns, context.now))
    _grow(context, _LOOP + sum(map(len, agents)) + 3 * len(agents))


def _fleet(context: Context) -> FleetEntry:
    entry = context.state.fleets.edit((context.fleet,))
    assert entry is not None
    return entry


def _open(context: Context) -> DeltaEntry:
    """The delta that is not told yet, to be changed."""
    deltas, key = context.state.deltas, (context.fleet, _fleet(context).graph_version + 1)
    entry = deltas.edit(key)
    if entry is None:
        entry = begin(context, key, context.now + int(context.policy.graph.delta_s * 1000.0))
    return entry


def begin(context: Context, key: Key, due: int) -> DeltaEntry:
    """A new entry of a delta. Its timer is set at once: another timer may have begun it, and its own be due too."""
    entry = context.state.deltas.put(key, DeltaEntry(due))
    context.state.schedule("deltas", key)
    return entry


def _grow(context: Context, size: int) -> None:
    fleet = _fleet(context)
    fleet.graph_size += size
    if fleet.graph_size >= MAX_SIZE:
        tell(context, fleet)
