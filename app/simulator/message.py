"""The parts of the messages that simulated agents exchange."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

MessageType = Literal[
    "request",
    "response",
    "broadcast",
    "resource_request",
    "resource_grant",
    "resource_refuse",
    "resource_release",
]
Content = Mapping[str, str | int | float | Sequence[str] | Sequence[int]]

_encode = msgspec.json.Encoder().encode


def raw(content: Content) -> msgspec.Raw:
    """Content or metadata as a message carries it.

    >>> bytes(raw({"status": "ok"}))
    b'{"status":"ok"}'
    """
    return msgspec.Raw(_encode(content))


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, so that text order is time order.

    >>> timestamp(datetime(2025, 1, 1, tzinfo=UTC))
    '2025-01-01T00:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
