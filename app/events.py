"""The messages on the topics: msgspec structs, versioned, forward compatible.

Unknown fields are ignored, absent is null. Times are integer milliseconds since the epoch
unless a name says otherwise; floats carry six decimals.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

SCHEMA_VERSION = 1
DEFAULT_FLEET = "default"
"""The fleet of messages that name none."""

Name = Annotated[str, Meta(min_length=1, max_length=256)]
"""An identifier that becomes part of a key: an agent, a fleet, a conversation."""

MAX_TARGETS = 20_000


class Header:
    """Names of record headers."""

    CONTROL = "ringfence-control"
    """On a control record: its command."""
    SIGNATURE = "ringfence-signature"
    """Ed25519 over a control record's value, or over a copy and its origin: 64 raw bytes."""
    ORIGIN = "ringfence-origin"
    """On a forwarded or redriven copy: an `Origin` as JSON."""
    SOURCE = "ringfence-source"
    SOURCE_SEQUENCE = "ringfence-source-sequence"
    """Stamped by a spool: its id, and a number that rises with each message."""
    CHAIN = "ringfence-chain"
    """On every output of a record: the link of the audit chain after it, in hex."""
    LATENCY = "ringfence-latency-ms"
    """On a decision: milliseconds from the message's timestamp to the decision; not compared."""


class AgentMessage(Struct, kw_only=True, omit_defaults=True):
    """What one agent says to others. `content` and `metadata` keep their bytes, so they round-trip exactly.

    >>> text = '{"agent_id":"ann","message_type":"request","content":{"n":12345678901234567890123,"π":[1.50]}}'
    >>> message = decode_message(text.encode())
    >>> message.agent_id, bytes(message.content).decode()
    ('ann', '{"n":12345678901234567890123,"π":[1.50]}')
    >>> msgspec.json.encode(message).decode() == text
    True
    """

    agent_id: Name
    timestamp: str | None = None
    """RFC 3339, claimed by the sender."""
    message_type: Name
    """request, response, broadcast, resource_request, resource_grant, resource_refuse, resource_release, ..."""
    content: Raw = Raw(b"null")
    target_agents: Annotated[tuple[Name, ...], Meta(max_length=MAX_TARGETS)] = ()
    correlation_id: Name | None = None
    metadata: Raw = Raw(b"{}")
    id: Name | None = None
    fleet: Name | None = None
    causation_id: Name | None = None
    conversation_id: Name | None = None
    sponsor: Name | None = None


_message_decoder = msgspec.json.Decoder(AgentMessage)


def decode_message(value: bytes) -> AgentMessage:
    """Decode a value of the raw topic.

    Raises msgspec.DecodeError, or its subclass msgspec.ValidationError, which names the field.
    """
    return _message_decoder.decode(value)


class LogPosition(Struct, frozen=True):
    """Where a record stands in the log."""

    partition: int
    offset: int


Position = LogPosition | int
"""A place in the log; for a file of plain messages the number of its line, from 0."""


class Origin(Struct, frozen=True):
    """Where a copied record stood first, who copied it and why."""

    partition: int
    offset: int
    reason: str
    """`forward`, or what the operator said for a redrive."""
    issuer: Name


class Change(Struct, frozen=True):
    """One score that a record moved. Scores are 0..100."""

    agent_id: str
    before: float
    after: float
    signal: str
    delta: float
    evidence: tuple[Position, ...]
    confidence: float = 0.0
    """How much evidence stands behind `after`: 0 (none) to 1."""


Mode = Literal["off", "shadow", "warn", "enforce"]
EnforcementState = Literal["trusted", "quarantined", "released"]


class Transition(Struct, frozen=True):
    """A change of an agent's enforcement state; the value of the enforcement topic (key: [fleet, agent])."""

    fleet: str
    agent_id: str
    state: EnforcementState
    previous: EnforcementState
    epoch: int
    """Transitions of this agent so far, this one included."""
    time: int
    reason: str
    actor: str
    mode: Mode
    evidence: tuple[Position, ...]
    expires_at: int | None
    policy_version: int
    position: Position
    """The record that caused the transition."""


class Factor(Struct, frozen=True):
    """What a risk is made of: contributions sum to it."""

    name: str
    value: float
    contribution: float


class Scores(Struct, frozen=True):
    """What the pattern detectors say of one message, each 0..1."""

    loop: float = 0.0
    hoarding: float = 0.0
    cascade: float = 0.0
    byzantine: float = 0.0


class AgentScores(Struct, frozen=True):
    """What all evidence says of one agent, each 0..1."""

    loop: float = 0.0
    hoarding: float = 0.0
    cascade: float = 0.0
    byzantine: float = 0.0
    anomaly: float = 0.0


class PatternFound(Struct, frozen=True):
    """A pattern that a record opened or updated."""

    pattern: str
    score: float
    alert_id: str
    evidence: tuple[Position, ...]


