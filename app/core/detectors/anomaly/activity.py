"""An agent's behaviour, summed up over periods: rate, fan-out, error share, latency, content size."""

import math
from collections.abc import Iterator, Mapping
from typing import Final

from app.core.context import Context
from app.core.detectors.anomaly.watch import Sample, watch
from app.core.entries import ActivityEntry
from app.core.interaction import Interaction

BEHAVIOURS: Final[Mapping[str, str]] = {
    "rate": "The root of the messages a period",
    "fan-out": "The fan-out",
    "errors": "The share of repeated errors",
    "size": "The mean content size in bytes",
    "latency": "The mean latency in ms",
}
"""What is watched of every agent, by its name: how a sentence names it."""

MAX_SILENT = 4
"""Periods of silence that count one by one; a constant of engine version 1."""


def note(context: Context, interaction: Interaction) -> None:
    """Count a message in its sender's current period, after the end of the last one has been judged."""
    entry = current(context, interaction.sender)
    entry.messages += 1
    entry.targets += len(interaction.targets)
    if interaction.error:
        entry.errors += 1
    entry.size += len(bytes(interaction.message.content))
    if interaction.answered is not None:
        entry.answers += 1
        asked = interaction.answered.due - int(context.policy.conversation.answer_timeout_s * 1000.0)
        entry.latency_ms += max(0, context.now - asked)


def current(context: Context, agent_id: str) -> ActivityEntry:
    """The sender's activity, in the period that the record falls into."""
    policy, now, key = context.policy.anomaly, context.now, (context.fleet, agent_id)
    activities = context.state.activities
    entry = activities.edit(key)
    if entry is None:
        return activities.put(key, ActivityEntry(since=now))
    period = int(policy.period_s * 1000.0)
    elapsed = (now - entry.since) // max(period, 1)
    if elapsed > 0:
        for sample in _samples(entry, elapsed - 1):
            watch(context, agent_id, sample)
        _begin(entry, entry.since + elapsed * period)
    return entry


def _samples(entry: ActivityEntry, silent: int) -> Iterator[Sample]:
    """What a period came to, and the silence after it. A count is steadied by its root (Anscombe 1948).

    Of errors the first one of a period does not count: it says nothing where few messages are.
    """
    messages = entry.messages
    yield _rate(messages)
    for _ in range(min(silent, MAX_SILENT)):
        yield _rate(0)
    if messages:
        yield _sample("fan-out", entry.targets / messages)
        yield _sample("errors", max(0, entry.errors - 1) / messages)
    if entry.size:
        yield _sample("size", entry.size / messages)
    if entry.answers:
        yield _sample("latency", entry.latency_ms / entry.answers)


def _begin(entry: ActivityEntry, since: int) -> None:
    entry.since = since
    entry.messages = entry.targets = entry.errors = entry.size = entry.answers = 0
    entry.latency_ms = 0.0


def _rate(messages: int) -> Sample:
    return _sample("rate", math.sqrt(messages), seasonal=True)


def _sample(name: str, value: float, *, seasonal: bool = False) -> Sample:
    return Sample("behaviour", name, value, BEHAVIOURS[name], seasonal)
