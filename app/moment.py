"""Now, and moments as people and receivers read them.

Who claims a time may claim any: those of no calendar are its nearest.
"""

import time
from datetime import UTC, datetime

_FIRST_MS = -62_135_596_800_000
_LAST_MS = 253_402_300_799_999
"""Of the years that RFC 3339 and `datetime` can name, 1 to 9999."""


def now_ms() -> int:
    """The wall clock: milliseconds since the epoch.

    >>> moment(now_ms()).year >= 2024
    True
    """
    return time.time_ns() // 1_000_000


def moment(time_ms: int) -> datetime:
    """A time since the epoch, in UTC.

    >>> moment(10**18).year, moment(-(10**18)).year
    (9999, 1)
    """
    seconds, ms = divmod(min(max(time_ms, _FIRST_MS), _LAST_MS), 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=ms * 1000)


def utc(time_ms: int) -> str:
    """The same, to the second.

    >>> utc(1_700_000_000_123)
    '2023-11-14T22:13:20+00:00'
    """
    return moment(time_ms).isoformat(timespec="seconds")


def rfc3339(time_ms: int) -> str:
    """The same, to the millisecond.

    >>> rfc3339(1_700_000_000_123), rfc3339(-1)
    ('2023-11-14T22:13:20.123Z', '1969-12-31T23:59:59.999Z')
    """
    return f"{moment(time_ms).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
