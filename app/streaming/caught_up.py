"""Since when a partition's fold is behind."""

from collections import deque
from typing import NamedTuple

_APART_MS = 100
_MAX_SIGHTINGS = 600


class Sighting(NamedTuple):
    """What a fetch has seen: at `at_ms` (wall clock, ms) all that there was to fold stood below the offset `end`."""

    end: int
    at_ms: int


class CaughtUp:
    """The latest time at which the fold had all that the log then held.

    Timestamps of records would not tell: senders claim them, and what is redriven or forwarded keeps its own. Kafka
    judges its replicas alike (KIP-16, `replica.lag.time.max.ms`). Remembered are sightings a tenth of a second apart,
    at most 600 that the fold has not reached; beyond these the time is too old by as much as is missing.

    >>> caught_up = CaughtUp()
    >>> caught_up.see(Sighting(end=5, at_ms=1_000))
    >>> caught_up.see(Sighting(end=9, at_ms=2_000))
    >>> [caught_up.at(offset) for offset in (3, 5, 8, 9)]
    [None, 1000, 1000, 2000]
    """

    def __init__(self) -> None:
        self._at_ms: int | None = None
        self._ahead: deque[Sighting] = deque()

    def see(self, sighting: Sighting) -> None:
        """Take note; a later sighting of no higher end says more than an earlier one."""
        while self._ahead and self._ahead[-1].end >= sighting.end:
            self._ahead.pop()
        if not self._ahead or self._adds(sighting):
            self._ahead.append(sighting)

    def at(self, offset: int) -> int | None:
        """The time, where all below an offset is folded; None before the first sighting is reached."""
        while self._ahead and self._ahead[0].end <= offset:
            self._at_ms = self._ahead.popleft().at_ms
        return self._at_ms

    def _adds(self, sighting: Sighting) -> bool:
        return len(self._ahead) < _MAX_SIGHTINGS and sighting.at_ms >= self._ahead[-1].at_ms + _APART_MS
