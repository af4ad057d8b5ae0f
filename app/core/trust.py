"""Trust: beta reputation with forgetting.

An agent's evidence is two weights, `good` and `bad`, in units of one cooperative act. With a prior of
`prior` good acts,

    trust = 100 (good + prior) / (good + bad + prior)        confidence = (good + bad) / (good + bad + prior)

so a new agent stands at 100 with confidence 0, every conflict costs and cooperation restores. Both weights
lose half of their worth in each half-life and in each `memory` of newer evidence: the second keeps a busy
agent's latest acts decisive, the first is long, since waiting proves nothing.

Whose word counts how much (`voice`) is the same evidence read without the benefit of the doubt:

    voice = (good + stranger credit prior) / (good + bad + prior)

Sources: A. Josang and R. Ismail, "The Beta Reputation System", 15th Bled Electronic Commerce Conference,
2002, sections 3.1 to 3.4 (expectation, base rate 1; a forgetting factor for each new evidence; discounting of
a rating by the rater's own reputation). Credible interval: P. Walley, "Inferences from multinomial data",
JRSS B 58, 1996, section 2.3: the prior's base rate is left open between 0 and 1.
"""

import math

from app.core import courses
from app.core.context import Context
from app.core.entries import AgentEntry
from app.core.policy import TrustPolicy
from app.core.table import Key
from app.events import Change

EVIDENCE_KEPT = 8
CLEARED = 99.0
"""An agent under this score is not forgotten; a constant of engine version 1."""
_NORMAL_95 = 1.96


def decimals(value: float) -> float:
    """A float as it is stored: six decimals."""
    return round(value, 6) if value else value  # rounding goes by way of text, and many are 0


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
    return decimals(100.0 * (good + policy.prior) / (good + bad + policy.prior)) if bad else 100.0


def trust_at(entry: AgentEntry | None, now: int, policy: TrustPolicy) -> float:
    """An agent's score at `now` (event time, ms)."""
    if entry is None or entry.bad == 0.0:
        return 100.0
    left = forgetting(now - entry.at, policy.half_life_s)
    return trust_of(entry.good * left, entry.bad * left, policy)


def confidence_at(entry: AgentEntry, now: int, policy: TrustPolicy) -> float:
    """How much evidence stands behind the score at `now`: 0 (none) to 1."""
    return _confidence((entry.good + entry.bad) * forgetting(now - entry.at, policy.half_life_s), policy)


def _confidence(weight: float, policy: TrustPolicy) -> float:
    return decimals(weight / (weight + policy.prior))


def interval_at(entry: AgentEntry, now: int, policy: TrustPolicy) -> tuple[float, float]:
    """The 95 % credible interval of the score at `now`: by beta posteriors in the normal approximation.

    The lower end gives the agent no credit (base rate 0), the upper end all of it (base rate 1).

    >>> interval_at(AgentEntry(first_seen=0, last_seen=0, due=None, at=0), 0, TrustPolicy())
    (0.0, 100.0)
    >>> interval_at(AgentEntry(first_seen=0, last_seen=0, due=None, at=0, good=96.0), 0, TrustPolicy())
    (92.178261, 100.0)
    """
    left = forgetting(now - entry.at, policy.half_life_s)
    good, bad, prior = entry.good * left, entry.bad * left, policy.prior
    low, low_spread = _beta(good, bad + prior)
    high, high_spread = _beta(good + prior, bad)
    return decimals(100.0 * max(0.0, low - low_spread)), decimals(100.0 * min(1.0, high + high_spread))


def _beta(good: float, bad: float) -> tuple[float, float]:
    """Expectation of a beta distribution, and 1.96 times its standard deviation."""
    weight = good + bad
    expected = good / weight
    return expected, _NORMAL_95 * math.sqrt(expected * (1.0 - expected) / (weight + 1.0))


def voice_at(entry: AgentEntry | None, now: int, policy: TrustPolicy) -> float:
    """How much an agent's word about others counts at `now`, 0..1.

    >>> stranger = AgentEntry(first_seen=0, last_seen=0, due=None, at=0)
    >>> voice_at(stranger, 0, TrustPolicy())
    0.125
    """
    if entry is None:
        return policy.stranger
    left = forgetting(now - entry.at, policy.half_life_s)
    good, bad, prior = entry.good * left, entry.bad * left, policy.prior
    return (good + policy.stranger * entry.credit * prior) / (good + bad + prior)


def left_of(entry: AgentEntry, faded: float, now: int, policy: TrustPolicy) -> float:
    """What is left at `now` of evidence that was added when the entry's `faded` was as given, 0..1."""
    idle = max(0, now - entry.at) / (policy.half_life_s * 1000.0)
    return float(2.0 ** (faded - entry.faded - idle))


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


def forget(context: Context, key: Key) -> None:
    """The timer of an agent that was silent for long; a bad record is kept, else silence would wash it clean."""
    entry = context.state.agents.get(key)
    if trust_at(entry, context.now, context.policy.trust) >= CLEARED:
        context.state.agents.delete(key)
        return
    kept = context.state.agents.edit(key)
    assert kept is not None
    kept.due = context.now + int(context.policy.trust.forget_after_s * 1000.0)


def move(  # noqa: PLR0913 - what is known of a piece of evidence
    context: Context, agent_id: str, signal: str, *, good: float = 0.0, bad: float = 0.0, because: tuple[int, ...] = ()
) -> AgentEntry:
    """Add evidence, from the record being folded, and note what it does to the score.

    Less than 0 takes back evidence that has turned out wrong. `because`: offsets of earlier records that are
    part of the evidence. Returns the agent's entry.
    """
    entry = seen(context, agent_id)
    policy = context.policy.trust
    idle = max(0, context.now - entry.at) / (policy.half_life_s * 1000.0)
    newer = (max(good, 0.0) + max(bad, 0.0)) / policy.memory
    left, kept = 2.0**-idle, 2.0 ** -(idle + newer)
    before = trust_of(entry.good * left, entry.bad * left, policy)
    entry.good = decimals(max(0.0, entry.good * kept + good))
    entry.bad = decimals(max(0.0, entry.bad * kept + bad))
    entry.faded = decimals(entry.faded + idle + newer)
    entry.at = max(entry.at, context.now)
    offsets = (*because, context.offset)
    if bad > 0.0:
        entry.evidence = (*entry.evidence, *offsets)[-EVIDENCE_KEPT:]
    after = trust_of(entry.good, entry.bad, policy)
    if not -courses.LEAST_MOVE < after - before < courses.LEAST_MOVE:
        entry.course = courses.moved(entry.course, context.now, before, after)
    confidence = _confidence(entry.good + entry.bad, policy)
    positions = context.state.positions(offsets)
    context.effects.changes.append(
        Change(agent_id, before, after, signal, decimals(after - before), positions, confidence)
    )
    return entry
