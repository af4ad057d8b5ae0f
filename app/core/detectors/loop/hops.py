"""Hops: the recent messages of each agent as temporal edges, kept with the sender and aged by timers.

One entry an agent is changed by a message: what it sent lately stands in it, older messages in chunks
that are written once. Of those that wrote to an agent the latest two suffice to tell, without a search,
that no cycle can close through a given one of them; their times are renewed only as they grow stale.
How they are read: `recall.py`.
"""

from bisect import bisect_right
from operator import attrgetter

from app.core.context import Context
from app.core.entries import Heard, HopChunkEntry, HopsEntry, Sent
from app.core.table import Key

CHUNK = 16
"""Messages of a chunk."""
CHUNK_TARGETS = 256
"""Targets of a chunk, or twice that: fewer messages fill it where they name many."""
FEW = CHUNK_TARGETS // CHUNK
"""A message to no more than this is not counted by targets: so few times CHUNK are as many as a chunk may have."""
MAX_CHUNKS = 16
"""Chunks of an agent; constants of engine version 1. So its latest 256 to 272 messages can be part of a cycle."""
STALE = 16
"""A note of who wrote is renewed after this part of the window."""
_time = attrgetter("time")


def window_ms(context: Context) -> int:
    """The longest time from the first to the last message of a cycle."""
    return int(context.policy.loop.window_s * 1000.0)


def keep_ms(context: Context) -> int:
    """How long what is noted may matter: who wrote is noted late."""
    return window_ms(context) * (STALE + 1) // STALE + 1


def note(context: Context, sender: str, sent: Sent, repeated: int, *, brief: bool) -> bool:
    """Remember a message. Of a fleet too dense to search (`brief`) only each agent's latest are kept.

    Returns whether messages had to be given up that are still within the window.
    """
    hops, key = context.state.hops, (context.fleet, sender)
    entry = hops.edit(key) or hops.put(key, HopsEntry(due=context.now + keep_ms(context)))
    full = len(entry.sent) == CHUNK or (len(sent.targets) > FEW and _overflows(entry.sent, sent))
    lost = full and _seal(context, sender, entry, brief=brief)
    entry.sent = (*entry.sent, sent)
    entry.repeated = repeated
    fresh = context.now - window_ms(context) // STALE
    for target in sent.targets:
        _hear(context, target, sender, fresh)
    return lost


def _overflows(chunk: tuple[Sent, ...], sent: Sent) -> bool:
    return bool(chunk) and sum(len(each.targets) for each in (*chunk, sent)) > CHUNK_TARGETS


def _seal(context: Context, sender: str, entry: HopsEntry, *, brief: bool) -> bool:
    """Move what was sent to a chunk of its own, which takes the place of the oldest."""
    if brief:
        entry.sent = entry.sent[(len(entry.sent) + 1) // 2 :]
        return True
    chunks, key = context.state.hop_chunks, (context.fleet, sender, entry.sealed % MAX_CHUNKS)
    oldest = chunks.get(key)
    chunks.put(key, HopChunkEntry(entry.sent))
    entry.sealed, entry.sent = entry.sealed + 1, ()
    return oldest is not None and oldest.sent[-1].time >= context.now - window_ms(context)


def _hear(context: Context, agent_id: str, sender: str, fresh: int) -> None:
    """Note who wrote, where neither of the noted two stands for it: the sender itself, or both, since `fresh` (ms).

    What goes unnoted is no more than a STALE of the window younger than each of the two.
    """
    hops, key = context.state.hops, (context.fleet, agent_id)
    entry = hops.get(key)
    heard = () if entry is None else entry.heard
    stale = 2
    for each in heard:
        if each.time > fresh:
            stale -= 1
            if stale == 0 or each.agent_id == sender:
                return
    entry = hops.edit(key) or hops.put(key, HopsEntry(due=context.now + keep_ms(context)))
    others = [each for each in heard if each.agent_id != sender]
    entry.heard = (*others[-1:], Heard(sender, context.now))


def expire(context: Context, key: Key) -> None:
    """The timer of an agent: what has left the window goes."""
    entry = context.state.hops.edit(key)
    assert entry is not None
    keep = keep_ms(context)
    entry.sent = later(entry.sent, context.now - keep)
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


def later(sent: tuple[Sent, ...], time: int) -> tuple[Sent, ...]:
    """Those of messages in order that are later than a time (ms)."""
    if not sent or sent[0].time > time:
        return sent
    return sent[bisect_right(sent, time, key=_time) :]
