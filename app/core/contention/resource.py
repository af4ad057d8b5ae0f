"""The entry of a resource, and what a message did to it."""

from msgspec import Struct

from app.core import signals
from app.core.context import Context
from app.core.entries import Claim, Denied, ResourceEntry
from app.core.signals import Content
from app.events import AgentMessage

MAX_DENIED = 16
"""Denied claims that it remembers: the latest; a constant of engine version 1."""


class Contention(Struct):
    """What a message, or the time, did to a resource."""

    resource: str
    keeper: str
    entry: ResourceEntry
    asked: Claim | None = None
    """The claim that it is."""
    answered: tuple[Claim, ...] = ()
    """The claims that it grants or refuses, or that nobody has answered in time."""
    returned: tuple[Claim, ...] = ()
    """The holds that it gives back."""
    rivals: tuple[Claim, ...] = ()
    """Claims and holds of others, where it is a claim."""
    overlap: float = 0.0
    """The share of a claim that they leave no room for."""


def resource_of(context: Context, resource: str, keeper: str, content: Content) -> ResourceEntry:
    """The entry of a resource that the message is about, with the capacity that it tells."""
    resources, key = context.state.resources, (context.fleet, resource, keeper)
    entry = resources.edit(key) or resources.put(key, ResourceEntry(due=None))
    entry.capacity = signals.amount(content.capacity) or entry.capacity
    entry.due = held_until(context)
    return entry


def keeper_of_answer(context: Context, resource: str, sender: str) -> str:
    """Under whose name the sender of an answer keeps the resource; claims told to several have no keeper."""
    own = context.state.resources.get((context.fleet, resource, sender))
    shared = None if own else context.state.resources.get((context.fleet, resource, ""))
    return "" if shared else sender


def keeper_of_release(context: Context, message: AgentMessage, resource: str) -> str:
    """Whose resource the sender gives back: the only target's, else that of its latest claim."""
    if len(message.target_agents) == 1:
        return message.target_agents[0]
    stake = context.state.stakes.get((context.fleet, message.agent_id))
    return stake.keeper if stake is not None and stake.resource == resource else ""


def held_until(context: Context) -> int:
    """When a hold that begins now ends, unless it is given back (event time, ms)."""
    return context.now + int(context.policy.contention.hold_timeout_s * 1000.0)


def deny(context: Context, entry: ResourceEntry, claim: Claim, offset: int) -> None:
    """Remember that the claim was denied, by the record that shows it."""
    entry.denied = (*entry.denied, Denied(claim.agent_id, context.now, offset))[-MAX_DENIED:]


def set_due(entry: ResourceEntry) -> None:
    """The entry is due when the first of its claims ends."""
    dues = [claim.due for claim in (*entry.holds, *entry.requests)]
    entry.due = min(dues) if dues else entry.due
