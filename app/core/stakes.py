"""Stakes: how often an agent took more than its fair share, of all that it took lately.

A beta estimate with forgetting (Josang and Ismail 2002, as for trust): acts beyond the fair share against
acts within it, both fading with event time and, beyond a memory of so many acts, with each new act. So
what an agent does now counts, not what it did first.
"""

from app.core.context import Context
from app.core.entries import StakeEntry
from app.core.policy import HoardingPolicy
from app.core.suspicion import suspect
from app.core.table import Key
from app.core.trust import decimals, forgetting

Source = tuple[str, str]
"""A resource and its keeper."""
LIVES = 10
"""Half-lives after which a stake is forgotten: under 0.1 % of it is left."""


def claimed(context: Context, agent_id: str, source: Source) -> None:
    """Remember what the agent claims, and from whom."""
    key = (context.fleet, agent_id)
    known = context.state.stakes.get(key)
    if known is not None and (known.resource, known.keeper) == source:
        return
    entry = _stake(context, agent_id, source)
    entry.resource, entry.keeper = source


def acted(context: Context, agent_id: str, source: Source, *, over: float = 0.0, fair: float = 0.0) -> None:
    """Count an act, or parts of one; negative where an earlier verdict is taken back."""
    policy = context.policy.hoarding
    entry = _stake(context, agent_id, source)
    left = forgetting(context.now - entry.at, policy.half_life_s)
    whole = (entry.over + entry.fair) * left + over + fair
    kept = min(1.0, policy.memory / whole) if whole > 0.0 else 0.0
    entry.over = decimals(max(0.0, entry.over * left + over) * kept)
    entry.fair = decimals(max(0.0, entry.fair * left + fair) * kept)
    entry.at = max(entry.at, context.now)
    entry.due = context.now + int(LIVES * policy.half_life_s * 1000.0)
    suspect(context, agent_id, "hoarding", share_over(entry, context.now, policy))


def share_over(entry: StakeEntry | None, now: int, policy: HoardingPolicy) -> float:
    """The share of acts beyond the fair share, 0..1, at `now` (event time, ms).

    >>> stake = StakeEntry(due=None, resource="gpu", keeper="", at=0, over=3.0)
    >>> share_over(stake, 0, HoardingPolicy(prior=1.0)), share_over(None, 0, HoardingPolicy())
    (0.75, 0.0)
    """
    if entry is None or entry.over == 0.0:
        return 0.0
    left = forgetting(now - entry.at, policy.half_life_s)
    return decimals(entry.over * left / ((entry.over + entry.fair) * left + policy.prior))


def expire(context: Context, key: Key) -> None:
    """The timer of a stake: nothing of it is left."""
    context.state.stakes.delete(key)


def _stake(context: Context, agent_id: str, source: Source) -> StakeEntry:
    stakes, key = context.state.stakes, (context.fleet, agent_id)
    entry = stakes.edit(key)
    if entry is None:
        due = context.now + int(LIVES * context.policy.hoarding.half_life_s * 1000.0)
        entry = stakes.put(key, StakeEntry(due=due, resource=source[0], keeper=source[1], at=context.now))
    return entry
