"""Contention: who asks for, holds, is refused and gives back how much of a resource.

The ledger of claims; what it says of conflict and hoarding is for the detectors to judge. A resource is
known by its name and its keeper, who grants it: two keepers' resources of one name are two. Its room is
what it says (`capacity`), or what was held when a claim was refused; where neither is known, claims do
not stand in each other's way.
"""

from msgspec import Struct
from msgspec.structs import replace

from app.core import commons, signals, stakes
from app.core.context import Context
from app.core.entries import Claim, Denied, ResourceEntry
from app.core.signals import Content
from app.core.table import Key
from app.core.trust import decimals, move, seen
from app.events import AgentMessage

MAX_CLAIMS = 256
"""Requests, and holds, that a resource remembers: the latest; a constant of engine version 1."""
MAX_DENIED = 16
"""Refused claims that it remembers: the latest; a constant of engine version 1."""
PACE = 0.2
"""Weight of the latest release in how long a unit is held."""


class Contention(Struct):
    """What a message did to a resource."""

    resource: str
    keeper: str
    entry: ResourceEntry
    answered: tuple[Claim, ...] = ()
    """The claims that it grants or refuses."""
    returned: tuple[Claim, ...] = ()
    """The holds that it gives back."""
    rivals: tuple[Claim, ...] = ()
    """Claims and holds of others, where it is a claim."""
    overlap: float = 0.0
    """The share of a claim that they leave no room for."""


