"""What a record of the log causes, encoded: the values that go to topics, files and the chain."""

from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct

from app.core.errors import Refused
from app.core.state import State
from app.events import DeadLetter
from app.record import LogRecord

Channel = Literal["decisions", "alerts", "enforcement", "cycles", "graph", "dead-letters", "forward", "forgotten"]

MAX_VALUE_BYTES = 900_000
"""A constant of engine version 1: a record whose outputs are larger is a dead letter."""
MAX_COPY_BYTES = 16 * 1024 * 1024 - 64 * 1024
"""A constant of engine version 1: what the log takes as one record, less what forwarding adds to it."""
_HEADER_FRAME = 10

_encode = msgspec.json.Encoder().encode


class Emitted(Struct, frozen=True):
    """An output. Of channel `forward`: a copy of the record for the home partition of fleet `key`.

    Of channel `forgotten`: the deletion of what stood under `key` on the enforcement topic, and about whom that was.
    """

    channel: Channel
    key: bytes
    value: bytes


class Step(Struct, frozen=True):
    """All outputs of one record, in order, and the chain's link after it (32 bytes)."""

    outputs: tuple[Emitted, ...]
    link: bytes


def emit(channel: Channel, key: bytes, value: Struct) -> Emitted:
    """Encode an output. Raises Refused where it is over the size limit."""
    encoded = _encode(value)
    if len(encoded) > MAX_VALUE_BYTES:
        raise Refused("OutputTooLarge", f"{channel}: {len(encoded)} bytes, the limit is {MAX_VALUE_BYTES}")
    return Emitted(channel, key, encoded)


def _encoded_size(record: LogRecord) -> int:
    """A bound of what a record's bytes take in a dead letter: base64, and text of which each character is escaped."""
    headers = sum(8 + 6 * len(name) + len(data or b"") * 4 // 3 for name, data in record.headers)
    return headers + (len(record.value or b"") + len(record.key or b"")) * 4 // 3


def forward(record: LogRecord, fleet: str) -> Emitted:
    """The copy for the fleet's home. Raises Refused where the log could not take it."""
    headers = sum(len(name.encode()) + len(data or b"") + _HEADER_FRAME for name, data in record.headers)
    size = len(record.value or b"") + headers
    if size > MAX_COPY_BYTES:
        raise Refused("CopyTooLarge", f"{size} bytes on the wrong partition, the limit for a copy is {MAX_COPY_BYTES}")
    return Emitted("forward", fleet.encode(), record.value or b"")


def dead_letter(state: State, record: LogRecord, error: str, reason: str) -> Emitted:
    """The dead letter of a record, with its bytes where they fit and by reference where not."""
    value = record.value or b""
    fits = _encoded_size(record) < MAX_VALUE_BYTES
    letter = DeadLetter(
        position=state.position(record.offset),
        error=error,
        reason=reason[:2000],
        raw=value if fits else None,
        raw_sha256=sha256(value).hexdigest(),
        raw_size=len(value),
        key=record.key if fits else None,
        headers=tuple((name, data or b"") for name, data in record.headers) if fits else (),
        timestamp=record.timestamp,
    )
    return Emitted("dead-letters", b"%d" % record.partition, _encode(letter))
