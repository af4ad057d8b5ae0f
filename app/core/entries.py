"""The entries of the tables: all that the fold remembers.

Every entry is encoded as JSON; nested values are immutable, so a shallow copy is a safe copy.
`due` is the event time in milliseconds at which the entry's next timer fires (None: never).
"""

from typing import Literal

from msgspec import Struct

from app.core.policy import Policy
from app.events import AgentScores, AlertAgent, GraphLoop, Mode

EdgeEnds = tuple[str, str]
"""Source and target of an edge; an empty target, which no agent is called: the edge to many."""


class Course(Struct, frozen=True, array_like=True):
    """How an agent's score has moved: faded sums for its spread and slope, its latest fall and recovery."""

    at: int
    """Event time (ms) of the latest change; times in the sums are hours after it (so 0 or less)."""
    weight: float
    """Sum of the weights of the scores after each change; the latest weighs 1."""
    time: float
    score: float
    time_time: float
    time_score: float
    score_score: float
    """Scores in the sums are less 100."""
    hour: int
    """The hour since the epoch in which the score moved last."""
    hour_score: float
    """The score before that hour."""
    low_since: int | None = None
    """Since when the score has been under the limit, until it counts as recovered."""
    recovery_ms: int | None = None
    """How long the latest recovery took."""


class AgentEntry(Struct, omit_defaults=True):
    """An agent of a fleet, seen as sender or target. Key: [fleet, agent]."""

    first_seen: int
    last_seen: int
    due: int | None
    at: int
    """When `good` and `bad` were last faded."""
    good: float = 0.0
    """Faded evidence of cooperation, in units of one cooperative act."""
    bad: float = 0.0
    faded: float = 0.0
    """How far evidence has faded since the first, in half-lives: what stood at `faded = x` is worth 2^(x - faded)."""
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
    enrolled: bool = False
    """Whether it has paid a newcomer's dues, or was found to owe none."""
    sponsor: str | None = None
    """Who vouched for it when it came."""
    credit: float = 1.0
    """The share of a stranger's voice that it came with: its sponsor's budget, or the fleet's, divided."""
    ring: str | None = None
    """The subject of the collusion or Sybil incident that it was a culprit of."""
    course: Course | None = None
    """None while its score has never moved."""
    out_edges: int = 0
    """Targets to which it has an edge of its own in the causal graph."""


class Opinion(Struct, frozen=True, array_like=True):
    """A rating of an agent by another, and what it has been worth to the rater so far."""

    rater: str
    value: float
    """-1 (worst) to 1 (best)."""
    share: float
    """Of the rater's voice: less for a second opinion of the same rater, and for praise given back."""
    good: float
    bad: float
    faded: float
    """The rater's `faded` when `good` and `bad` were added."""
    offset: int


class OpinionsEntry(Struct):
    """What others say of an agent. Key: [fleet, agent]."""

    due: int | None
    opinions: tuple[Opinion, ...] = ()
    """The latest."""
    weight: float = 0.0
    """Faded sum of the voices of earlier ones."""
    value: float = 0.0
    """Faded sum of their voices times values."""


class Praise(Struct, frozen=True, array_like=True):
    """How often an agent has praised another."""

    agent_id: str
    times: float
    offset: int
    """Of the latest."""


class PraiseEntry(Struct, omit_defaults=True):
    """Good ratings that an agent gave and got. Keys: [fleet, agent], and [fleet, ""] for the whole fleet."""

    due: int | None
    at: int
    """When the numbers were last faded."""
    given: float = 0.0
    got: float = 0.0
    praised: tuple[Praise, ...] = ()
    """Whom it praises, those it praised latest last."""
    fans: tuple[str, ...] = ()
    """New identities among those who praised it, the latest last."""
    count: int = 0
    """Good ratings that it ever gave."""
    known: int = 0
    """Of the fleet: agents that gave or got praise."""


class Dealer(Struct, frozen=True, array_like=True):
    """One side of a dealing."""

    moves: int = 0
    defections: int = 0
    good: float = 0.0
    bad: float = 0.0
    """What the dealing has been worth to it so far."""
    faded: float = 0.0
    """Its `faded` then."""


class DealingEntry(Struct):
    """The moves of two agents towards each other, the one whose name sorts first before the other.

    Key: [fleet, agent, agent].
    """

    due: int | None
    first: Dealer = Dealer()
    second: Dealer = Dealer()


