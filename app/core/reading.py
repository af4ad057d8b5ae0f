"""Reading a record: from bytes to a message, with a clear refusal for everything else."""

import re
from datetime import UTC, datetime
from itertools import accumulate

import msgspec

from app.core.errors import Refused
from app.events import AgentMessage, decode_message

MAX_DEPTH = 64
"""Nesting of a message; the decoder's own limit depends on the caller's stack, so it would not be deterministic."""

_strings = re.compile(rb'"[^"]*+"?')
"""A string without an end takes the rest, so that one pass is enough for any bytes."""
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_OTHERS = bytes(byte for byte in range(256) if byte not in _STEP and byte != ord('"'))


def read_message(value: bytes | None) -> AgentMessage:
    """The message of a raw record.

    Raises Refused: NotJson, NotUnicode, TooDeep, InvalidMessage (names the field).

    >>> read_message(b'{"agent_id": "", "message_type": "request"}')
    Traceback (most recent call last):
    ...
    app.core.errors.Refused: Expected `str` of length >= 1 - at `$.agent_id`
    """
    if not value:
        raise Refused("Empty", "the record has no value")
    check_json(value)
    try:
        return decode_message(value)
    except msgspec.ValidationError as error:
        raise Refused("InvalidMessage", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("NotJson", str(error)) from error


def time_of(message: AgentMessage) -> int | None:
    """The time that the message claims, in milliseconds since the epoch; without an offset it is UTC.

    Raises Refused where it is no RFC 3339 time.

    >>> time_of(AgentMessage(agent_id="a", message_type="t", timestamp="2025-01-01T00:00:00.5Z"))
    1735689600500
    """
    if message.timestamp is None:
        return None
    try:
        moment = datetime.fromisoformat(message.timestamp)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000.0 + 0.5)
    except (ValueError, OverflowError) as error:
        raise Refused("InvalidTimestamp", f"no RFC 3339 time: {message.timestamp[:64]!r}") from error


def check_json(value: bytes) -> None:
    """Raises Refused (NotUnicode, TooDeep) for what must not reach a decoder."""
    _check_text(value)
    _check_depth(value)


def _check_text(value: bytes) -> None:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        raise Refused("NotUnicode", f"byte {error.start} is not UTF-8: {error.reason}") from error


def _check_depth(value: bytes) -> None:
    if value.count(b"[") + value.count(b"{") <= MAX_DEPTH:
        return
    brackets = _strings.sub(b"", _brackets_and_quotes(value))
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MAX_DEPTH:
        raise Refused("TooDeep", f"nested deeper than {MAX_DEPTH}")


def _brackets_and_quotes(value: bytes) -> bytes:
    """What decides about nesting; quotes go in pairs where nothing stands between them, so that few are left."""
    return value.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _OTHERS).replace(b'""', b"")
