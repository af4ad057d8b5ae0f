"""How long replies take: from the request that a conversation or an id names, else from the latest of the other way."""

from app.core.context import Context
from app.core.entries import EdgeEntry
from app.core.graph.causes import Cause
from app.core.interaction import Interaction

_REPLIES = frozenset({"grant", "refuse"})


def asks(interaction: Interaction) -> bool:
    """Whether the message wants a reply that no conversation waits for."""
    if interaction.act == "claim":
        return True
    message = interaction.message
    return message.message_type == "request" and message.conversation_id is None and message.correlation_id is None


def latency_of(
    context: Context, interaction: Interaction, target: str, edge: EdgeEntry, cause: Cause | None
) -> int | None:
    """Milliseconds from the target's request to this message, where it is a reply to it.

    The id of the request tells it, as the cause. A request without ids, and a claim, are answered by the first
    response, grant or refusal of the one who was asked, within `conversation.answer_timeout_s`.
    """
    answered = interaction.answered
    if answered is not None:
        return context.now - answered.at if answered.agent_id == target else None
    replies = interaction.message.message_type == "response" or interaction.act in _REPLIES
    if not replies:
        return None
    if cause is not None and cause.agent_id == target and cause.known_by != "conversation":
        edge.replied_at = context.now
        return context.now - cause.at
    return _inferred(context, interaction.sender, target, edge)


def _inferred(context: Context, sender: str, target: str, edge: EdgeEntry) -> int | None:
    request = context.state.edges.get((context.fleet, target, sender))
    if request is None or request.asked_at <= edge.replied_at:
        return None
    latency = context.now - request.asked_at
    if latency > context.policy.conversation.answer_timeout_s * 1000.0:
        return None
    edge.replied_at = context.now
    return latency
