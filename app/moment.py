"""Moments as people read them."""

from datetime import UTC, datetime


def utc(time_ms: int) -> str:
    """A time since the epoch, to the second.

    >>> utc(1_700_000_000_123)
    '2023-11-14T22:13:20+00:00'
    """
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="seconds")
