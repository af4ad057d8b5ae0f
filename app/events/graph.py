"""The causal graph as it is told, and the cycles in it."""

from typing import Literal

from msgspec import Struct

from app.events.enforcement import EnforcementState, Mode
from app.events.messages import SCHEMA_VERSION, Position


class Cycle(Struct, frozen=True):
    """A time-respecting cycle of messages: agents and positions in the order of the path."""

    agents: tuple[str, ...]
    positions: tuple[Position, ...]


class Cycles(Struct, frozen=True):
    """Cycles that one message closes, whatever comes of them."""

    fleet: str
    cycles: tuple[Cycle, ...]


class CyclesDropped(Struct, frozen=True):
    """Where a stated bound cut the search for cycles."""

    dropped: int
    fleet: str
    time: int


class GraphNode(Struct, frozen=True, omit_defaults=True):
    """An agent as a node of the causal graph."""

    agent_id: str
    last_seen: int
    messages: int = 0
    """It has sent so many."""
    state: EnforcementState = "trusted"
    mode: Mode = "enforce"
    """Of its state: one of another mode cuts no path."""


CauseKind = Literal["causation", "correlation", "conversation"]
"""How a message is known to have caused another: by its id, as what the other one replies to, or since the other is
said in a conversation that it was addressed to."""


class GraphEdge(Struct, frozen=True, omit_defaults=True):
    """What one agent has sent to another, and set off. Without a target: to many, or to all, at once."""

    source: str
    target: str | None
    last_seen: int
    rate: float
    """Messages a second as of `last_seen`; it halves every `half_life_s` of the delta after that."""
    count: int = 1
    error_share: float = 0.0
    """Of the messages, the latest counting most: 0..1."""
    latency_ms: int | None = None
    """Mean time from a request to the reply that went this way."""
    kinds: tuple[str, ...] = ()
    """The latest kinds of messages on it."""
    effects: float = 0.0
    """Messages of the target that one of the source's has caused, a second as of `last_seen`; it halves like `rate`."""
    known_by: tuple[CauseKind, ...] = ()
    """How that is known. An edge of count 0 is known by it alone: the target was not addressed."""
    fanout: int = 0
    """Of an edge to many: the most targets that one message had; 0 where none named any."""


class GraphLoop(Struct, frozen=True):
    """A loop: its members in the order of the path, and how often messages went around; 0 turns: it has ended."""

    agents: tuple[str, ...]
    turns: int
    last_seen: int


class GraphDelta(Struct, frozen=True):
    """What has changed in a fleet's causal graph; the value of the graph topic (key: fleet).

    What is told of is told whole, so a delta that is applied twice does no harm. A snapshot tells of all; so do the
    deltas from `since` on together, for what lives is told again from time to time.
    """

    fleet: str
    version: int
    """Rises by one with each delta of the fleet, from 1 on; of a snapshot: the last delta it contains."""
    time: int
    half_life_s: float
    """Of the edges' rates."""
    forget_after_s: float
    """Edges, and marks of loops, last so long after `last_seen`."""
    since: int = 1
    """Whoever has read the deltas from this version on up to this one has the whole graph."""
    kind: Literal["delta", "snapshot"] = "delta"
    removed: tuple[tuple[str, str | None], ...] = ()
    """Edges (source, target) that have aged; read this before `edges`, which may tell of them anew."""
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    loops: tuple[GraphLoop, ...] = ()
    schema_version: int = SCHEMA_VERSION
