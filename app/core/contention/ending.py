"""Ending: what is held is given back, or ends by itself; who waits for too long goes without."""

from msgspec.structs import replace

from app.core import signals
from app.core.contention.claims import meant, task_of, without
from app.core.contention.credit import cooperate
from app.core.contention.resource import Contention, deny, held_until, keeper_of_release, resource_of, set_due
from app.core.context import Context
from app.core.entries import Claim, ResourceEntry
from app.core.signals import Content
from app.core.table import Key
from app.core.trust import decimals
from app.events import AgentMessage

PACE = 0.2
"""Weight of the latest release in how long a unit is held."""


def release(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """The sender gives back what it holds."""
    resource = signals.name(content.resource)
    if resource is None:
        return None
    keeper = keeper_of_release(context, message, resource)
    entry = resource_of(context, resource, keeper, content)
    returned = meant(entry.holds, message.agent_id, task_of(message))
    if returned:
        entry.holds = without(entry.holds, returned)
        for hold in returned:
            _learn_pace(entry, (context.now - hold.since) / 1000.0)
        cooperate(context, message.agent_id, "release")
    set_due(entry)
    return Contention(resource, keeper, entry, returned=returned)


def _learn_pace(entry: ResourceEntry, held_s: float) -> None:
    """The mean of the first releases, then one that follows the latest."""
    entry.released = min(entry.released + 1, int(1.0 / PACE))
    entry.held_s = decimals(entry.held_s + (held_s - entry.held_s) / entry.released)


def expire(context: Context, key: Key) -> Contention | None:
    """The timer of a resource: holds that nobody gave back end, claims that nobody answered are denied.

    Returns the claims that have just gone unanswered for too long, if any.
    """
    entry = context.state.resources.edit(key)
    assert entry is not None
    quiet = not (entry.holds or entry.requests)
    entry.holds = tuple(claim for claim in entry.holds if claim.due > context.now)
    lapsed = _lapse(context, entry)
    if entry.holds or entry.requests:
        set_due(entry)
    elif quiet or not (entry.pool or entry.denied):
        context.state.resources.delete(key)
    else:
        entry.due = held_until(context)
    return Contention(str(key[1]), str(key[2]), entry, answered=lapsed) if lapsed else None


def _lapse(context: Context, entry: ResourceEntry) -> tuple[Claim, ...]:
    """Claims past their time are overdue, and after another time, that of a hold, forgotten."""
    lapsed = tuple(claim for claim in entry.requests if claim.due <= context.now and not claim.overdue)
    entry.requests = tuple(
        replace(claim, due=held_until(context), overdue=True) if claim in lapsed else claim
        for claim in entry.requests
        if claim.due > context.now or claim in lapsed
    )
    for claim in lapsed:
        deny(context, entry, claim, claim.offset)
    return lapsed
