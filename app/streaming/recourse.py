"""What the application decides when a fold cannot simply go on."""

from collections.abc import Sequence
from typing import Protocol

from app.streaming.errors import StreamingError
from app.streaming.fold import Output


class Recourse(Protocol):
    """The application's answers. All are asked by the owner of the partition alone."""

    def skip(self, partition: int, offset: int, reason: str) -> Sequence[Output]:
        """What to append so that the record at `offset`, which ended the process three times, is never folded.

        It is committed by the partition's producer, so that a worker that has lost the partition cannot; then
        the fold is opened again, and must know.
        """
        ...

    async def allows_gap(self, partition: int, start: int, end: int) -> bool:
        """True if the offsets from `start` to `end` (exclusive), which are gone from the log, are given up.

        Asked again every second while it is false; the partition stands still, the others go on.
        """
        ...

    def stopped(self, partition: int, error: StreamingError) -> None:
        """Told once when a partition stands still."""
