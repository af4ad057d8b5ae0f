"""What the application decides when a fold cannot simply go on."""

from typing import Protocol

from app.streaming.errors import StreamingError


class Recourse(Protocol):
    """The application's answers. All are asked by the owner of the partition alone."""

    async def skip(self, partition: int, offset: int, reason: str) -> None:
        """Make sure that the record at `offset` is never folded, durably, before this returns.

        It ended the process three times. The fold is opened again afterwards, and must know.
        """

    async def allows_gap(self, partition: int, start: int, end: int) -> bool:
        """True if the offsets from `start` to `end` (exclusive), which are gone from the log, are given up.

        Asked again every second while it is false; the partition stands still, the others go on.
        """
        ...

    def stopped(self, partition: int, error: StreamingError) -> None:
        """Told once when a partition stands still."""
