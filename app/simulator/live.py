"""A simulation in real time: each event when its moment has come."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

TICK_S = 0.02
MAX_BATCH = 1_000


class Timed(Protocol):
    """Something with a moment, ISO 8601."""

    @property
    def timestamp(self) -> str | None: ...


T = TypeVar("T", bound=Timed)


def in_real_time(
    events: Iterable[T], clock: Callable[[], float] = time.time, sleep: Callable[[float], object] = time.sleep
) -> Iterator[list[T]]:
    """Batches of the events that have become due, 20 ms late at most, all at once when behind.

    `clock` gives seconds since the epoch; `sleep` may return early.
    """
    batch: list[T] = []
    for event in events:
        while (early := _moment(event) - clock()) > 0:
            if batch:
                yield batch
                batch = []
            sleep(max(TICK_S, early))
        batch.append(event)
        if len(batch) == MAX_BATCH:
            yield batch
            batch = []
    yield batch


def _moment(event: Timed) -> float:
    return datetime.fromisoformat(event.timestamp).timestamp() if event.timestamp else 0.0
