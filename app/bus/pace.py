"""Sending at a steady rate."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
_TICK_S = 0.02


class Pace:
    """Lets messages through at `rate` a second, in groups of about 20 ms; None does not hold them back.

    Time lost is made up for, so that the rate is that of the whole run.

    >>> slept = []
    >>> pace = Pace(64, clock=lambda: sum(slept), sleep=slept.append)
    >>> [len(group) for group in pace.groups(range(3))], slept
    ([1, 1, 1], [0.015625, 0.015625, 0.015625])
    """

    def __init__(
        self,
        rate: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._started = clock()
        self._passed = 0

    def groups(self, messages: Sequence[T]) -> Iterator[Sequence[T]]:
        """The messages, each group when it is due."""
        if self._rate is None:
            yield messages
            return
        size = max(1, round(self._rate * _TICK_S))
        for start in range(0, len(messages), size):
            group = messages[start : start + size]
            yield group
            self._passed += len(group)
            self._sleep(max(0.0, self._started + self._passed / self._rate - self._clock()))
