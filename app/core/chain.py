"""The audit chain: one link a record, so that a change, a loss or an insertion breaks every later link."""

import struct
from collections.abc import Iterable
from hashlib import sha256

from app.record import LogRecord

_HEAD = struct.Struct(">iqqiqq")
_HEADER = struct.Struct(">qq")


def _size(data: bytes | None) -> int:
    return -1 if data is None else len(data)


def link(previous: bytes, record: LogRecord, outputs: Iterable[bytes]) -> bytes:
    """The next link: SHA-256 over the previous one, the record as it stands in the log, and its outputs.

    Parameters: `previous`, 32 bytes (empty before the first record); `outputs`, the values that the
    record caused, in order, before any signing. Returns 32 bytes. Sizes are part of the hash, so that
    no two different records hash alike by moving a boundary.
    """
    key, value, headers = record.key, record.value, record.headers
    place = (record.partition, record.offset, record.timestamp, len(headers))
    parts = [previous, _HEAD.pack(*place, _size(key), _size(value)), key or b"", value or b""]
    for name, data in headers:
        encoded = name.encode()
        parts += (_HEADER.pack(len(encoded), _size(data)), encoded, data or b"")
    for output in outputs:
        parts.append(sha256(output).digest())
    return sha256(b"".join(parts)).digest()
