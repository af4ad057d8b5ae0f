"""Recall: what the hops of an agent say of its latest messages, and of those that wrote to it."""

from bisect import bisect_left, bisect_right
from operator import attrgetter

from app.core.context import Context
from app.core.detectors.loop.hops import MAX_CHUNKS, STALE, keep_ms, later, window_ms
from app.core.detectors.loop.search import SentAfter
from app.core.entries import HopChunkEntry, HopsEntry, Sent

_time, _offset = attrgetter("time"), attrgetter("offset")


def latest(context: Context, agent_id: str) -> tuple[Sent, ...]:
    """The agent's latest messages, at least CHUNK where there were so many, oldest first."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return ()
    if not entry.sealed:
        return entry.sent
    chunk = _chunk(context, agent_id, entry.sealed - 1)
    return entry.sent if chunk is None else chunk.sent + entry.sent


def repeated(context: Context, sender: str, said: tuple[Sent, ...], sent: Sent) -> int:
    """How many of the sender's messages in a row, up to this one, said the same to the same targets before it.

    Parameters: `said`, its latest messages before.
    """
    if not said or said[-1].targets != sent.targets or said[-1].sketch != sent.sketch:
        return 0
    entry = context.state.hops.get((context.fleet, sender))
    recent = entry is not None and sent.time - said[-1].time <= window_ms(context)
    return entry.repeated + 1 if entry is not None and recent else 0


def heard_from(context: Context, agent_id: str, since: int) -> list[str]:
    """Who may have written to the agent since then (ms): nobody, one, or two that stand for any number."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return []
    oldest = since - window_ms(context) // STALE
    return [each.agent_id for each in entry.heard if each.time >= oldest]


def wrote_to_others(context: Context, agent_id: str, other: str) -> bool:
    """Whether the agent may have written to anyone but `other` within the window."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return False
    if entry.sealed:
        return True
    for each in entry.sent:  # noqa: SIM110 - asked for every message: any() takes three times as long
        if each.targets != (other,):
            return True
    return False


def reader(context: Context) -> SentAfter:
    """What tells what an agent of the fleet sent after a time (ms), oldest first."""
    hops, fleet = context.state.hops, context.fleet

    def sent_after(agent_id: str, time: int) -> tuple[Sent, ...]:
        entry = hops.get((fleet, agent_id))
        if entry is None:
            return ()
        sent = entry.sent
        if sent and sent[0].time <= time:
            return () if sent[-1].time <= time else sent[bisect_right(sent, time, key=_time) :]
        return _with_chunks(context, agent_id, entry, time) if entry.sealed else sent

    return sent_after


def _with_chunks(context: Context, agent_id: str, entry: HopsEntry, time: int) -> tuple[Sent, ...]:
    found = entry.sent
    for number in range(entry.sealed - 1, max(-1, entry.sealed - 1 - MAX_CHUNKS), -1):
        chunk = _chunk(context, agent_id, number)
        sent = () if chunk is None else later(chunk.sent, time)
        found = (*sent, *found)
        if chunk is None or len(sent) < len(chunk.sent):
            break
    return found


def _chunk(context: Context, agent_id: str, number: int) -> HopChunkEntry | None:
    return context.state.hop_chunks.get((context.fleet, agent_id, number % MAX_CHUNKS))


def sketch_at(context: Context, agent_id: str, offset: int) -> bytes:
    """The sketch of a remembered message."""
    sent = reader(context)(agent_id, context.now - keep_ms(context))
    place = bisect_left(sent, offset, key=_offset)
    return sent[place].sketch if place < len(sent) and sent[place].offset == offset else b""
