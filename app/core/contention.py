"""Contention: agents whose claims on one resource cannot all be granted."""

from app.core import incidents, signals
from app.core.context import Context, Hazard
from app.core.entries import Claim, ResourceEntry
from app.core.signals import Content
from app.core.table import Key
from app.core.trust import decimals, move, seen
from app.events import AgentMessage, AlertAgent

CONFLICT = "conflict"
MAX_CLAIMS = 256
"""Requests, and holds, that a resource remembers: the latest; a constant of engine version 1."""


def request(context: Context, message: AgentMessage, content: Content) -> None:
    """A claim is laid on a resource. Its hazard is the share of it that the claims of others leave no room for."""
    resource = signals.name(content.resource)
    if resource is None:
        return
    entry = _resource(context, resource, content)
    sender = message.agent_id
    amount = signals.amount(content.amount) or 1.0
    rivals = [claim for claim in (*entry.holds, *entry.requests) if claim.agent_id != sender]
    missing = sum(claim.amount for claim in rivals) + amount - entry.capacity
    overlap = decimals(min(1.0, max(0.0, missing / amount))) if rivals else 0.0
    due = context.now + int(context.policy.contention.request_timeout_s * 1000.0)
    claim = Claim(sender, amount, context.now, due, context.offset)
    entry.requests = _with(entry.requests, claim)
    _set_due(entry)
    if overlap > 0.0:
        context.effects.hazards.append(Hazard("contention", overlap))
        _conflict(context, resource, sender, rivals, overlap)


def grant(context: Context, message: AgentMessage, content: Content) -> None:
    """The targets hold what they had asked for."""
    resource = signals.name(content.resource)
    if resource is None:
        return
    entry = _resource(context, resource, content)
    due = context.now + int(context.policy.contention.hold_timeout_s * 1000.0)
    asked = _asked(entry, message)
    for claim in asked:
        amount = signals.amount(content.amount) or claim.amount
        entry.requests = _without(entry.requests, claim.agent_id)
        entry.holds = _with(entry.holds, Claim(claim.agent_id, amount, context.now, due, context.offset))
    _set_due(entry)
    if asked:
        _cooperate(context, message.agent_id, "grant")


def refuse(context: Context, message: AgentMessage, content: Content) -> None:
    """The targets' claims end. It costs trust only where there was room for one of them."""
    resource = signals.name(content.resource)
    if resource is None:
        _refused(context, message.agent_id)
        return
    entry = _resource(context, resource, content)
    asked = _asked(entry, message)
    for claim in asked:
        entry.requests = _without(entry.requests, claim.agent_id)
    _set_due(entry)
    free = entry.capacity - sum(claim.amount for claim in entry.holds)
    if any(claim.amount <= free for claim in asked):
        _refused(context, message.agent_id)


def release(context: Context, message: AgentMessage, content: Content) -> None:
    """The sender gives back what it holds."""
    resource = signals.name(content.resource)
    if resource is None:
        return
    entry = _resource(context, resource, content)
    kept = _without(entry.holds, message.agent_id)
    if len(kept) < len(entry.holds):
        entry.holds = kept
        _cooperate(context, message.agent_id, "release")
    _set_due(entry)


def expire(context: Context, key: Key) -> None:
    """The timer of a resource: claims that nobody answered or gave back in time end."""
    entry = context.state.resources.edit(key)
    assert entry is not None
    entry.holds = tuple(claim for claim in entry.holds if claim.due > context.now)
    entry.requests = tuple(claim for claim in entry.requests if claim.due > context.now)
    if entry.holds or entry.requests:
        _set_due(entry)
    else:
        context.state.resources.delete(key)


def _resource(context: Context, resource: str, content: Content) -> ResourceEntry:
    resources, key = context.state.resources, (context.fleet, resource)
    entry = resources.edit(key) or resources.put(key, ResourceEntry(due=None))
    entry.capacity = signals.amount(content.capacity) or entry.capacity
    if entry.due is None:
        entry.due = context.now + int(context.policy.contention.hold_timeout_s * 1000.0)
    return entry


def _set_due(entry: ResourceEntry) -> None:
    dues = [claim.due for claim in (*entry.holds, *entry.requests)]
    entry.due = min(dues) if dues else entry.due


def _asked(entry: ResourceEntry, message: AgentMessage) -> list[Claim]:
    """The claims that the message answers; nobody answers his own."""
    targets = frozenset(message.target_agents)
    return [claim for claim in entry.requests if claim.agent_id in targets and claim.agent_id != message.agent_id]


def _with(claims: tuple[Claim, ...], claim: Claim) -> tuple[Claim, ...]:
    return (*_without(claims, claim.agent_id), claim)[-MAX_CLAIMS:]


def _without(claims: tuple[Claim, ...], agent_id: str) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.agent_id != agent_id)


def _conflict(context: Context, resource: str, sender: str, rivals: list[Claim], overlap: float) -> None:
    move(context, sender, CONFLICT, bad=context.policy.trust.conflict * overlap)
    seen(context, sender).conflicts += 1
    if overlap >= context.policy.risk.high:
        _report(context, resource, sender, rivals, overlap)


def _report(context: Context, resource: str, sender: str, rivals: list[Claim], overlap: float) -> None:
    others = tuple(dict.fromkeys(claim.agent_id for claim in rivals))
    incidents.report(
        context,
        incidents.Finding(
            pattern=CONFLICT,
            subject=resource,
            severity=overlap,
            agents=(AlertAgent(sender, "culprit"), *(AlertAgent(other, "victim") for other in others)),
            evidence=(*(claim.offset for claim in rivals), context.offset),
            explanation=f"{sender} asked for {resource} while {_listed(others)} had claims that leave no room for it.",
            suggested_action=f"let {sender} wait until {resource} is free",
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=resource,
        ),
    )


def _listed(agents: tuple[str, ...], most: int = 3) -> str:
    rest = len(agents) - most
    return ", ".join(agents[:most]) + (f" and {rest} more" if rest > 0 else "")


def _cooperate(context: Context, agent_id: str, signal: str) -> None:
    move(context, agent_id, signal, good=context.policy.trust.cooperation)
    seen(context, agent_id).cooperations += 1


def _refused(context: Context, agent_id: str) -> None:
    move(context, agent_id, "refusal", bad=context.policy.trust.refusal)
    seen(context, agent_id).refusals += 1
