"""Asking: a claim is laid on a resource, and meets the claims of others."""

from msgspec.structs import replace

from app.core import commons, signals, stakes
from app.core.contention.claims import put, task_of
from app.core.contention.resource import Contention, resource_of, set_due
from app.core.contention.room import overlap
from app.core.context import Context
from app.core.entries import Claim, ResourceEntry
from app.core.signals import Content
from app.events import AgentMessage


def request(context: Context, message: AgentMessage, content: Content) -> Contention | None:
    """A claim is laid on a resource."""
    resource = signals.name(content.resource)
    if resource is None:
        return None
    keeper = message.target_agents[0] if len(message.target_agents) == 1 else ""
    entry = resource_of(context, resource, keeper, content)
    stakes.claimed(context, message.agent_id, (resource, keeper))
    claim = _claim(context, message, signals.amount(content.amount) or 1.0)
    available = signals.level(content.pool_available)
    if available is not None:
        if signals.level(content.amount) == 0.0:
            claim = replace(claim, amount=0.0)
        entry.pool = commons.claim(entry.pool, claim, available, context.policy.commons)
    rivals = _rivals(entry, claim.agent_id)
    missing = overlap(entry, rivals, claim.amount)
    entry.requests = put(entry.requests, claim)
    set_due(entry)
    return Contention(resource, keeper, entry, asked=claim, rivals=rivals, overlap=missing)


def _claim(context: Context, message: AgentMessage, amount: float) -> Claim:
    due = context.now + int(context.policy.contention.request_timeout_s * 1000.0)
    return Claim(message.agent_id, amount, context.now, due, context.offset, task_of(message))


def _rivals(entry: ResourceEntry, agent_id: str) -> tuple[Claim, ...]:
    """What others hold, and what they have asked for of late."""
    held = [claim for claim in entry.holds if claim.agent_id != agent_id]
    return (*held, *[claim for claim in entry.requests if claim.agent_id != agent_id and not claim.overdue])
