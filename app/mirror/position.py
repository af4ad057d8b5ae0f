"""How far the mirror is, as Redis keeps it."""

import re

from redis.exceptions import RedisError

_OFFSET = re.compile(rb"0|[1-9][0-9]{0,17}")
"""As scripts write and compare it; of 64 bits."""


class PositionError(RedisError):
    """Somebody else has written to the positions; it passes when they are deleted."""


def position_of(stored: bytes | None) -> int | None:
    """The offset to read next; None: the mirror has nothing of the partition.

    >>> position_of(None), position_of(b"7")
    (None, 7)

    Raises PositionError.
    """
    if stored is None:
        return None
    if not _OFFSET.fullmatch(stored):
        raise PositionError("a position is no offset, so no sink wrote it: DEL the key of the positions")
    return int(stored)
