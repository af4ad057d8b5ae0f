"""Agents: the evidence behind their trust, and how it moved."""

from msgspec import Struct

from app.events import AgentScores


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
    established: bool = False
    """Whether it counts as one of the fleet's own."""
    relapses: int = 0
    """Quarantines that have followed on a probation, and probations sat out, since its score was last good."""
    out_edges: int = 0
    """Targets to which it has an edge of its own in the causal graph."""
