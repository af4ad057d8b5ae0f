"""Equivocation: different content to different peers in the same context.

Only statements count, which are the same whoever hears them; requests differ by their targets in any honest
fleet. A later word to those who heard the first is a correction and no lie.
"""

from zlib import crc32

from app.core.context import Context
from app.core.detectors.byzantine.belief import weigh
from app.core.detectors.byzantine.signals import EQUIVOCATION
from app.core.entries import StatementEntry
from app.core.interaction import Interaction
from app.core.table import Key
from app.events import AlertAgent

MAX_HEARD = 32
"""Peers remembered as having heard a statement; a constant of engine version 1."""
DIFFERENT = 5.0
"""Weight of telling one peer this and another that."""


def observe(context: Context, interaction: Interaction) -> None:
    """A statement is compared with what its sender said before in the same context."""
    key = _context_of(context, interaction)
    if key is None or not interaction.targets:
        return
    statements, value = context.state.statements, crc32(interaction.message.content)
    entry = statements.edit(key)
    if entry is None:
        entry = statements.put(key, StatementEntry(None, value, interaction.targets[:MAX_HEARD], context.offset))
    elif entry.value == value:
        entry.heard = tuple(dict.fromkeys((*entry.heard, *interaction.targets)))[:MAX_HEARD]
    else:
        _differs(context, interaction, entry, value)
    entry.due = context.now + int(context.policy.byzantine.memory_s * 1000.0)


def _context_of(context: Context, interaction: Interaction) -> Key | None:
    """What makes two statements be about the same: their cause and kind; for commitments, their conversation."""
    message = interaction.message
    about = message.causation_id
    if about is None and interaction.act == "commitment":
        about = message.conversation_id or message.correlation_id
    return None if about is None else (context.fleet, interaction.sender, f"{interaction.kind}:{about}")


def _differs(context: Context, interaction: Interaction, entry: StatementEntry, value: int) -> None:
    corrected = set(entry.heard) <= set(interaction.targets)
    if corrected:
        if entry.held:
            weigh(context, interaction.sender, EQUIVOCATION, -DIFFERENT)
            entry.held = False
        entry.value, entry.heard, entry.offset = value, interaction.targets[:MAX_HEARD], context.offset
    elif not entry.held:
        entry.held = True
        victims = tuple(AlertAgent(agent, "victim") for agent in dict.fromkeys((*entry.heard, *interaction.targets)))
        context.effects.score("byzantine", 0.9)
        weigh(context, interaction.sender, EQUIVOCATION, DIFFERENT, *victims)
