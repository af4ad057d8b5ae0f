"""A record of a topic as one line of JSON, and back, byte for byte.

    {"topic":"agent-messages-raw","partition":3,"offset":7,"timestamp":1,"key":"fleet","value":"{}","headers":[]}

Key, value and each header's value are a JSON string where they are valid UTF-8, else `{"base64": "..."}`, and null
where they are absent; `headers` is a list of [name, value]. `timestamp` is milliseconds since the epoch.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec

from app.bus.errors import EnvelopeError
from app.lines import open_lines


class Envelope(msgspec.Struct, frozen=True):
    """A record with its place in the log; an `app.record.LogRecord`.

    A header without a value has None in place of bytes, as it has in every client for Python.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class _Binary(msgspec.Struct, frozen=True):
    base64: bytes


_Text = str | _Binary | None


class _Line(msgspec.Struct, frozen=True):
    topic: str
    partition: int
    offset: int
    timestamp: int
    key: _Text
    value: _Text
    headers: list[tuple[str, _Text]]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)


def encode_envelope(record: Envelope) -> bytes:
    r"""Encode a record as a line, without the line's end.

    >>> encode_envelope(Envelope("t", 0, 7, 1, b"fleet", b"\xff", [("name", b"\xc3\xa9")]))
    b'{"topic":"t","partition":0,"offset":7,"timestamp":1,"key":"fleet","value":{"base64":"/w=="},"headers":[["name","\xc3\xa9"]]}'
    """
    return _encoder.encode(
        _Line(
            record.topic,
            record.partition,
            record.offset,
            record.timestamp,
            _to_text(record.key),
            _to_text(record.value),
            [(name, _to_text(value)) for name, value in record.headers],
        )
    )


def decode_envelope(line: bytes) -> Envelope:
    """Reverse of `encode_envelope`. Raises msgspec.DecodeError, which names the field."""
    found = _decoder.decode(line)
    headers = [(name, cast("bytes", _to_bytes(value))) for name, value in found.headers]
    return Envelope(
        found.topic,
        found.partition,
        found.offset,
        found.timestamp,
        _to_bytes(found.key),
        _to_bytes(found.value),
        headers,
    )


def read_envelopes(path: Path) -> Iterator[Envelope]:
    """The records of a dump, `.gz` or not, in the order of the file.

    Raises EnvelopeError, naming the line, for a line that is no envelope.
    """
    with open_lines(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield decode_envelope(line)
            except (msgspec.DecodeError, UnicodeEncodeError) as error:
                raise EnvelopeError(f"{path}:{number}: not an envelope of `ringfence dump`: {error}") from error


def _to_text(data: bytes | None) -> _Text:
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _Binary(data)


def _to_bytes(text: _Text) -> bytes | None:
    if isinstance(text, str):
        return text.encode()
    return None if text is None else text.base64
