"""Hops: the recent messages of each agent as temporal edges, kept with the sender and aged by timers.

One entry an agent is changed by a message: what it sent lately stands in it, older messages in chunks
that are written once. Of those that wrote to an agent the latest two suffice to tell, without a search,
that no cycle can close through a given one of them; their times are renewed only as they grow stale.
"""

from bisect import bisect_left, bisect_right

from app.core.context import Context
from app.core.entries import Heard, HopChunkEntry, HopsEntry, Sent
from app.core.table import Key

CHUNK = 16
"""Messages of a chunk."""
MAX_CHUNKS = 16
"""Chunks of an agent; constants of engine version 1. So its latest 256 to 272 messages can be part of a cycle."""
STALE = 16
"""A note of who wrote is renewed after this part of the window."""


def window_ms(context: Context) -> int:
    """The longest time from the first to the last message of a cycle."""
    return int(context.policy.loop.window_s * 1000.0)


def _keep_ms(context: Context) -> int:
    """How long what is noted may matter: who wrote is noted late."""
    return window_ms(context) * (STALE + 1) // STALE + 1


def note(context: Context, sender: str, sent: Sent, repeated: int, *, brief: bool) -> bool:
    """Remember a message. Of a fleet too dense to search (`brief`) only each agent's latest are kept.

    Returns whether messages had to be given up that are still within the window.
    """
    hops, key = context.state.hops, (context.fleet, sender)
    entry = hops.edit(key) or hops.put(key, HopsEntry(due=context.now + _keep_ms(context)))
    lost = len(entry.sent) == CHUNK and _seal(context, sender, entry, brief=brief)
    entry.sent = (*entry.sent, sent)
    entry.repeated = repeated
    stale = window_ms(context) // STALE
    for target in sent.targets:
        _hear(context, target, sender, stale)
    return lost


def _seal(context: Context, sender: str, entry: HopsEntry, *, brief: bool) -> bool:
    """Move what was sent to a chunk of its own, which takes the place of the oldest."""
    if brief:
        entry.sent = entry.sent[CHUNK // 2 :]
        return True
    chunks, key = context.state.hop_chunks, (context.fleet, sender, entry.sealed % MAX_CHUNKS)
    oldest = chunks.get(key)
    chunks.put(key, HopChunkEntry(entry.sent))
    entry.sealed, entry.sent = entry.sealed + 1, ()
    return oldest is not None and oldest.sent[-1].time >= context.now - window_ms(context)


def _hear(context: Context, agent_id: str, sender: str, stale: int) -> None:
    """Note who wrote, where neither of the noted two stands for it.

    What goes unnoted is no more than `stale` younger than each of the two.
    """
    hops, key, now = context.state.hops, (context.fleet, agent_id), context.now
    entry = hops.get(key)
    heard = () if entry is None else entry.heard
    if len(heard) == 2 and now - heard[0].time < stale:  # noqa: PLR2004 - both, the older one first
        return
    if any(each.agent_id == sender and now - each.time < stale for each in heard):
        return
    entry = hops.edit(key) or hops.put(key, HopsEntry(due=now + _keep_ms(context)))
    others = [each for each in heard if each.agent_id != sender]
    entry.heard = (*others[-1:], Heard(sender, now))


def latest(context: Context, agent_id: str) -> tuple[Sent, ...]:
    """The agent's latest messages, at least CHUNK where there were so many, oldest first."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return ()
    if not entry.sealed:
        return entry.sent
    chunk = _chunk(context, agent_id, entry.sealed - 1)
    return entry.sent if chunk is None else chunk.sent + entry.sent


def repeated(context: Context, sender: str, sent: Sent) -> int:
    """How many of the sender's messages in a row, up to this one, said the same to the same targets before it."""
    said = latest(context, sender)
    entry = context.state.hops.get((context.fleet, sender))
    if entry is None or not said or said[-1].targets != sent.targets or said[-1].sketch != sent.sketch:
        return 0
    return entry.repeated + 1 if sent.time - said[-1].time <= window_ms(context) else 0


def heard_from(context: Context, agent_id: str, since: int) -> tuple[str, ...]:
    """Who may have written to the agent since then (ms): nobody, one, or two that stand for any number."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return ()
    oldest = since - window_ms(context) // STALE
    return tuple([each.agent_id for each in entry.heard if each.time >= oldest])


def wrote_to_others(context: Context, agent_id: str, other: str) -> bool:
    """Whether the agent may have written to anyone but `other` within the window."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return False
    return entry.sealed > 0 or any(each.targets != (other,) for each in entry.sent)


def sent_after(context: Context, agent_id: str, time: int) -> tuple[Sent, ...]:
    """What the agent sent after a time (ms), oldest first."""
    entry = context.state.hops.get((context.fleet, agent_id))
    if entry is None:
        return ()
    found = _later(entry.sent, time)
    if len(found) < len(entry.sent):
        return found
    for number in range(entry.sealed - 1, max(-1, entry.sealed - 1 - MAX_CHUNKS), -1):
        chunk = _chunk(context, agent_id, number)
        later = () if chunk is None else _later(chunk.sent, time)
        found = (*later, *found)
        if chunk is None or len(later) < len(chunk.sent):
            break
    return found


def _chunk(context: Context, agent_id: str, number: int) -> HopChunkEntry | None:
    return context.state.hop_chunks.get((context.fleet, agent_id, number % MAX_CHUNKS))


def sketch_at(context: Context, agent_id: str, offset: int) -> bytes:
    """The sketch of a remembered message."""
    sent = sent_after(context, agent_id, context.now - _keep_ms(context))
    place = bisect_left(sent, offset, key=_offset)
    return sent[place].sketch if place < len(sent) and sent[place].offset == offset else b""


def expire(context: Context, key: Key) -> None:
    """The timer of an agent: what has left the window goes."""
    entry = context.state.hops.edit(key)
    assert entry is not None
    keep = _keep_ms(context)
    entry.sent = _later(entry.sent, context.now - keep)
    entry.heard = tuple(each for each in entry.heard if each.time > context.now - keep)
    last = _expire_chunks(context, key, context.now - keep)
    times = [last, *(sent.time for sent in entry.sent[-1:]), *(heard.time for heard in entry.heard[-1:])]
    if max(times) > context.now - keep:
        entry.due = max(times) + keep
    else:
        context.state.hops.delete(key)


def _expire_chunks(context: Context, key: Key, until: int) -> int:
    """Delete an agent's chunks that are older; the time of the last message of those that are left."""
    chunks, last = context.state.hop_chunks, until
    for slot in range(MAX_CHUNKS):
        chunk = chunks.get((*key, slot))
        if chunk is not None and chunk.sent[-1].time <= until:
            chunks.delete((*key, slot))
        elif chunk is not None:
            last = max(last, chunk.sent[-1].time)
    return last


def _later(sent: tuple[Sent, ...], time: int) -> tuple[Sent, ...]:
    if not sent or sent[0].time > time:
        return sent
    return sent[bisect_right(sent, time, key=_time) :]


def _time(sent: Sent) -> int:
    return sent.time


def _offset(sent: Sent) -> int:
    return sent.offset
