"""Repeats: records that must not count twice.

A spool stamps its id and a rising number on each message, a copy carries its first position: both are
remembered exactly, without a window. A bare message id counts as a repeat only for the same fleet,
agent and content, within a window.
"""

from hashlib import blake2b

from app.core.context import Context
from app.core.entries import RepeatEntry, SourceEntry
from app.core.errors import Refused
from app.core.signals import MAX_NAME
from app.core.state import State
from app.core.table import Key
from app.events import AgentMessage, Header, Origin

DIGEST_BYTES = 8


def source_repeats(state: State, fleet: str, headers: dict[str, bytes]) -> bool:
    """Whether a spool has sent this record of the fleet before; remembers it where not.

    A fleet's messages stay in one partition, so their numbers rise there, whatever partitions meet in it.
    """
    source, number = headers.get(Header.SOURCE), headers.get(Header.SOURCE_SEQUENCE)
    if source is None or number is None:
        return False
    if not number.isdigit() or len(number) > 18:  # noqa: PLR2004 - fits 64 bits
        raise Refused("InvalidSource", f"{Header.SOURCE_SEQUENCE} is no number: {number[:32]!r}")
    return _not_above(state, ("spool", fleet, _source_name(source)), int(number))


def _source_name(source: bytes) -> str:
    try:
        name = source.decode()
    except UnicodeDecodeError as error:
        raise Refused("InvalidSource", f"{Header.SOURCE} is not UTF-8: {source[:32]!r}") from error
    if not 0 < len(name) <= MAX_NAME:
        raise Refused("InvalidSource", f"{Header.SOURCE} has {len(name)} characters, expected 1 to {MAX_NAME}")
    return name


def copy_repeats(state: State, origin: Origin, *, forwarded: bool) -> bool:
    """Whether a copy of this first position has counted before; remembers it where not.

    Copies that workers forward from one partition arrive in order, those that operators redrive in any.
    """
    if forwarded:
        return _not_above(state, ("forward", origin.partition), origin.offset)
    return _not_above(state, ("redrive", origin.partition, origin.offset), 1)


def _not_above(state: State, key: Key, number: int) -> bool:
    known = state.sources.get(key)
    if known is not None and number <= known.last:
        return True
    state.sources.put(key, SourceEntry(last=number))
    return False


def id_repeats(context: Context, message: AgentMessage, message_id: str) -> bool:
    """Whether the agent has sent this id with this content within the window; remembers it where not."""
    key, policy = (context.fleet, message.agent_id), context.policy.repeat
    repeats = context.state.repeats
    entry = repeats.edit(key) or repeats.put(key, RepeatEntry(due=None, since=context.now))
    _turn(entry, context.now, int(policy.window_s * 1000.0), policy.max_remembered * DIGEST_BYTES)
    digest = blake2b(b"%s\0%s" % (message_id.encode(), bytes(message.content)), digest_size=DIGEST_BYTES).digest()
    if _contains(entry.current, digest) or _contains(entry.previous, digest):
        return True
    entry.current += digest
    return False


def _turn(entry: RepeatEntry, now: int, window: int, full: int) -> None:
    if now - entry.since >= window or len(entry.current) >= full:
        fresh = now - entry.since < 2 * window
        entry.previous, entry.current, entry.since = (entry.current if fresh else b""), b"", now
    entry.due = entry.since + 2 * window


def _contains(digests: bytes, digest: bytes) -> bool:
    place = digests.find(digest)
    while place % DIGEST_BYTES and place != -1:
        place = digests.find(digest, place + 1)
    return place != -1
