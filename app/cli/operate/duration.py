"""Durations as people write them."""

import re

from app.errors import RingfenceError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


class DurationError(RingfenceError):
    """A text that is no duration."""


def seconds(text: str) -> float:
    """A duration in seconds.

    >>> seconds("90s"), seconds("1.5h")
    (90.0, 5400.0)

    Raises DurationError.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", text.strip())
    if match is None:
        raise DurationError(f"{text!r} is no duration: write 90s, 15m, 2h or 1d")
    return float(match[1]) * _UNITS[match[2]]