class CohortEntry(Struct):
    """The newcomers of one sponsor, or of none (""). Key: [fleet, sponsor]."""

    due: int | None
    at: int
    """When `born` was last faded."""
    since: int
    known: int = 0
    """Newcomers in all."""
    born: float = 0.0
    """Newcomers, faded by half each hour."""
    good: float = 0.0
    """What the ratings say of newcomers, faded by newer evidence."""
    bad: float = 0.0


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
    turns: int = 1


class Extremes(Struct, frozen=True, array_like=True):
    """The range of a statistic over its samples; the records that went beyond it have added `steps` to it in all."""

    low: float
    high: float
    samples: int = 1
    steps: float = 0.0
    records: float = 0.0


class Track(Struct, array_like=True):
    """How a number has gone so far; it is copied before it is changed."""

    since: int
    """When it began (event time, ms)."""
    samples: int = 0
    unit: float = 0.0
    """The power of ten of the first value that was not 0, in which all below is kept; 0 before it."""
    last: float = 0.0
    run: int = 0
    """Samples in a row that were equal to the one before."""
    fast: float = 0.0
    slow: float = 0.0
    """Means that forget, over two time scales."""
    off_season: float = 0.0
    """How far the latest samples were from the means of their hours."""
    peak: float = 0.0
    """The surprise that holds back lesser ones, and the sample at which it was."""
    peaked: int = 0
    extremes: tuple[Extremes | None, ...] = ()
    """One a statistic; None until it has settled."""
    hours: tuple[float | None, ...] = ()
    """The mean of each hour (UTC) of working days, then of weekends; None before its first sample."""


class SeriesEntry(Struct):
    """A number that is watched: a feature of an agent's behaviour, or one that it reports.

    Keys: [fleet, agent, "behaviour", feature], [fleet, agent, "value", name].
    """

    due: int | None
    course: Track


class ActivityEntry(Struct):
    """What an agent has done in its current period. Key: [fleet, agent]."""

    since: int
    """When the period began."""
    messages: int = 0
    targets: int = 0
    errors: int = 0
    size: int = 0
    """Bytes of content."""
    answers: int = 0
    latency_ms: float = 0.0
    """What its answers have taken, in all."""
    names: int = 0
    """Numbers that it reports and that are followed."""
    unfollowed: int = 0
    """Values of numbers beyond those."""
    due: int | None = None


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


class DetectionEntry(Struct):
    """What all entries of the detectors have. Key: [memory, fleet, ...]."""

    due: int | None = None


class Receipt(Struct, frozen=True):
    """A message that an agent got, which what it sends next may be set off by."""

    at: int
    sender: str
    offset: int
    """Of the record at the root of the tree that it belongs to."""
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
    sends: int = 0
    offset: int = -1
    """Of the root of the tree where it last took part, and how far from that it is."""
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
    """Agents by their distance from the root."""
    members: tuple[str, ...]
    """The first MAX_MEMBERS of them."""
    parents: tuple[tuple[str, int], ...]
    """Those who set off the most, and how many."""
    evidence: tuple[int, ...]
    told: int = 0
    """Messages of it that those who were set off have sent, by target."""
    failed: tuple[str, ...] = ()
    """Those who have answered one of its messages with a failure, the first MAX_MEMBERS."""


class RhythmEntry(Struct):
    """What is ordinary in a fleet: pauses between sends, fan-outs, trees. Key: [fleet]."""

    due: int | None = None
    pauses: int = 0
    pause_log: float = 0.0
    """Mean of ln(pause in ms), and its variance."""
    pause_var: float = 0.0
    window_ms: int = 0
    """How long a message may set off others, and the longest pause within one go; 0 while unknown."""
    pace_ms: int = 0
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
    answered: int = 0
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
    search_steps: int | None = None
    """Steps that the search for cycles has left; None: as many as it may save up."""
    searches_dropped: int = 0
    """Searches cut short that no output has named yet."""
    dropped_at: int | None = None
    """When the last output named some."""
    policy: Policy | None = None
    due: int | None = None
    graph_version: int = 0
    """The last delta of the causal graph that was told."""
    graph_first: EdgeEnds | None = None
    """The edge that changed last since then: the head of a chain, which goes on at `EdgeEntry.next`."""
    graph_size: int = 0
    """How much the next delta has to tell, in bytes or a little more; 0 where nothing has changed."""


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


class ExchangeEntry(Struct):
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
