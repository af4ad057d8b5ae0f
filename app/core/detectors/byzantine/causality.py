"""Impossible times and unrequested replies."""

from app.core.context import Context
from app.core.detectors.byzantine.belief import weigh
from app.core.detectors.byzantine.signals import TIMES, UNREQUESTED
from app.core.interaction import Interaction
from app.core.reading import time_of

IMPOSSIBLE = 1.5
FORGED = 1.0
"""Weights; clocks drift and work is passed on, so neither kind can reach an alert alone."""


def observe(context: Context, interaction: Interaction) -> None:
    """A reply that claims a time before its request or in the future, or that nobody asked this agent for.

    Times are judged by the log's clock; where the messages' own times make the clock there is nothing to
    judge them by.
    """
    if interaction.answered is None:
        _unrequested(context, interaction)
    elif context.policy.clock == "records":
        _times(context, interaction, interaction.answered.due)


def _times(context: Context, interaction: Interaction, due: int) -> None:
    claimed = time_of(interaction.message)
    if claimed is None:
        return
    asked = due - int(context.policy.conversation.answer_timeout_s * 1000.0)
    tolerance = int(context.policy.byzantine.clock_tolerance_s * 1000.0)
    if claimed < asked - tolerance or claimed > context.now + tolerance:
        context.effects.score("byzantine", 0.5)
        weigh(context, interaction.sender, TIMES, IMPOSSIBLE)


def _unrequested(context: Context, interaction: Interaction) -> None:
    """Somebody answers in the place of those whose answers a request in this conversation still waits for."""
    message = interaction.message
    conversation = message.conversation
    if conversation is None or interaction.act != "neutral":
        return
    entry = context.state.conversations.get((context.fleet, conversation))
    if entry is None:
        return
    if any(request.agent_id in interaction.targets for request in entry.requests):
        context.effects.score("byzantine", 0.25)
        weigh(context, interaction.sender, UNREQUESTED, FORGED)
