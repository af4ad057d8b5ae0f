"""The log itself: partitions, fleets, sources, keys; and what all detectors' entries have."""

from typing import NamedTuple

from msgspec import Struct

from app.core.commands import Role
from app.core.policy import Policy

EdgeEnds = tuple[str, str]
"""Source and target."""


class DetectionEntry(Struct):
    """What all entries of the detectors have. Key: [memory, fleet, ...]."""

    due: int | None = None


class Quarantines(NamedTuple):
    """Automatic quarantines of one kind that fell into one span of time."""

    began: int
    """When the span did, in milliseconds."""
    established: bool
    """Whether of established agents, or of newcomers."""
    binding: bool
    """Whether the mode was enforce."""
    number: int


class FleetEntry(Struct, omit_defaults=True):
    """A fleet. Key: [fleet]."""

    clock: int
    """The highest event time seen, in milliseconds."""
    incidents: int = 0
    """Alerts opened so far."""
    search_steps: int | None = None
    """Steps that the search for cycles has left; None: as many as it may save up."""
    searches_dropped: int = 0
    """Searches cut short that no output has named yet."""
    dropped_at: int | None = None
    """When the last output named some."""
    established: int = 0
    """Agents that have been there for long enough to count as its own."""
    quarantines: tuple[Quarantines, ...] = ()
    """Automatic quarantines lately."""
    forgotten_epoch: int = 0
    """The highest epoch of an agent whose enforcement state was forgotten."""
    policy: Policy | None = None
    due: int | None = None
    graph_version: int = 0
    """The last delta of the causal graph that was told."""
    graph_first: EdgeEnds | None = None
    """The edge that changed last since then: the head of a chain, which goes on at `EdgeEntry.next`."""
    graph_messages: int | None = None
    """The slot of the latest message that is remembered since then: the head of a chain through `MessageEntry.next`."""
    graph_since: int = 1
    """No delta before this one lists anything: what lives was told in it or later."""
    graph_size: int = 0
    """How much the next delta has to tell, in bytes or a little more; 0 where nothing has changed."""


class SourceEntry(Struct):
    """The last number seen of a source of records.

    Keys: ["spool", fleet, id], ["forward", partition], ["redrive", partition, offset].
    """

    last: int
    due: int | None = None


class IssuerKey(Struct, frozen=True):
    """A public key that may sign control records, and how far its sequence is."""

    public_key: bytes
    role: Role
    sequence: int


class PartitionEntry(Struct):
    """A partition of the log. Key: [partition]."""

    next_offset: int = 0
    chain: bytes = b""
    engine_version: int = 1
    clock: int = 0
    """The highest event time of all its fleets and ticks, in milliseconds."""
    ticked: int = 0
    """The time of the latest tick, in milliseconds."""
    partitions: int | None = None
    """Of the whole topic, as the genesis record says; None counts every record as well placed."""
    policy: Policy = Policy()
    keys: dict[str, IssuerKey] = {}
    revoked: dict[str, int] = {}
    """The last sequence of each issuer whose key was revoked, so that none of its commands counts again."""
    due: int | None = None
