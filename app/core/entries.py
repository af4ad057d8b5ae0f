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
    at: int = 0
    """When it was sent (event time, ms)."""
    below_us: int = 0
    """What its target has waited for others on its behalf so far."""
    failed_below: bool = False
    """Whether one of those others has failed."""


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


class Receipt(Struct, frozen=True):
    """A message that an agent got, which what it sends next may be set off by."""

    at: int
    sender: str
    tree: int
    generation: int
    """Of the sender in that tree; the root's is 0."""
    conversation: str | None = None
    message_id: str | None = None
    failure: bool = False


class FanOut(Struct, frozen=True):
    """Whom an agent that nobody had prompted has reached in one go."""

    last: int
    """When it last reached a new target."""
    targets: tuple[str, ...]
    evidence: tuple[int, ...] = ()
    met: tuple[tuple[str, int], ...] = ()
    """Where the targets have sent on to, and how many of them did."""
    active: tuple[str, ...] = ()
    """The targets that have sent on, or back."""
    answers: int = 0
    """Targets that have sent back."""
    looked: bool = False
    """Whether it was looked at early and found ordinary so far."""
    handed: bool = True
    """Whether it hands something over with every message."""


class SpreadEntry(Struct):
    """What an agent got and sent lately, for the propagation forest. Key: [fleet, agent]."""

    due: int | None
    sent_at: int = 0
    heard_at: int = 0
    """When anything last reached it; kept no finer than an eighth of the fleet's window."""
    pause_ms: float = 0.0
    """Its usual time between two sends; 0 while unknown."""
    receipts: tuple[Receipt, ...] = ()
    tree: int = -1
    """Where it last took part, and how far from the root."""
    generation: int = 0
    conversation: str | None = None
    fanout: FanOut | None = None
    reached: tuple[str, ...] = ()
    """The targets of its last fan-out, which are not new any more."""


class TreeEntry(Struct):
    """One tree of the propagation forest: who was set off by whom. Key: [fleet, offset of the root]."""

    due: int | None
    root: str
    failure: bool
    generations: tuple[int, ...]
    """Agents by their distance from the root; the last counts all that are farther, too."""
    members: tuple[str, ...]
    """The first MAX_MEMBERS of them."""
    parents: tuple[tuple[str, int], ...]
    """Those who set off the most, and how many."""
    evidence: tuple[int, ...]


class RhythmEntry(Struct):
    """What is ordinary in a fleet: pauses between sends, fan-outs, trees. Key: [fleet]."""

    due: int | None = None
    pauses: int = 0
    pause_log: float = 0.0
    """Mean of ln(pause in ms), and its variance."""
    pause_var: float = 0.0
    fanouts: tuple[int, ...] = ()
    """Finished fan-outs by how many they reached; the last counts the larger ones, too."""
    agents: int = 0
    """Agents that have taken part lately."""
    children: float = 0.0
    parents: float = 0.0
    """Of finished trees, for the ordinary reproduction number."""


class LatencyEntry(Struct):
    """How long one agent takes to answer another, usually. Key: [fleet, caller, callee, operation]."""

    due: int | None
    seen: int = 0
    own_log: float = 0.0
    """Mean of ln(own time in us), and the mean absolute deviation."""
    own_dev: float = 0.0
    wire_log: float = 0.0
    """The same of the time on the wire."""
    wire_dev: float = 0.0


class LoadEntry(Struct):
    """The calls that an agent answers. Key: [fleet, agent]."""

    due: int | None
    at: int = 0
    """When the counts below were last decayed."""
    calls: float = 0.0
    slow: float = 0.0
    """Of the current window: those that it took long over or failed at itself."""
    slow_wire: float = 0.0
    """Those that were long on the way."""
    excess: float = 0.0
    excess_wire: float = 0.0
    """By how many powers of ten all of those were above the usual, in sum."""
    seen: int = 0
    slow_share: float = 0.0
    """Ordinary shares of both."""
    slow_wire_share: float = 0.0


class Trouble(Struct, frozen=True):
    """An agent to which calls are slow, or fail, now."""

    callee: str
    at: int
    own: float
    """Evidence (nats) that it is slow or fails itself, and that the wires to it are slow."""
    wire: float
    callers: tuple[tuple[str, int], ...]
    """Who has met with that, and how often on the wire."""
    reason: str
    evidence: tuple[int, ...]


class TroubleEntry(Struct):
    """What is slow or fails in a fleet now. Key: [fleet]."""

    due: int | None
    troubles: tuple[Trouble, ...] = ()


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
