"""Buckets: how much a throttled agent may still send through this door; a message takes one token."""

import time
from collections import OrderedDict
from threading import Lock

from app.bucket import Bucket

BURST_S = 5.0
MAX_BUCKETS = 100_000
"""Agents whose buckets are kept; the one that has been asked for least lately goes first, and starts full again."""


class Buckets:
    """Buckets by fleet and agent.

    >>> buckets = Buckets()
    >>> [buckets.take(("f", "a"), rate=0.2, now=second) for second in (0.0, 1.0, 5.0)]
    [0.0, 4.0, 0.0]
    """

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, key: tuple[str, str], rate: float, now: float | None = None) -> float:
        """Take a token: 0.0, or the seconds until there is one. `rate` is in messages a second."""
        with self._lock:
            bucket = self._buckets.pop(key, None) or Bucket(BURST_S)
            self._buckets[key] = bucket
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
            return bucket.take(rate, time.monotonic() if now is None else now)
