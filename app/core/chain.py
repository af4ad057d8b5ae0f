"""The audit chain: one link a record, so that a change, a loss or an insertion breaks every later link."""

import struct
from collections.abc import Iterable
from hashlib import sha256

from app.record import LogRecord

_PLACE = struct.Struct(">iqqi")
_SIZE = struct.Struct(">q")
_ABSENT = _SIZE.pack(-1)


def _sized(data: bytes | None) -> bytes:
    return _ABSENT if data is None else _SIZE.pack(len(data)) + data


def link(previous: bytes, record: LogRecord, outputs: Iterable[bytes]) -> bytes:
    """The next link: SHA-256 over the previous one, the record as it stands in the log, and its outputs.

    Parameters: `previous`, 32 bytes (empty before the first record); `outputs`, the values that the
    record caused, in order, before any signing. Returns 32 bytes. Sizes are part of the hash, so that
    no two different records hash alike by moving a boundary.
    """
    digest = sha256(previous)
    digest.update(_PLACE.pack(record.partition, record.offset, record.timestamp, len(record.headers)))
    digest.update(_sized(record.key) + _sized(record.value))
    for name, value in record.headers:
        digest.update(_sized(name.encode()) + _sized(value))
    for output in outputs:
        digest.update(sha256(output).digest())
    return digest.digest()
