"""What grants, releases and refusals do to the trust in who makes them."""

from app.core.context import Context
from app.core.trust import move


def cooperate(context: Context, agent_id: str, signal: str) -> None:
    """Granting and giving back are cooperation."""
    move(context, agent_id, signal, good=context.policy.trust.cooperation).cooperations += 1


def refuse_with_room(context: Context, agent_id: str) -> None:
    """A refusal that need not have been costs trust."""
    move(context, agent_id, "refusal", bad=context.policy.trust.refusal).refusals += 1
