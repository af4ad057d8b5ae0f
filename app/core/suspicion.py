"""Suspicion: what the detectors think of an agent, 0..1 each, fading by half in each half-life."""

from msgspec.structs import replace

from app.core.context import Context, Detector
from app.core.entries import AgentEntry
from app.core.policy import SuspicionPolicy
from app.core.trust import decimals, forgetting, seen
from app.events import AgentScores


def suspect(context: Context, agent_id: str, detector: Detector, score: float) -> None:
    """Replace what a detector thinks of an agent by `score`, 0..1, as of the record being folded."""
    entry = seen(context, agent_id)
    score = decimals(score)
    entry.scores = replace(scores_at(entry, context.now, context.policy.suspicion), **{detector: score})
    entry.scored_at = context.now
    if score > getattr(entry.peaks, detector):
        entry.peaks = replace(entry.peaks, **{detector: score})


def scores_at(entry: AgentEntry, now: int, policy: SuspicionPolicy) -> AgentScores:
    """An agent's scores at `now` (event time, ms)."""
    left = forgetting(now - entry.scored_at, policy.half_life_s)
    old = entry.scores
    if left == 1.0:
        return old
    return AgentScores(
        loop=decimals(old.loop * left),
        hoarding=decimals(old.hoarding * left),
        cascade=decimals(old.cascade * left),
        byzantine=decimals(old.byzantine * left),
        anomaly=decimals(old.anomaly * left),
    )
