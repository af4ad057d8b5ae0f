"""Answering: a keeper grants claims or refuses them."""

from msgspec.structs import replace

from app.core import commons, signals
from app.core.contention.claims import meant, put, task_of, without
from app.core.contention.credit import cooperate, refuse_with_room
from app.core.contention.resource import Contention, deny, held_until, keeper_of_answer, resource_of, set_due
from app.core.contention.room import fits, held
from app.core.context import Context
from app.core.entries import Claim, ResourceEntry
from app.core.signals import Content
from app.events import AgentMessage


def grant(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """The targets hold what they had asked for; of a pool that grows back they keep it."""
    resource = signals.name(content.resource)
    if resource is None:
        return None
    keeper = keeper_of_answer(context, resource, message.agent_id)
    entry = resource_of(context, resource, keeper, content)
    asked = _asked(entry, message)
    entry.requests = without(entry.requests, asked)
    for claim in asked:
        _give(context, entry, claim, content)
    set_due(entry)
    if asked:
        cooperate(context, message.agent_id, "grant")
    return Contention(resource, keeper, entry, answered=asked)


def refuse(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """The targets' claims end. It costs trust only where there was room for one of them."""
    resource = signals.name(content.resource)
    if resource is None:
        refuse_with_room(context, message.agent_id)
        return None
    keeper = keeper_of_answer(context, resource, message.agent_id)
    entry = resource_of(context, resource, keeper, content)
    asked = _asked(entry, message)
    entry.requests = without(entry.requests, asked)
    for claim in asked:
        if not claim.overdue:
            deny(context, entry, claim, context.offset)
    set_due(entry)
    if entry.capacity is None and entry.holds:
        entry.capacity = held(entry)
    if any(fits(entry, claim) for claim in asked):
        refuse_with_room(context, message.agent_id)
    return Contention(resource, keeper, entry, answered=asked)


def _asked(entry: ResourceEntry, message: AgentMessage) -> tuple[Claim, ...]:
    """The claims that the message answers; nobody answers his own."""
    task, targets = task_of(message), dict.fromkeys(message.target_agents) if entry.requests else {}
    found = (meant(entry.requests, target, task) for target in targets if target != message.agent_id)
    return tuple(claim for claims in found for claim in claims)


def _give(context: Context, entry: ResourceEntry, claim: Claim, content: Content) -> None:
    if entry.pool is not None:
        given = signals.level(content.amount)
        amount = claim.amount if given is None else given
        entry.pool = commons.grant(entry.pool, claim.agent_id, amount, signals.level(content.pool_left))
        return
    amount = signals.amount(content.amount) or claim.amount
    hold = replace(claim, amount=amount, since=context.now, due=held_until(context), offset=context.offset)
    entry.holds = put(entry.holds, replace(hold, overdue=False))
    if entry.capacity is not None and signals.amount(content.capacity) is None:
        entry.capacity = max(entry.capacity, held(entry))
