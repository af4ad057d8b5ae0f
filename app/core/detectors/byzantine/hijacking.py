"""Hijacking of an agent by what it reads: its calls are driven by data and not by its task.

Taint tracking over messages (as in F. Wu et al., "System-Level Defense against Indirect Prompt Injection Attacks:
An Information Flow Control Perspective", 2024, and CaMeL, E. Debenedetti et al., 2025): words of a call's arguments
that nobody gave the agent as a task, and that stand in a passage of what it read which speaks to its reader. What is
scored is the agent that obeys, not the text that asks: a call that fails counts half, one that was never made nothing.
"""

from collections.abc import Iterator
from zlib import crc32

from app.core.context import Context
from app.core.detectors.byzantine import passages
from app.core.detectors.byzantine.belief import Because, weigh
from app.core.detectors.byzantine.signals import HIJACK
from app.core.entries import PendingCall, ReadingEntry
from app.core.interaction import Interaction
from app.core.table import Key
from app.events import AgentMessage, AlertAgent

MAX_WORDS = 128
MAX_PENDING = 8
MAX_READERS = 16
MAX_ARGUMENTS = 64
MAX_DEPTH = 8
"""Bounds of what is remembered of a conversation and read of a message; constants of engine version 1.

Of the words asked for the first count, of those read the latest.
"""
OBEYS, NAMES = 3.0, 2.5
"""Weight of serving a passage that speaks to the reader, and more for doing so to one thing that only it names."""
UNTIL_DONE = 0.5
"""Share of the weight that counts before the call is known to have worked."""


def task(context: Context, interaction: Interaction) -> None:
    """What an agent is asked to do: these words are no taint."""
    text = _text(interaction)
    if text is None:
        return
    words = passages.digest(word for word in passages.words(text) if passages.telling(word))
    for target in interaction.targets[:MAX_READERS]:
        entry = _edit(context, _key(context, interaction.message, target))
        entry.asked = (entry.asked + words)[: 4 * MAX_WORDS]


def reading(context: Context, interaction: Interaction) -> None:
    """What a tool brings: the result of a call that was pending, and passages that speak to the reader."""
    text = _text(interaction) or ""
    words = passages.digest(passages.addressed(text))
    for target in interaction.targets[:MAX_READERS]:
        key = _key(context, interaction.message, target)
        known = context.state.readings.get(key)
        if not words and (known is None or not known.pending):
            continue
        entry = _edit(context, key)
        _finish(context, interaction, target, entry)
        if words:
            entry.told = (entry.told + words)[-4 * MAX_WORDS :]
            entry.source, entry.offset = interaction.sender, context.offset


def call(context: Context, interaction: Interaction) -> None:
    """A call whose arguments come from a passage that speaks to the reader, and not from the task."""
    key = _key(context, interaction.message, interaction.sender)
    known = context.state.readings.get(key)
    if known is None or not known.told:
        return
    weight = _weight(interaction.content.arguments, known)
    if weight == 0.0:
        return
    context.effects.score("byzantine", weight / (OBEYS + NAMES))
    entry = _edit(context, key)
    pending = (PendingCall(tool, weight) for tool in interaction.targets[:1])
    entry.pending = (*entry.pending, *pending)[-MAX_PENDING:]
    _count(context, interaction.sender, entry, UNTIL_DONE * weight)


def _count(context: Context, reader: str, entry: ReadingEntry, weight: float) -> None:
    """Calls that serve the same passage are one piece of evidence: the strongest counts."""
    if weight > entry.counted:
        because = Because((entry.offset,), (AlertAgent(entry.source, "carrier"),))
        weigh(context, reader, HIJACK, weight - entry.counted, because)
        entry.counted = weight


def _weight(arguments: object, entry: ReadingEntry) -> float:
    asked, told = passages.hashes(entry.asked), passages.hashes(entry.told)
    served = [
        word
        for text in _first(_strings(arguments, MAX_DEPTH))
        for word in passages.words(text)
        if passages.telling(word) and (hashed := crc32(word.encode())) in told and hashed not in asked
    ]
    if not served:
        return 0.0
    return OBEYS + (NAMES if any(map(passages.identifies, served)) else 0.0)


def _finish(context: Context, interaction: Interaction, reader: str, entry: ReadingEntry) -> None:
    """The result of a pending call: what worked counts in full."""
    place = next((n for n, pending in enumerate(entry.pending) if pending.tool == interaction.sender), None)
    if place is None:
        return
    weight = entry.pending[place].weight
    entry.pending = entry.pending[:place] + entry.pending[place + 1 :]
    if not interaction.error:
        _count(context, reader, entry, weight)


def _first(texts: Iterator[str]) -> Iterator[str]:
    """The texts until they hold as many characters as are read of one text: the work of a call is bounded."""
    left = passages.MAX_TEXT
    for text in texts:
        yield text[:left]
        left -= len(text) + 1
        if left <= 0:
            return


def _strings(value: object, depth: int) -> Iterator[str]:
    """The texts and numbers of an argument."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict | list) and depth > 0:
        for item in list(value.values() if isinstance(value, dict) else value)[:MAX_ARGUMENTS]:
            yield from _strings(item, depth - 1)


def _text(interaction: Interaction) -> str | None:
    text = interaction.content.text
    return text if isinstance(text, str) else None


def _key(context: Context, message: AgentMessage, agent_id: str) -> Key:
    return (context.fleet, agent_id, message.conversation or "")


def _edit(context: Context, key: Key) -> ReadingEntry:
    readings = context.state.readings
    entry = readings.edit(key) or readings.put(key, ReadingEntry(due=None))
    entry.due = context.now + int(context.policy.byzantine.memory_s * 1000.0)
    return entry
