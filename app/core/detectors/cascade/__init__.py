"""Cascades: activity that sets off more activity, and failures that make others fail (PATTERN-3).

Within the fleet's own window of event time, never over lifetimes. Two views: the trees of the propagation forest
(`forest`), each with its reproduction number, and the burst fan-outs of agents that nobody had prompted (`fanout`).
"""

from msgspec.structs import replace

from app.core import signals
from app.core.context import Context
from app.core.detectors.cascade import fanout, forest, rhythm
from app.core.detectors.cascade.forest import Place, Said
from app.core.detectors.cascade.rhythm import Times
from app.core.entries import FanOut, Receipt, SpreadEntry
from app.core.interaction import Interaction
from app.core.table import Key
from app.core.trust import decimals

RESOURCES = frozenset({"claim", "grant", "refuse", "release"})
"""Acts that set nobody off: who has what is a matter of contention."""
MAX_RECEIPTS = 8
"""Of an agent, the latest."""
MAX_TOLD = 256
"""A message to more agents than this is one edge to them all: none of them is taken as set off by it."""
COARSE = 8
"""Parts of a window: how finely it is kept when an agent was last reached."""
PAUSE_WEIGHT = 0.25
"""Of an agent's latest pause in its usual one; constants of engine version 1."""


def observe(context: Context, interaction: Interaction) -> None:
    """Take a message into the forest; a response counts only where it fails, or as a sign that others listen."""
    if not interaction.targets or interaction.act in RESOURCES:
        return
    times = rhythm.times(context)
    if interaction.message.message_type == "response" and not interaction.error:
        _come_back(context, interaction, times)
        return
    said = Said(interaction.matter, signals.digest(interaction.message.causation_id), interaction.error)
    entry = _own(context, interaction.sender)
    place = forest.place(context, interaction.sender, entry, said, times)
    if interaction.error:
        forest.failed(context, interaction.sender, entry, said, times)
    else:
        forest.told(context, place, len(interaction.targets))
        _send(context, interaction, entry, place, times)
    entry.due = _due(entry, times)
    _deliver(context, interaction, place, said, times)


def _come_back(context: Context, interaction: Interaction, times: Times) -> None:
    spread = context.state.spread
    for target in interaction.targets[:MAX_RECEIPTS]:
        key = (context.fleet, target)
        known = spread.get(key)
        if known is None:
            continue
        if known.fanout is not None:
            fanout.heard_back(context, known, key, interaction.sender)
        if context.now - known.heard_at > times.window // COARSE:
            entry = spread.edit(key)
            assert entry is not None
            entry.heard_at = context.now


def _own(context: Context, agent: str) -> SpreadEntry:
    spread, key = context.state.spread, (context.fleet, agent)
    entry = spread.edit(key)
    if entry is None:
        entry = spread.put(key, SpreadEntry(due=None))
        rhythm.rhythm(context).agents += 1
    return entry


def _send(context: Context, interaction: Interaction, entry: SpreadEntry, place: Place, times: Times) -> None:
    if entry.sent_at:
        pause, usual = float(context.now - entry.sent_at), entry.pause_ms
        entry.pause_ms = decimals(usual + PAUSE_WEIGHT * (pause - usual)) if usual else pause
        rhythm.paused(context, pause, entry.sends)
    entry.sends += 1
    passed = ""
    for receipt in entry.receipts:
        if receipt.sender != passed and context.now - receipt.at <= times.kept:
            passed = receipt.sender
            fanout.passed_on(context, passed, interaction.sender, interaction.targets[:MAX_RECEIPTS])
    fanout.reach(context, interaction, entry, times)
    entry.sent_at, entry.offset, entry.generation = context.now, place.offset, place.generation
    entry.conversation = interaction.matter


def _deliver(context: Context, interaction: Interaction, place: Place, said: Said, times: Times) -> None:
    if len(interaction.targets) > MAX_TOLD:
        return
    now = context.now
    message_id = signals.digest(interaction.message_id)
    receipt = Receipt(
        now, interaction.sender, place.offset, place.generation, said.conversation, message_id, said.failure
    )
    for target in interaction.targets:
        entry = _own(context, target)
        if entry.fanout is not None:
            fanout.heard_back(context, entry, (context.fleet, target), interaction.sender)
        latest = entry.receipts[1 - MAX_RECEIPTS :]
        entry.receipts = (*[known for known in latest if now - known.at <= times.kept], receipt)
        entry.heard_at = now
        entry.due = entry.due or now + times.kept


def _due(entry: SpreadEntry, times: Times) -> int:
    """When to look at an entry next; a fan-out waits until it is known what is ordinary."""
    if entry.fanout is not None and times.known:
        return fanout.due(entry.fanout, times.window)
    return max(entry.sent_at, entry.heard_at) + times.kept


def expire(context: Context, key: Key) -> None:
    """The timer of an agent: its fan-out is over, or it has long been quiet."""
    times = rhythm.times(context)
    entry = context.state.spread.edit(key)
    assert entry is not None
    if entry.fanout is not None and times.known and context.now >= fanout.due(entry.fanout, times.window):
        _look(context, str(key[1]), entry, entry.fanout)
    due = _due(entry, times)
    if due <= context.now:
        context.state.spread.delete(key)
        rhythm.rhythm(context).agents -= 1
    else:
        entry.due = due


def _look(context: Context, agent: str, entry: SpreadEntry, found: FanOut) -> None:
    if not found.looked and fanout.looks_ordinary(context, agent, found):
        entry.fanout = replace(found, looked=True)
        return
    if found.looked:
        fanout.judge(context, agent, found)
    entry.reached, entry.fanout = found.targets, None
