"""The entries of the tables: all that the fold remembers.

Every entry is encoded as JSON; nested values are immutable, so a shallow copy is a safe copy.
`due` is the event time in milliseconds at which the entry's next timer fires (None: never).
"""

from typing import Literal

from msgspec import Struct

from app.core.policy import Policy
from app.events import AgentScores, AlertAgent, Mode


class AgentEntry(Struct):
    """An agent of a fleet, seen as sender or target. Key: [fleet, agent]."""

    first_seen: int
    last_seen: int
    due: int | None
    at: int
    """When `good` and `bad` were last decayed."""
    good: float = 0.0
    """Decayed evidence of cooperation, in units of one cooperative act."""
    bad: float = 0.0
    messages: int = 0
    agent_class: str | None = None
    cooperations: int = 0
    conflicts: int = 0
    errors: int = 0
    refusals: int = 0
    evidence: tuple[int, ...] = ()
    """Offsets of the latest records that cost trust."""
    scores: AgentScores = AgentScores()
    """What the detectors think of it, as of `scored_at`."""
    scored_at: int = 0
    peaks: AgentScores = AgentScores()
    """The highest that each score has been."""


class Claim(Struct, frozen=True):
    """An amount of a resource that an agent asked for, or holds."""

    agent_id: str
    amount: float
    since: int
    due: int
    offset: int


class ResourceEntry(Struct):
    """A resource that agents contend for. Key: [fleet, resource]."""

    due: int | None
    capacity: float = 1.0
    holds: tuple[Claim, ...] = ()
    requests: tuple[Claim, ...] = ()


class OpenRequest(Struct, frozen=True):
    """A request that waits for the answers of its targets."""

    agent_id: str
    targets: tuple[str, ...]
    due: int
    offset: int


class ConversationEntry(Struct):
    """The requests of a conversation that wait for answers. Key: [fleet, conversation]."""

    due: int | None
    requests: tuple[OpenRequest, ...] = ()


class RepeatEntry(Struct):
    """Digests (8 bytes each) of an agent's latest messages that carried an id. Key: [fleet, agent]."""

    due: int | None
    since: int
    current: bytes = b""
    previous: bytes = b""


class IncidentEntry(Struct):
    """The state behind an alert from opened to resolved. Key: [fleet, pattern, subject]."""

    due: int | None
    alert_id: str
    opened: int
    sent: int
    """When the alert was last sent, and what it said."""
    sent_severity: float
    severity: float
    level: Literal["info", "warning", "critical"]
    agents: tuple[AlertAgent, ...]
    evidence: tuple[int, ...]
    explanation: str
    suggested_action: str
    resource: str | None = None
    reproduction_number: float | None = None
    expected_final_size: float | None = None
    cycle: tuple[str, ...] | None = None


class Sent(Struct, frozen=True, array_like=True):
    """A message as temporal edges: from its sender to each target, all at one time (ms) and offset."""

    time: int
    offset: int
    targets: tuple[str, ...]
    matter: int = 0
    """The conversation, as a hash; 0: none is given."""
    sketch: bytes = b""
    """What it says (`detectors/loop/sketch.py`); empty where it says nothing that can go round."""


class Heard(Struct, frozen=True, array_like=True):
    """An agent that wrote, and roughly when (ms): its later messages may go unnoted for a while."""

    agent_id: str
    time: int


class HopsEntry(Struct):
    """The latest temporal edges of an agent. Key: [fleet, agent]."""

    due: int | None
    sealed: int = 0
    """Chunks filled so far; the next one takes the slot of the oldest."""
    sent: tuple[Sent, ...] = ()
    """What it sent since the last chunk, oldest first."""
    heard: tuple[Heard, ...] = ()
    """The latest two that wrote to it."""
    repeated: int = 0
    """How many messages in a row, up to the latest, said the same to the same targets before it."""


class HopChunkEntry(Struct):
    """Older temporal edges of an agent, oldest first; they go with its HopsEntry. Key: [fleet, agent, slot]."""

    sent: tuple[Sent, ...]
    due: int | None = None


class EnforcementEntry(Struct):
    """The enforcement state of an agent. Key: [fleet, agent]."""

    due: int | None
    state: Literal["trusted", "quarantined", "released"]
    epoch: int
    reason: str
    evidence: tuple[int, ...]
    actor: str
    mode: Mode
    policy_version: int


class FleetEntry(Struct):
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
    policy: Policy | None = None
    due: int | None = None


class SourceEntry(Struct):
    """The last number seen of a source of records.

    Keys: ["spool", fleet, id], ["forward", partition], ["redrive", partition, offset].
    """

    last: int
    due: int | None = None


class IssuerKey(Struct, frozen=True):
    """A public key that may sign control records, and how far its sequence is."""

    public_key: bytes
    role: Literal["operator", "worker"]
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
