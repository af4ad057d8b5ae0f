"""Token buckets: how much a throttled agent may still send through this door.

J. S. Turner, "New directions in communications (or which way to the information age?)", IEEE Communications
Magazine 24(10), 1986: a bucket of `BURST_S` seconds' worth of tokens that fills at the rate; a message takes one.
"""

import time
from collections import OrderedDict
from threading import Lock

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
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: tuple[str, str], rate: float, now: float | None = None) -> float:
        """Take a token: 0.0, or the seconds until there is one. `rate` is in messages a second."""
        now = time.monotonic() if now is None else now
        most = max(1.0, rate * BURST_S)
        with self._lock:
            tokens, at = self._buckets.pop(key, (most, now))
            tokens = min(most, tokens + (now - at) * rate)
            wait = 0.0 if tokens >= 1.0 else (1.0 - tokens) / rate
            self._buckets[key] = (tokens - 1.0 if wait == 0.0 else tokens, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        return wait
