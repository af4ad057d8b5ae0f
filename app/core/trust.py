"""Trust: beta reputation with forgetting.

An agent's evidence is two weights, `good` and `bad`, in units of one cooperative act. Both lose half
of their worth in each half-life. With a prior of `prior` good acts,

    trust = 100 * (good + prior) / (good + bad + prior)        confidence = (good + bad) / (good + bad + prior)

so a new agent stands at 100 with confidence 0, every conflict costs, cooperation restores, and an idle
agent drifts back to what is believed of a stranger.

Source: A. Josang and R. Ismail, "The Beta Reputation System", 15th Bled Electronic Commerce Conference,
2002, sections 3.1 to 3.4 (expectation with base rate 1, forgetting factor in continuous time).
"""

import math

from app.core.context import Context
from app.core.entries import AgentEntry
from app.core.policy import TrustPolicy
from app.events import Change

EVIDENCE_KEPT = 8


def decimals(value: float) -> float:
    """A float as it is stored: six decimals."""
    return round(value, 6)


def forgetting(elapsed_ms: int, half_life_s: float) -> float:
    """The share of old evidence that is left, 0..1.

    >>> forgetting(3_600_000, half_life_s=3600)
    0.5
    """
    return float(2.0 ** (-elapsed_ms / (half_life_s * 1000.0))) if elapsed_ms > 0 else 1.0


def trust_of(good: float, bad: float, policy: TrustPolicy) -> float:
    """The score 0..100 of that much evidence.

    >>> trust_of(0, 0, TrustPolicy()), trust_of(0, 4, TrustPolicy()), trust_of(4, 4, TrustPolicy())
    (100.0, 50.0, 66.666667)
    """
    return decimals(100.0 * (good + policy.prior) / (good + bad + policy.prior))


def trust_at(entry: AgentEntry | None, now: int, policy: TrustPolicy) -> float:
    """An agent's score at `now` (event time, ms)."""
    if entry is None or entry.bad == 0.0:
        return 100.0
    left = forgetting(now - entry.at, policy.half_life_s)
    return trust_of(entry.good * left, entry.bad * left, policy)


def confidence_at(entry: AgentEntry, now: int, policy: TrustPolicy) -> float:
    """How much evidence stands behind the score at `now`: 0 (none) to 1."""
    weight = (entry.good + entry.bad) * forgetting(now - entry.at, policy.half_life_s)
    return decimals(weight / (weight + policy.prior))


def recovery_ms(entry: AgentEntry, policy: TrustPolicy) -> int:
    """Time from `entry.at` until forgetting alone lifts the score to `recovered_above`.

    Solves 100 (good f + prior) / ((good + bad) f + prior) = recovered_above for the share f that is left.

    >>> agent = AgentEntry(first_seen=0, last_seen=0, due=None, at=0, bad=12.0)
    >>> recovery_ms(agent, TrustPolicy(half_life_s=60))   # 12 f = 6, so one half-life
    60000
    """
    target = policy.recovered_above
    slope = target * (entry.good + entry.bad) - 100.0 * entry.good
    if slope <= 0.0:
        return 0
    left = (100.0 - target) * policy.prior / slope
    if left >= 1.0:
        return 0
    if left <= 0.0:
        return math.ceil(policy.forget_after_s * 1000.0)
    return math.ceil(-math.log2(left) * policy.half_life_s * 1000.0)


def seen(context: Context, agent_id: str) -> AgentEntry:
    """The agent's entry, to be changed; a new one for a stranger."""
    agents, key, now = context.state.agents, (context.fleet, agent_id), context.now
    entry = agents.edit(key)
    if entry is None:
        entry = agents.put(key, AgentEntry(first_seen=now, last_seen=now, due=None, at=now))
    entry.last_seen = now
    entry.due = now + int(context.policy.trust.forget_after_s * 1000.0)
    return entry


def move(context: Context, agent_id: str, signal: str, *, good: float = 0.0, bad: float = 0.0) -> None:
    """Add evidence, from the record being folded, and note what it does to the score."""
    entry = seen(context, agent_id)
    policy = context.policy.trust
    left = forgetting(context.now - entry.at, policy.half_life_s)
    before = trust_of(entry.good * left, entry.bad * left, policy)
    entry.good = decimals(entry.good * left + good)
    entry.bad = decimals(entry.bad * left + bad)
    entry.at = max(entry.at, context.now)
    if bad > 0.0:
        entry.evidence = (*entry.evidence, context.offset)[-EVIDENCE_KEPT:]
    after = trust_of(entry.good, entry.bad, policy)
    position = context.state.position(context.offset)
    context.effects.changes.append(Change(agent_id, before, after, signal, decimals(after - before), (position,)))
