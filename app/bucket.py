"""A token bucket: how much may be done now, at a rate.

J. S. Turner, "New directions in communications (or which way to the information age?)", IEEE Communications
Magazine 24(10), 1986: a bucket of some seconds' worth of tokens that fills at the rate; whatever is done takes one.
"""

import math


class Bucket:
    """One bucket, full at first.

    Args:
        burst_s: of how many seconds it holds the tokens; at least one token.

    >>> bucket = Bucket(burst_s=5.0)
    >>> [bucket.take(rate=0.2, now=second) for second in (0.0, 1.0, 5.0)]
    [0.0, 4.0, 0.0]

    """

    def __init__(self, burst_s: float) -> None:
        self._burst_s = burst_s
        self._tokens = math.inf
        self._at = 0.0

    def take(self, rate: float, now: float) -> float:
        """Take a token: 0.0, or the seconds until there is one. `rate` is in tokens a second, `now` in seconds."""
        wait_s = self.wait_s(rate, now)
        if wait_s == 0.0:
            self._tokens -= 1.0
        return wait_s

    def wait_s(self, rate: float, now: float) -> float:
        """Seconds until there is a token; takes none."""
        most = max(1.0, rate * self._burst_s)
        self._tokens = min(most, self._tokens + (now - self._at) * rate)
        self._at = now
        return 0.0 if self._tokens >= 1.0 else (1.0 - self._tokens) / rate