def request(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """A claim is laid on a resource."""
    resource = signals.name(content.resource)
    if resource is None:
        return None
    keeper = message.target_agents[0] if len(message.target_agents) == 1 else ""
    entry = _resource(context, resource, keeper, content)
    stakes.claimed(context, message.agent_id, (resource, keeper))
    claim = _claim(context, message.agent_id, signals.amount(content.amount) or 1.0)
    available = signals.level(content.pool_available)
    if available is not None:
        if signals.level(content.amount) == 0.0:
            claim = replace(claim, amount=0.0)
        entry.pool = commons.claim(entry.pool, claim, available, context.policy.commons)
    rivals = tuple(other for other in (*entry.holds, *entry.requests) if other.agent_id != claim.agent_id)
    overlap = _overlap(entry, rivals, claim.amount)
    entry.requests = _with(entry.requests, claim)
    _set_due(entry)
    return Contention(resource, keeper, entry, rivals=rivals, overlap=overlap)


def grant(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """The targets hold what they had asked for; of a pool that grows back they keep it."""
    resource = signals.name(content.resource)
    if resource is None:
        return None
    keeper = _keeper(context, resource, message.agent_id)
    entry = _resource(context, resource, keeper, content)
    asked = _asked(entry, message)
    for claim in asked:
        entry.requests = _without(entry.requests, claim.agent_id)
        _give(context, entry, claim, content)
    _set_due(entry)
    if asked:
        _cooperate(context, message.agent_id, "grant")
    return Contention(resource, keeper, entry, answered=asked)


def refuse(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """The targets' claims end. It costs trust only where there was room for one of them."""
    resource = signals.name(content.resource)
    if resource is None:
        _refused(context, message.agent_id)
        return None
    keeper = _keeper(context, resource, message.agent_id)
    entry = _resource(context, resource, keeper, content)
    asked = _asked(entry, message)
    for claim in asked:
        entry.requests = _without(entry.requests, claim.agent_id)
        entry.denied = (*entry.denied, Denied(claim.agent_id, context.now, context.offset))[-MAX_DENIED:]
    _set_due(entry)
    held = decimals(sum(claim.amount for claim in entry.holds))
    if entry.capacity is None and held > 0.0:
        entry.capacity = held
    if any(_fits(entry, claim, held) for claim in asked):
        _refused(context, message.agent_id)
    return Contention(resource, keeper, entry, answered=asked)


def release(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """The sender gives back what it holds."""
    resource = signals.name(content.resource)
    if resource is None:
        return None
    keeper = _kept_by(context, message, resource)
    entry = _resource(context, resource, keeper, content)
    returned = tuple(claim for claim in entry.holds if claim.agent_id == message.agent_id)
    if returned:
        entry.holds = _without(entry.holds, message.agent_id)
        held_s = (context.now - returned[0].since) / 1000.0
        entry.held_s = decimals(entry.held_s + PACE * (held_s - entry.held_s) if entry.held_s else held_s)
        _cooperate(context, message.agent_id, "release")
    _set_due(entry)
    return Contention(resource, keeper, entry, returned=returned)


def expire(context: Context, key: Key) -> None:
    """The timer of a resource: claims that nobody answered or gave back in time end."""
    entry = context.state.resources.edit(key)
    assert entry is not None
    quiet = not (entry.holds or entry.requests)
    entry.holds = tuple(claim for claim in entry.holds if claim.due > context.now)
    entry.requests = tuple(claim for claim in entry.requests if claim.due > context.now)
    if entry.holds or entry.requests:
        _set_due(entry)
    elif quiet or not (entry.pool or entry.denied):
        context.state.resources.delete(key)
    else:
        entry.due = context.now + int(context.policy.contention.hold_timeout_s * 1000.0)


def _resource(context: Context, resource: str, keeper: str, content: Content) -> ResourceEntry:
    resources, key = context.state.resources, (context.fleet, resource, keeper)
    entry = resources.edit(key) or resources.put(key, ResourceEntry(due=None))
    entry.capacity = signals.amount(content.capacity) or entry.capacity
    entry.due = context.now + int(context.policy.contention.hold_timeout_s * 1000.0)
    return entry


def _keeper(context: Context, resource: str, sender: str) -> str:
    """Under whose name the sender of an answer keeps the resource; claims told to several have no keeper."""
    own = context.state.resources.get((context.fleet, resource, sender))
    shared = None if own else context.state.resources.get((context.fleet, resource, ""))
    return "" if shared else sender


def _kept_by(context: Context, message: AgentMessage, resource: str) -> str:
    """Whose resource the sender gives back: the only target's, else that of its latest claim."""
    if len(message.target_agents) == 1:
        return message.target_agents[0]
    stake = context.state.stakes.get((context.fleet, message.agent_id))
    return stake.keeper if stake is not None and stake.resource == resource else ""


def _claim(context: Context, agent_id: str, amount: float) -> Claim:
    due = context.now + int(context.policy.contention.request_timeout_s * 1000.0)
    return Claim(agent_id, amount, context.now, due, context.offset)


def _overlap(entry: ResourceEntry, rivals: tuple[Claim, ...], amount: float) -> float:
    if not rivals or entry.capacity is None or entry.pool is not None:
        return 0.0
    missing = sum(claim.amount for claim in rivals) + amount - entry.capacity
    return decimals(min(1.0, max(0.0, missing / amount)))


def _give(context: Context, entry: ResourceEntry, claim: Claim, content: Content) -> None:
    if entry.pool is not None:
        given = signals.level(content.amount)
        amount = claim.amount if given is None else given
        entry.pool = commons.grant(entry.pool, claim.agent_id, amount, signals.level(content.pool_left))
        return
    amount = signals.amount(content.amount) or claim.amount
    due = context.now + int(context.policy.contention.hold_timeout_s * 1000.0)
    entry.holds = _with(entry.holds, Claim(claim.agent_id, amount, context.now, due, context.offset))
    if entry.capacity is not None and signals.amount(content.capacity) is None:
        entry.capacity = max(entry.capacity, decimals(sum(hold.amount for hold in entry.holds)))


def _fits(entry: ResourceEntry, claim: Claim, held: float) -> bool:
    if entry.pool is not None:
        return claim.amount <= entry.pool.available
    return held == 0.0 if entry.capacity is None else claim.amount <= entry.capacity - held


def _set_due(entry: ResourceEntry) -> None:
    dues = [claim.due for claim in (*entry.holds, *entry.requests)]
    entry.due = min(dues) if dues else entry.due


def _asked(entry: ResourceEntry, message: AgentMessage) -> tuple[Claim, ...]:
    """The claims that the message answers; nobody answers his own."""
    if not entry.requests:
        return ()
    targets = frozenset(message.target_agents)
    return tuple(claim for claim in entry.requests if claim.agent_id in targets and claim.agent_id != message.agent_id)


def _with(claims: tuple[Claim, ...], claim: Claim) -> tuple[Claim, ...]:
    return (*_without(claims, claim.agent_id), claim)[-MAX_CLAIMS:]


def _without(claims: tuple[Claim, ...], agent_id: str) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.agent_id != agent_id)


def _cooperate(context: Context, agent_id: str, signal: str) -> None:
    move(context, agent_id, signal, good=context.policy.trust.cooperation)
    seen(context, agent_id).cooperations += 1


def _refused(context: Context, agent_id: str) -> None:
    move(context, agent_id, "refusal", bad=context.policy.trust.refusal)
    seen(context, agent_id).refusals += 1
