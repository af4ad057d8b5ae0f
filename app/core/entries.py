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


class Member(Struct, frozen=True):
    """An agent that draws on a shared pool, and what it does in the round."""

    agent_id: str
    asked: float
    got: float = 0.0
    judged: bool = False
    over: bool = False
    """Whether what it got is more than its fair share."""
    offset: int = 0


class Pool(Struct, frozen=True):
    """A shared pool that grows back between rounds of claims; amounts in the resource's own units."""

    opened: float
    """What it held when the round began."""
    full: float
    """The most that it was ever seen to hold."""
    available: float
    """What the latest claim says that it holds."""
    growth: float
    """Regrowth between rounds as a share of what was left, as seen so far."""
    left: float | None = None
    """What the latest grant of the round says that is left."""
    members: tuple[Member, ...] = ()
    claimants: int = 0
    """Agents that claimed in this round."""
    claimed_before: int = 0
    """Agents that claimed in the round before."""
    limit: float | None = None
    """The most that each may take by the latest agreement."""
    voices: float = 0.0
    """Messages about the pool that name amounts; older rounds count less."""
    voiced: float = 0.0
    """Mean logarithm of the amounts that they name."""


class Denied(Struct, frozen=True):
    """A claim that was refused, or that nobody answered in time."""

    agent_id: str
    at: int
    offset: int


class ResourceEntry(Struct):
    """A resource that agents contend for. Key: [fleet, resource, keeper]."""

    due: int | None
    capacity: float | None = None
    """Units in all; None where nobody says and no refusal tells."""
    holds: tuple[Claim, ...] = ()
    requests: tuple[Claim, ...] = ()
    pool: Pool | None = None
    denied: tuple[Denied, ...] = ()
    """The latest claims that were refused."""
    held_s: float = 0.0
    """How long a unit is held, by the latest releases; seconds."""


class StakeEntry(Struct):
    """How an agent draws on resources. Key: [fleet, agent]."""

    due: int | None
    resource: str
    """What it claimed last, and from whom."""
    keeper: str
    at: int
    """When `over` and `fair` were last decayed."""
    over: float = 0.0
    """Decayed number of acts beyond its fair share."""
    fair: float = 0.0
    """Decayed number of acts within it."""


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


class Motion(Struct, frozen=True):
    """A proposal that was put to the vote; sets of agents are bits by their seats in the council."""

    team: int
    approved: int = 0
    rejected: int = 0


class Deed(Struct, frozen=True):
    """How what a team did together ended."""

    team: int
    failures: int
    """How many of its members are known to have made it fail; 0 where it went well."""


class CouncilEntry(Struct):
    """Agents that decide together by vote. Key: [fleet, agent], of whoever of them comes first in order.

    What a proposer has on the table is kept under its own key.
    """

    due: int | None
    seats: tuple[str, ...] = ()
    """The members, in order; a set of them is a number with a bit for each."""
    spoken: tuple[tuple[int, int], ...] = ()
    """Since the last outcome: who (a seat) named which members in one breath."""
    motions: tuple[Motion, ...] = ()
    """Since the last outcome: what was proposed, and how the vote went."""
    proposer: str | None = None
    """Whose proposal is the last of these; the votes on it stand in the proposer's entry."""
    deeds: tuple[Deed, ...] = ()
    outcomes: int = 0
    chair: str | None = None
    """Of a proposer: under whose key its council is kept."""
    team: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    rejecters: tuple[str, ...] = ()
