"""Stakes: how often an agent took more of a resource than its fair share, of all that it took of it lately.

Each resource counts by itself: who is modest with one is no less a hoarder of another.
"""

from app.core import habits
from app.core.context import Context
from app.core.entries import DrawEntry, StakeEntry
from app.core.suspicion import scores_at, suspect

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
    policy, entry = context.policy.hoarding, draw(context, agent_id, source)
    entry.takes = habits.counted(entry.takes, context.now, policy, does=over, leaves=fair)
    _suspect(context, agent_id, source, habits.share(entry.takes, context.now, policy))


def draw(context: Context, agent_id: str, source: Source) -> DrawEntry:
    """How an agent draws on a resource, to be written to."""
    draws, key = context.state.draws, (context.fleet, agent_id, *source)
    entry = draws.edit(key) or draws.put(key, DrawEntry(due=None))
    entry.due = context.now + int(LIVES * context.policy.hoarding.half_life_s * 1000.0)
    return entry


def draw_of(context: Context, agent_id: str, source: Source) -> DrawEntry | None:
    """How an agent draws on a resource, if it has been judged."""
    return context.state.draws.get((context.fleet, agent_id, *source))


def share_of(context: Context, agent_id: str, source: Source) -> float:
    """The share of an agent's acts on a resource that went beyond its fair share, 0..1."""
    entry = draw_of(context, agent_id, source)
    return 0.0 if entry is None else habits.share(entry.takes, context.now, context.policy.hoarding)


def hoards(context: Context, agent_id: str, source: Source) -> bool:
    """Whether it makes a habit of that, by enough acts."""
    policy, entry = context.policy.hoarding, draw_of(context, agent_id, source)
    enough = entry is not None and entry.takes.does >= policy.least
    return enough and share_of(context, agent_id, source) >= policy.alert


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
