"""Agents as of the end of a fold."""

from msgspec import Struct

from app.events.decisions import AgentScores


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