class Decision(Struct, frozen=True):
    """What the fold says of one record; the value of the decisions topic (key: fleet)."""

    position: Position
    kind: Literal["message", "forwarded", "duplicate", "control"]
    fleet: str | None
    agent_id: str | None
    trust_before: float | None
    trust_after: float | None
    changes: tuple[Change, ...] = ()
    transitions: tuple[Transition, ...] = ()
    risk: float = 0.0
    factors: tuple[Factor, ...] = ()
    anomaly: float = 0.0
    scores: Scores = Scores()
    patterns: tuple[PatternFound, ...] = ()
    verdict: Literal["allow", "warn", "deny"] = "allow"
    mode: Mode = "shadow"
    policy_version: int = 0
    engine_version: int = 1
    schema_version: int = SCHEMA_VERSION


class AlertAgent(Struct, frozen=True):
    """An agent that an alert involves, and its part in it."""

    agent_id: str
    role: Literal["culprit", "victim", "carrier"]


class Alert(Struct, frozen=True):
    """One change of an alert; the value of the alerts topic (key: fleet)."""

    alert_id: str
    state: Literal["opened", "updated", "resolved"]
    time: int
    fleet: str
    pattern: str
    severity: float
    level: Literal["info", "warning", "critical"]
    agents: tuple[AlertAgent, ...]
    evidence: tuple[Position, ...]
    explanation: str
    suggested_action: str
    resource: str | UnsetType = UNSET
    reproduction_number: float | UnsetType = UNSET
    expected_final_size: float | UnsetType = UNSET
    cycle: tuple[str, ...] | UnsetType = UNSET


class Cycle(Struct, frozen=True):
    """A time-respecting cycle of messages, whatever comes of it: agents and positions in the order of the path."""

    fleet: str
    agents: tuple[str, ...]
    positions: tuple[Position, ...]


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


class GraphEdge(Struct, frozen=True, omit_defaults=True):
    """What one agent has sent to another. Without a target: to many, or to all, at once."""

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
    fanout: int = 0
    """Of an edge to many: the most targets that one message had; 0 where none named any."""


class GraphLoop(Struct, frozen=True):
    """A loop: its members in the order of the path, and how often messages went around; 0 turns: it has ended."""

    agents: tuple[str, ...]
    turns: int
    last_seen: int


class GraphDelta(Struct, frozen=True):
    """What has changed in a fleet's causal graph; the value of the graph topic (key: fleet).

    What is told of is told whole, so a delta that is applied twice does no harm. A snapshot tells of all.
    """

    fleet: str
    version: int
    """Rises by one with each delta of the fleet, from 1 on; of a snapshot: the last delta it contains."""
    time: int
    half_life_s: float
    """Of the edges' rates."""
    forget_after_s: float
    """Edges, and marks of loops, last so long after `last_seen`."""
    kind: Literal["delta", "snapshot"] = "delta"
    removed: tuple[tuple[str, str | None], ...] = ()
    """Edges (source, target) that have aged; read this before `edges`, which may tell of them anew."""
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    loops: tuple[GraphLoop, ...] = ()
    schema_version: int = SCHEMA_VERSION


class DeadLetter(Struct, frozen=True):
    """A record that could not be decided; nothing of it is lost.

    `raw` (base64) is null where the value is over the size limit: then it is read at `position`,
    and `raw_sha256` says that it is the same.
    """

    position: Position
    error: str
    reason: str
    raw: bytes | None
    raw_sha256: str
    raw_size: int
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int
    attempts: int = 1
    schema_version: int = SCHEMA_VERSION


class AgentSummary(Struct, frozen=True):
    """The final entry of an agent: a line of agents.jsonl."""

    fleet: str
    agent_id: str
    trust: float
    confidence: float
    scores: AgentScores
    peaks: AgentScores
    messages: int
    first_seen: int
    last_seen: int
    cooperation_rate: float | None
    conflict_rate: float | None
    trust_low: float = 0.0
    """Lower end of the 95 % credible interval: a stranger is given no credit."""
    trust_high: float = 100.0
    """Upper end: a stranger is given full credit."""
    volatility: float | None = None
    """Standard deviation of its latest scores; None while none has moved."""
    trend: float | None = None
    """Change of the score per hour, over its latest changes; None under three."""
    trend_low: float | None = None
    """Lower end of the 95 % confidence interval of `trend`."""
    trend_high: float | None = None
    recovery_s: float | None = None
    """How long it took, the last time, from the fall under the limit to the recovery."""


class Progress(Struct, frozen=True):
    """How far the fold of a partition is; the value of the progress topic (key: the partition)."""

    partition: int
    next_offset: int
    clock: int
    engine_version: int
    worker: str
    """Address of the worker's web server, host:port."""
    time: int
    """Wall clock of the worker."""
    schema_version: int = SCHEMA_VERSION
