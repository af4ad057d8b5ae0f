"""The causal graph and what of it is still to be told."""

from msgspec import Struct

from app.events import GraphLoop

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

    Until it is told it collects what it has to tell beside the chain of changed edges; then it keeps the
    edges that were first told in it until they may have aged.
    """

    due: int | None
    edges: tuple[EdgeEnds, ...] = ()
    """Edges to look at when they may have aged: each edge stands in one delta."""
    removed: tuple[EdgeEnds, ...] = ()
    nodes: tuple[str, ...] = ()
    loops: tuple[GraphLoop, ...] = ()
