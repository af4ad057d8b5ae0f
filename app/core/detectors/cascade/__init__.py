"""Cascades: activity that sets off more activity, and failures that make others fail (PATTERN-3).

Within the fleet's own window of event time, never over lifetimes. Two views: the trees of the propagation forest
(`forest`), each with its reproduction number, and the burst fan-outs of agents that nobody had prompted (`fanout`).
"""

from msgspec.structs import replace

from app.core import signals
from app.core.context import Context
from app.core.detectors.cascade import fanout, forest, rhythm
from app.core.detectors.cascade.forest import Place, Said
from app.core.entries import FanOut, Receipt, SpreadEntry
from app.core.interaction import Interaction
from app.core.table import Key
from app.core.trust import decimals

MAX_RECEIPTS = 4
"""Of an agent, the latest; a constant of engine version 1."""
MAX_TOLD = 256
"""A message to more agents than this is one edge to them all: none of them is taken as set off by it."""
COARSE = 8
"""Parts of a window: how finely it is kept when an agent was last reached."""
PROMPTED = 2
"""Windows within which a message from others may be why an agent sends."""
PAUSE_WEIGHT = 0.25
"""Of an agent's latest pause in its usual one."""


def observe(context: Context, interaction: Interaction) -> None:
    """Take a message into the forest; a response counts only where it fails, or as a sign that others listen."""
    if not interaction.targets:
        return
    response = interaction.message.message_type == "response"
    if response and not interaction.error:
        _come_back(context, interaction)
        return
    window = rhythm.window_ms(context)
    conversation = interaction.message.conversation_id or interaction.message.correlation_id
    said = Said(conversation, interaction.message.causation_id, interaction.error)
    entry = _own(context, interaction.sender)
    place = forest.place(context, interaction.sender, entry, said, window)
    if not interaction.error:
        _send(context, interaction, entry, place, window)
    entry.due = _due(context, entry, window)
    _deliver(context, interaction, place, said, window)


def _come_back(context: Context, interaction: Interaction) -> None:
    spread = context.state.spread
    for target in interaction.targets[:MAX_RECEIPTS]:
        key = (context.fleet, target)
        known = spread.get(key)
        if known is not None:
            fanout.heard_back(context, known, key, interaction.sender)
            _notice(context, known, key, rhythm.window_ms(context))


def _notice(context: Context, known: SpreadEntry, key: Key, window: int) -> None:
    if context.now - known.heard_at > window // COARSE:
        entry = context.state.spread.edit(key)
        assert entry is not None
        entry.heard_at = context.now


def _own(context: Context, agent: str) -> SpreadEntry:
    spread, key = context.state.spread, (context.fleet, agent)
    entry = spread.edit(key)
    if entry is None:
        entry = spread.put(key, SpreadEntry(due=None))
        rhythm.rhythm(context).agents += 1
    return entry


def _send(context: Context, interaction: Interaction, entry: SpreadEntry, place: Place, window: int) -> None:
    if entry.sent_at:
        pause = context.now - entry.sent_at
        entry.pause_ms = decimals(entry.pause_ms + PAUSE_WEIGHT * (pause - entry.pause_ms) if entry.pause_ms else pause)
        rhythm.paused(context, pause)
    kept = rhythm.retained_ms(context)
    for hub in {receipt.sender: None for receipt in entry.receipts if context.now - receipt.at <= kept}:
        fanout.passed_on(context, hub, interaction.sender, interaction.targets[:MAX_RECEIPTS])
    fanout.reach(
        context,
        interaction.sender,
        entry,
        interaction.targets,
        handed=interaction.act == "transfer",
        window=PROMPTED * window,
    )
    entry.sent_at, entry.tree, entry.generation = context.now, place.tree, place.generation
    entry.conversation = interaction.message.conversation_id or interaction.message.correlation_id


def _deliver(context: Context, interaction: Interaction, place: Place, said: Said, window: int) -> None:
    if len(interaction.targets) > MAX_TOLD:
        return
    message_id = interaction.message.id or signals.name(interaction.metadata.msg_id)
    receipt = Receipt(
        context.now, interaction.sender, place.tree, place.generation, said.conversation, message_id, said.failure
    )
    kept = rhythm.retained_ms(context)
    for target in interaction.targets:
        entry = _own(context, target)
        if entry.fanout is not None:
            fanout.heard_back(context, entry, (context.fleet, target), interaction.sender)
        entry.receipts = (*(known for known in entry.receipts if context.now - known.at <= kept), receipt)[
            -MAX_RECEIPTS:
        ]
        entry.heard_at = context.now
        entry.due = entry.due or context.now + window


def _due(context: Context, entry: SpreadEntry, window: int) -> int:
    if entry.fanout is None:
        return max(entry.sent_at, entry.heard_at) + rhythm.retained_ms(context)
    return max(context.now + window // COARSE, fanout.due(entry.fanout, window))


def expire(context: Context, key: Key) -> None:
    """The timer of an agent: its fan-out is over, or it has long been quiet."""
    window = rhythm.window_ms(context)
    entry = context.state.spread.edit(key)
    assert entry is not None
    if entry.fanout is not None and rhythm.known(context) and context.now >= fanout.due(entry.fanout, window):
        _look(context, str(key[1]), entry, entry.fanout)
    if entry.fanout is None and context.now >= max(entry.sent_at, entry.heard_at) + rhythm.retained_ms(context):
        context.state.spread.delete(key)
        rhythm.rhythm(context).agents -= 1
    else:
        entry.due = max(context.now + window // COARSE, _due(context, entry, window))


def _look(context: Context, agent: str, entry: SpreadEntry, found: FanOut) -> None:
    if not found.looked and fanout.looks_ordinary(context, agent, found):
        entry.fanout = replace(found, looked=True)
        return
    if found.looked:
        fanout.judge(context, agent, found)
    entry.reached, entry.fanout = found.targets, None
