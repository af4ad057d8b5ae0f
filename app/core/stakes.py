"""Stakes: how often an agent took more of a resource than its fair share, of all that it took of it lately.

A beta estimate with forgetting (Josang and Ismail 2002, as for trust): acts beyond the fair share against
acts within it, both fading with event time and, beyond a memory of so many acts, with each new act. So
what an agent does now counts, not what it did first. Each resource counts by itself: who is modest with one
is no less a hoarder of another.
"""

from app.core.context import Context
from app.core.entries import DrawEntry, StakeEntry
from app.core.policy import HoardingPolicy
from app.core.suspicion import scores_at, suspect
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
    draws, key = context.state.draws, (context.fleet, agent_id, *source)
    entry = draws.edit(key) or draws.put(key, DrawEntry(due=None, at=context.now))
    left = forgetting(context.now - entry.at, policy.half_life_s)
    whole = (entry.over + entry.fair) * left + over + fair
    kept = min(1.0, policy.memory / whole) if whole > 0.0 else 0.0
    entry.over = decimals(max(0.0, entry.over * left + over) * kept)
    entry.fair = decimals(max(0.0, entry.fair * left + fair) * kept)
    entry.at = max(entry.at, context.now)
    entry.due = context.now + int(LIVES * policy.half_life_s * 1000.0)
    _suspect(context, agent_id, source, share_over(entry, context.now, policy))


def draw_of(context: Context, agent_id: str, source: Source) -> DrawEntry | None:
    """How an agent draws on a resource, if it has been judged."""
    return context.state.draws.get((context.fleet, agent_id, *source))


def share_of(context: Context, agent_id: str, source: Source) -> float:
    """The share of an agent's acts on a resource that went beyond its fair share, 0..1."""
    return share_over(draw_of(context, agent_id, source), context.now, context.policy.hoarding)


def share_over(entry: DrawEntry | None, now: int, policy: HoardingPolicy) -> float:
    """The share of acts beyond the fair share, 0..1, at `now` (event time, ms).

    >>> share_over(DrawEntry(due=None, at=0, over=3.0), 0, HoardingPolicy(prior=1.0))
    0.75
    >>> share_over(None, 0, HoardingPolicy())
    0.0
    """
    if entry is None or entry.over == 0.0:
        return 0.0
    left = forgetting(now - entry.at, policy.half_life_s)
    return decimals(entry.over * left / ((entry.over + entry.fair) * left + policy.prior))


def _stake(context: Context, agent_id: str, source: Source) -> StakeEntry:
    stakes, key = context.state.stakes, (context.fleet, agent_id)
    entry = stakes.edit(key)
    if entry is None:
        due = context.now + int(LIVES * context.policy.hoarding.half_life_s * 1000.0)
        entry = stakes.put(key, StakeEntry(due=due, resource=source[0], keeper=source[1]))
    return entry


def _suspect(context: Context, agent_id: str, source: Source, share: float) -> None:
    """An agent is suspected by the resource of which it hoards most."""
    agent = context.state.agents.get((context.fleet, agent_id))
    known = 0.0 if agent is None else scores_at(agent, context.now, context.policy.suspicion).hoarding
    worst = _stake(context, agent_id, source)
    if share > known or worst.worst == source:
        worst.worst = source
        suspect(context, agent_id, "hoarding", share)
