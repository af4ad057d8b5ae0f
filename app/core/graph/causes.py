"""Causes: which message a message follows from, and how that is known.

A `causation_id` names the message that set this one off, as the parent of a span does in a trace, and the edge joins
the senders of both, as service graphs join the two ends of a call. A `correlation_id` does so where it is the id of a
message: replies carry that of their request (G. Hohpe, B. Woolf, "Enterprise Integration Patterns", 2003,
Correlation Identifier). Without either, what is said in a conversation follows from the latest message there that
was addressed to nobody, hence to all.

Messages are remembered as a direct-mapped cache keeps its lines: each id has one slot, by its checksum, and the newest
in a slot stays. So a fleet remembers at most `graph.max_messages`, and an id outlives k later ones with the
probability (1 - 1 / max_messages)^k.
"""

from zlib import crc32

from msgspec import Struct

from app.core.context import Context
from app.core.entries import MessageEntry
from app.core.graph.pending import list_message
from app.core.interaction import Interaction
from app.events import CauseKind


class Cause(Struct, frozen=True):
    """The message that another one follows from: by whom, and when (event time, ms)."""

    agent_id: str
    at: int
    known_by: CauseKind


def cause_of(context: Context, interaction: Interaction) -> Cause | None:
    """The cause of a message, where another agent's message is known to be it."""
    message = interaction.message
    if message.causation_id is not None:
        return _recall(context, interaction.sender, message.causation_id, "causation")
    if message.correlation_id is not None:
        cause = _recall(context, interaction.sender, message.correlation_id, "correlation")
        if cause is not None:
            return cause
    conversation = message.conversation
    return None if conversation is None else _recall(context, interaction.sender, conversation, "conversation")


def remember(context: Context, interaction: Interaction) -> None:
    """Remember the message by its id; one to nobody as what its conversation has heard, too."""
    if not context.policy.graph.max_messages:
        return
    message = interaction.message
    conversation = message.conversation
    if interaction.message_id is not None:
        _keep(context, interaction.message_id, interaction.sender, heard=False)
    if conversation is not None and not message.target_agents:
        _keep(context, conversation, interaction.sender, heard=True)


def _recall(context: Context, sender: str, name: str, known_by: CauseKind) -> Cause | None:
    heard = known_by == "conversation"
    entry = context.state.messages.get((context.fleet, _slot(context, name, heard=heard)))
    if entry is None or entry.name != name or entry.heard != heard or entry.agent_id in ("", sender):
        return None
    return Cause(entry.agent_id, entry.at, known_by)


def _keep(context: Context, name: str, sender: str, *, heard: bool) -> None:
    """An id that several agents use names nobody, lest one puts its deeds down to another."""
    slot = _slot(context, name, heard=heard)
    messages, key = context.state.messages, (context.fleet, slot)
    entry = messages.edit(key) or messages.put(key, MessageEntry(name, sender, context.now, heard))
    reused = not heard and not entry.heard and entry.name == name and entry.agent_id != sender
    entry.name, entry.agent_id, entry.at, entry.heard = name, "" if reused else sender, context.now, heard
    list_message(context, slot, entry)


def _slot(context: Context, name: str, *, heard: bool) -> int:
    return crc32(name.encode(), heard) % (context.policy.graph.max_messages or 1)
