"""Equivocation: different content to different peers in the same context.

Only statements count, which are the same whoever hears them; requests differ by their targets in any honest
fleet. A later word to those who heard the first is a correction and no lie.
"""

from zlib import crc32

from app.core import signals
from app.core.context import Context
from app.core.detectors.byzantine.belief import Because, weigh
from app.core.detectors.byzantine.signals import EQUIVOCATION
from app.core.entries import StatementEntry
from app.core.interaction import Interaction
from app.core.table import Key
from app.events import AlertAgent

MAX_HEARD = 32
"""Peers remembered as having heard a statement; a constant of engine version 1."""
DIFFERENT = 5.0
"""Weight of telling one peer this and another that."""
_NEWS = frozenset({"statement", "measurement", "neutral"})


def observe(context: Context, interaction: Interaction) -> None:
    """A statement is compared with what its sender said before in the same context."""
    about = _about(interaction)
    if about is None or not interaction.targets:
        return
    key: Key = (context.fleet, interaction.sender, f"{interaction.kind}:{about}")
    statements, value = context.state.statements, crc32(interaction.message.content)
    entry = statements.edit(key)
    if entry is None:
        entry = statements.put(key, _said(context, interaction, value))
    elif entry.value == value:
        entry.heard = tuple(dict.fromkeys((*entry.heard, *interaction.targets)))[:MAX_HEARD]
    else:
        entry = statements.put(key, _differs(context, interaction, entry, value))
    policy = context.policy.byzantine
    one_matter = interaction.message.causation_id is not None or interaction.act == "statement"
    lasts_s = policy.memory_s if one_matter else policy.at_once_s
    entry.due = context.now + int(lasts_s * 1000.0)


def _about(interaction: Interaction) -> str | None:
    """What makes two statements be about the same: what they answer to; for news also their conversation."""
    message, content = interaction.message, interaction.content
    about = message.causation_id
    if about is None and interaction.act in _NEWS:
        about = message.conversation
    subject = signals.name(content.subject) or signals.name(content.name)
    return about if about is None or subject is None else f"{about}/{subject}"


def _said(context: Context, interaction: Interaction, value: int) -> StatementEntry:
    return StatementEntry(None, value, interaction.targets[:MAX_HEARD], context.offset)


def _differs(context: Context, interaction: Interaction, entry: StatementEntry, value: int) -> StatementEntry:
    """Another value: a correction to those who heard the first, a lie to others while those still believe it."""
    heard, hear = frozenset(entry.heard), frozenset(interaction.targets)
    if heard <= hear:
        if entry.held:
            weigh(context, interaction.sender, EQUIVOCATION, -DIFFERENT)
        return _said(context, interaction, value)
    if not entry.held and not heard & hear:
        entry.held = True
        victims = tuple(AlertAgent(agent, "victim") for agent in (*entry.heard, *interaction.targets[:MAX_HEARD]))
        context.effects.score("byzantine", 0.9)
        weigh(context, interaction.sender, EQUIVOCATION, DIFFERENT, Because((entry.offset,), victims))
    return entry
