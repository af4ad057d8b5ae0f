"""One sink's unexpected errors, kept from the others: it is started again with growing pauses, and loses no record.

J. Armstrong, "Making reliable distributed systems in the presence of software errors", 2003, chapter 5: supervision.
"""

import asyncio
from typing import NamedTuple

import structlog

from app.breakers import StateChange, Told, reason_of
from app.delivery.delivery import Delivery

log = structlog.get_logger(__name__)


class Pauses(NamedTuple):
    """How long a sink that has failed is left alone. Times in seconds."""

    first_s: float = 1.0
    longest_s: float = 60.0
    """They double up to this."""
    steady_s: float = 60.0
    """Without an error for so long it counts as mended."""


class Supervised:
    """A delivery that goes on after errors that nobody has foreseen, from the last position that it has committed.

    Args:
        delivery: to one sink.
        tell: told when the sink fails, and when it is mended, as of a breaker `sink-NAME`.
        pauses: between an error and the next start.

    """

    def __init__(self, delivery: Delivery, tell: Told, pauses: Pauses | None = None) -> None:
        self._delivery = delivery
        self._tell = tell
        self._pauses = pauses or Pauses()
        self._pause_s: float | None = None

    @property
    def name(self) -> str:
        """Of the sink."""
        return self._delivery.name

    @property
    def silent_s(self) -> float:
        """Seconds since the sink was last done with what it was given."""
        return self._delivery.silent_s

    @property
    def failing(self) -> bool:
        """Whether it has failed of late."""
        return self._pause_s is not None

    async def run(self) -> None:
        """Deliver until cancelled. Raises KafkaError where Kafka refuses to let it begin."""
        try:
            while True:
                await self._run_once()
        finally:
            await self._delivery.close()

    async def _run_once(self) -> None:
        try:
            await self._run_steadily()
        except Exception as error:
            if not self._delivery.begun:
                raise
            await asyncio.sleep(self._failed(error))

    async def _run_steadily(self) -> None:
        steady = asyncio.create_task(self._mend())
        try:
            await self._delivery.run()
        finally:
            steady.cancel()

    def _failed(self, error: Exception) -> float:
        """Say so; how many seconds to pause."""
        at = self._delivery.given
        if self._pause_s is None:
            self._pause_s = self._pauses.first_s
            self._tell(StateChange(self._subject, "closed", "open", f"{reason_of(error)}{at and f' ({at})'}"))
        else:
            self._pause_s = min(2 * self._pause_s, self._pauses.longest_s)
        log.error("sink failed", sink=self.name, at=at, again_in_s=self._pause_s, exc_info=error)
        return self._pause_s

    async def _mend(self) -> None:
        """Wait until it has gone on for long enough, and was done with something of late."""
        await asyncio.sleep(self._pauses.steady_s)
        while self.silent_s > self._pauses.steady_s:  # noqa: ASYNC110 - sinks that are done tell nobody
            await asyncio.sleep(self._pauses.steady_s)
        if self._pause_s is not None:
            self._pause_s = None
            log.info("sink is mended", sink=self.name)
            self._tell(StateChange(self._subject, "open", "closed"))

    @property
    def _subject(self) -> str:
        return f"sink-{self.name}"
