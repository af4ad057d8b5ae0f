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

    @property
    def fleet(self) -> str:
        return str(self.key[0])


class Timers:
    """One heap a fleet, rebuilt from the tables; of each entry only the earliest timer counts.

    An entry that is due later than its timer says gets a new one when that surfaces, so that an entry
    that changes with every record, or comes and goes, costs one timer and not one a record.

    >>> timers = Timers()
    >>> for due, key in ((20, "b"), (10, "a"), (15, "a"), (5, "b")):
    ...     timers.add(due, "agents", ("f", key))
    >>> timers.pop("f"), timers.pop("f"), timers.first("f", now=99)
    (Timer(due=5, table='agents', key=('f', 'b')), Timer(due=10, table='agents', key=('f', 'a')), None)
    """

    def __init__(self) -> None:
        self._heaps: dict[str, list[Timer]] = {}
        self._earliest: dict[tuple[str, Key], int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._heaps.values()))

    def add(self, due: int, table: str, key: Key) -> None:
        """Set the timer of an entry, unless it has one that is not later."""
        known = self._earliest.get((table, key))
        if known is None or due < known:
            self._earliest[table, key] = due
            heapq.heappush(self._heaps.setdefault(str(key[0]), []), Timer(due, table, key))

    def first(self, fleet: str, now: int) -> Timer | None:
        """The fleet's first timer that is due at `now` (event time, ms)."""
        heap = self._heaps.get(fleet)
        while heap and heap[0].due <= now:
            if self._earliest.get(heap[0][1:]) == heap[0].due:
                return heap[0]
            heapq.heappop(heap)
        if not heap:
            self._heaps.pop(fleet, None)
        return None

    def pop(self, fleet: str) -> Timer:
        """Take the fleet's first timer, which `first` has just returned."""
        timer = heapq.heappop(self._heaps[fleet])
        del self._earliest[timer[1:]]
        return timer

    def due_fleets(self, now: int) -> Iterator[str]:
        """The fleets that may have a timer due at `now` (event time, ms)."""
        return (fleet for fleet, heap in self._heaps.items() if heap and heap[0].due <= now)
