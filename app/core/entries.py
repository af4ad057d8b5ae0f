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


class Limit(Struct, frozen=True):
    """What an agent is bound not to go over."""

    resource: str
    """Empty: whatever it claims."""
    amount: float
    due: int
    offset: int
    """The record that bound it."""
    conversation: str | None
    """Where that was."""


class ConductEntry(Struct, omit_defaults=True):
    """What speaks for an agent's being Byzantine. Key: [fleet, agent]."""

    due: int | None
    at: int
    """When `weights`, `moves` and `defections` were last decayed."""
    weights: tuple[float, ...] = ()
    """Decayed log-likelihood ratios, one for each signal."""
    probability: float = 0.0
    """What they came to."""
    evidence: tuple[int, ...] = ()
    """Offsets of the latest records that spoke against it."""
    moves: float = 0.0
    """Decayed count of its moves towards others, and of its unprovoked defections among them."""
    defections: float = 0.0
    limits: tuple[Limit, ...] = ()
    group: str | None = None
    """The group that it decides in."""


class DealingEntry(Struct):
    """The latest moves of a pair towards each other. Key: [fleet, agent, agent], in order of name."""

    due: int | None
    first: "Moves"
    second: "Moves"


class Moves(Struct, frozen=True, array_like=True):
    """An agent's latest move towards another, and the one before: whether it defected, and when (ms)."""

    defected: bool = False
    at: int = -1
    before: bool = False


class GroupEntry(Struct):
    """A group that decides together, and what is believed of traitors in it. Key: [fleet, group]."""

    due: int | None
    members: tuple[str, ...]
    likelihoods: bytes
    """Log-likelihood of each coalition, little-endian float32, in the order of `coalitions`."""
    team: int = 0
    """The proposal before the group: its members as bits."""
    leader: int = -1
    voted: int = 0
    approved: int = 0


class StatementEntry(Struct):
    """What an agent has said to whom, of one kind and in one context. Key: [fleet, agent, context]."""

    due: int | None
    value: int
    """CRC-32 of what it said."""
    heard: tuple[str, ...]
    offset: int
    held: bool = False
    """Whether the difference is held against it."""


class PendingCall(Struct, frozen=True, array_like=True):
    """A call that serves what its agent has read, until its result is known."""

    tool: str
    weight: float


class ReadingEntry(Struct):
    """What an agent was asked to do in a conversation, and what it was told by what it read.

    Key: [fleet, agent, conversation]. Words are kept as CRC-32, four bytes each, little-endian.
    """

    due: int | None
    asked: bytes = b""
    told: bytes = b""
    """Words of passages that address the reader."""
    source: str = ""
    """Who brought the latest such passage, and in which record."""
    offset: int = 0
    pending: tuple[PendingCall, ...] = ()
    counted: float = 0.0
    """Weight that obeying them has counted so far."""
