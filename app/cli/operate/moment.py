"""Moments as people write them."""

from datetime import UTC, datetime

from app.errors import RingfenceError


class MomentError(RingfenceError):
    """A text that is no moment."""


def milliseconds(text: str) -> int:
    """A moment in milliseconds since the epoch; without an offset it is UTC.

    >>> milliseconds("2025-01-01T00:00:00.5Z"), milliseconds("2025-01-01 02:00+02:00")
    (1735689600500, 1735689600000)

    Raises MomentError.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000.0)
    except (ValueError, OverflowError) as error:
        raise MomentError(f"{text!r} is no time: write 2025-01-31T14:05:00Z, for example") from error
