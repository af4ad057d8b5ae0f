"""The causal graph and what of it is still to be told."""

from msgspec import Struct

from app.events import CauseKind, GraphLoop

EdgeEnds = tuple[str, str]
"""Source and target."""


class EdgeEntry(Struct, omit_defaults=True):
    """An edge of the causal graph. Keys: [fleet, source, target], and [fleet, source, ""] for its edge to many.

    Its numbers are whole, in millionths: of six decimals like all stored numbers, but rounded and encoded in a
    fifth of the time that floats take, with every message.
    """

    last_seen: int
    weight: int = 0
    """Messages as of `last_seen`, in millionths, each counting half after each half-life."""
    count: int = 0
    errors: int = 0
    """Those of them that report a failure, counted like `weight`."""
    replies: int = 0
    """Those of them that answer a request, counted like `weight`."""
    effects: int = 0
    """Messages of the target that one of the source's has caused, counted like `weight`."""
    known_by: tuple[CauseKind, ...] = ()
    """How that is known."""
    latency: int = 0
    """From request to reply, the mean over `replies`, in nanoseconds."""
    kinds: tuple[str, ...] = ()
    fanout: int = 0
    """Of an edge to many: the most targets that one message on it had."""
    asked_at: int = 0
    """The latest request on this edge that no conversation keeps."""
    replied_at: int = 0
    """The latest reply on this edge to such a request of the other way."""
    born: int = 0
    """The delta that first told of it."""
    told: int = 0
    """The latest delta that tells of it, or is to."""
    next: EdgeEnds | None = None
    """Of the same delta, the edge that changed before."""
    due: int | None = None


class DeltaEntry(Struct, omit_defaults=True):
    """A delta of a fleet's graph. Key: [fleet, version].

    Until it is told it collects what it has to tell beside the chain of changed edges; then it lists what was told
    in it, until each of that is told again or gone. An edge, a mark or a message stands in one list at least.
    """

    due: int | None
    edges: tuple[EdgeEnds, ...] = ()
    """Each edge stands in the list of one delta, the one that told of it last or one before."""
    marks: tuple[tuple[str, ...], ...] = ()
    messages: tuple[int, ...] = ()
    """Slots of messages that were remembered meanwhile."""
    removed: tuple[EdgeEnds, ...] = ()


class MarkEntry(Struct, omit_defaults=True):
    """What the graph tells of beside edges and where they start: an agent, or a loop.

    Keys: [fleet, agent], and [fleet, agent, agent, ...] with the members of a loop in the order of the path.
    """

    told: int
    """The latest delta that tells of it, or is to."""
    at: int
    """When it was marked (event time, ms)."""
    loop: GraphLoop | None = None
    due: int | None = None


class MessageEntry(Struct, omit_defaults=True):
    """A message that others may follow from. Key: [fleet, slot]."""

    name: str
    """Its id, or the conversation that has heard it."""
    agent_id: str
    """Who said it; empty where several agents use the id."""
    at: int
    heard: bool = False
    """Whether `name` is a conversation."""
    listed: int = 0
    """The delta that lists it, or is to."""
    next: int | None = None
    """Of the same delta, the slot that was filled before."""
    due: int | None = None
