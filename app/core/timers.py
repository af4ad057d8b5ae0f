"""Timers in event time: which entries are due, in order of time, then table and key."""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from app.core.table import Key


class Timer(NamedTuple):
    """A timer of an entry; the entry itself says whether it still holds."""

    due: int
    table: str
    key: Key


class Timers:
    """One heap a fleet, rebuilt from the tables; stale timers are dropped where they surface.

    >>> timers = Timers()
    >>> timers.add("f", Timer(20, "agents", ("f", "b"))); timers.add("f", Timer(10, "agents", ("f", "a")))
    >>> timers.pop_due("f", 15)
    Timer(due=10, table='agents', key=('f', 'a'))
    >>> timers.pop_due("f", 15)
    """

    def __init__(self) -> None:
        self._heaps: dict[str, list[Timer]] = {}

    def add(self, fleet: str, timer: Timer) -> None:
        heapq.heappush(self._heaps.setdefault(fleet, []), timer)

    def pop_due(self, fleet: str, now: int) -> Timer | None:
        """Take the fleet's first timer, if it is due at `now` (event time, ms)."""
        heap = self._heaps.get(fleet)
        if not heap or heap[0].due > now:
            return None
        timer = heapq.heappop(heap)
        if not heap:
            del self._heaps[fleet]
        return timer

    def first(self, fleet: str) -> Timer | None:
        """The fleet's first timer, due or not."""
        heap = self._heaps.get(fleet)
        return heap[0] if heap else None

    def due_fleets(self, now: int) -> Iterator[tuple[Timer, str]]:
        """Each fleet whose first timer is due, with that timer."""
        return ((heap[0], fleet) for fleet, heap in self._heaps.items() if heap and heap[0].due <= now)
