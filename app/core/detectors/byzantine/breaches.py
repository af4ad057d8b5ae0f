"""Contradiction of one's own commitments: claims above a limit that binds the claimant.

A limit binds for the matter it was agreed on in: its conversation. What was set elsewhere may not hold here any more:
claims above that say less, and never enough for an alert alone.
"""

from app.core import signals
from app.core.context import Context
from app.core.detectors.byzantine.belief import Because, conduct, weigh
from app.core.detectors.byzantine.signals import BREACH, OVERRUN
from app.core.entries import ConductEntry, Limit
from app.core.interaction import Interaction

MAX_LIMITS = 8
"""Limits that an agent is bound by at once, the latest; a constant of engine version 1."""
MAX_BOUND = 256
"""Agents that one commitment binds, the first; a constant of engine version 1."""
LEAST, MOST = 1.0, 3.0
"""Weight of a breach by a hair, and by as much again as was allowed or more."""


def bind(context: Context, interaction: Interaction) -> None:
    """A commitment to a limit binds those it is told to, and the sender where it claims itself."""
    amount = _amount(interaction.content.limit)
    if amount is None:
        return
    due = context.now + int(context.policy.byzantine.forget_after_s * 1000.0)
    resource, conversation = signals.name(interaction.content.resource) or "", _conversation(interaction)
    limit = Limit(resource, amount, due, context.offset, conversation)
    for agent_id in (interaction.sender, *interaction.targets)[:MAX_BOUND]:
        entry = conduct(context, agent_id)
        entry.limits = (*(old for old in entry.limits if old.resource != limit.resource), limit)[-MAX_LIMITS:]


def claim(context: Context, interaction: Interaction) -> None:
    """A claim, or a grant, of more than its sender is bound to contradicts the commitment."""
    entry = context.state.conduct.get((context.fleet, interaction.sender))
    if entry is None or not entry.limits:
        return
    amount = signals.amount(interaction.content.amount)
    limit = _limit(entry, signals.name(interaction.content.resource) or "", context.now)
    if amount is None or limit is None or amount <= limit.amount:
        return
    excess = min(1.0, amount / limit.amount - 1.0) if limit.amount > 0.0 else 1.0
    agreed = limit.conversation == _conversation(interaction)
    context.effects.score("byzantine", 0.5 + 0.5 * excess)
    weigh(
        context,
        interaction.sender,
        BREACH if agreed else OVERRUN,
        LEAST + (MOST - LEAST) * excess,
        Because((limit.offset,)),
    )


def _conversation(interaction: Interaction) -> str | None:
    return interaction.message.conversation


def _amount(value: object) -> float | None:
    """A limit; 0 allows nothing."""
    return 0.0 if value == 0 and not isinstance(value, bool) else signals.amount(value)


def _limit(entry: ConductEntry, resource: str, now: int) -> Limit | None:
    """The lowest limit in force on a resource."""
    in_force = [limit for limit in entry.limits if limit.resource in {"", resource} and limit.due > now]
    return min(in_force, key=lambda limit: limit.amount, default=None)
