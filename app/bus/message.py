"""A message on its way to a topic."""

from typing import NamedTuple

import msgspec

Headers = tuple[tuple[str, bytes], ...]

_ROW_BYTES = 64


class Message(NamedTuple):
    """What a producer outside the worker appends to a topic.

    timestamp: CreateTime in milliseconds since the epoch; None is the time of `send`.
    origin: where it was read, for error messages (`messages.jsonl:17`).
    """

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers = ()
    timestamp: int | None = None
    origin: str = ""

    @property
    def size(self) -> int:
        """Bytes that the message takes in a spool, about.

        >>> Message("t", b"fleet", b"{}", (("name", b"value"),)).size
        80
        """
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return _ROW_BYTES + len(self.key) + len(self.value or b"") + headers


class Spooled(NamedTuple):
    """A message in a spool, under the number that its source gave it."""

    sequence: int
    message: Message


def encode_headers(headers: Headers) -> bytes:
    """Headers as a spool stores them.

    >>> decode_headers(encode_headers((("name", b"value"),)))
    (('name', b'value'),)
    """
    return msgspec.msgpack.encode(headers)


_headers = msgspec.msgpack.Decoder(Headers)


def decode_headers(data: bytes) -> Headers:
    """Reverse of `encode_headers`."""
    return _headers.decode(data)
