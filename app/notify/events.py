"""Datadog's events as a sink: in order, at least once, for as long as it takes."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from aiokafka import TopicPartition

from app.breakers import Breaker, until_done
from app.datadog.errors import DatadogError, LimitedError
from app.datadog.event import Event
from app.datadog.events import Events
from app.delivery import Fetched, KeepsNoPositions, Position
from app.notify.messages import TOPICS, messages_of
from app.telemetry.metering import Send
from app.telemetry.names import DATADOG_REFUSED

LONGEST_WAIT_S = 60.0


class EventsSink(KeepsNoPositions):
    """Tells an account of events, one after the other: an outage repeats one of them at most, a crash a batch.

    Args:
        events: of the account.
        breaker: of the API.
        send: gets a sample for each event that is refused for good.

    """

    name = "datadog-events"
    topics = TOPICS
    batch = 200

    def __init__(self, events: Events, breaker: Breaker, send: Send = lambda _: None) -> None:
        self._events = events
        self._breaker = breaker
        self._send = send
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        """One alone: a request that is given up must have ended before the next one begins."""

    async def write(self, fetched: Fetched) -> Mapping[TopicPartition, Position]:
        """Tell of them all."""
        for event in self._events.of(messages_of(fetched)):
            await self._tell(event)
        return {}

    async def close(self) -> None:
        """Begin no request any more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _tell(self, event: Event) -> None:
        loop = asyncio.get_running_loop()
        taken = await until_done(
            self._breaker,
            lambda: loop.run_in_executor(self._thread, self._events.send, event),
            (DatadogError,),
            asked_s=_asked_s,
        )
        if not taken:
            self._send(DATADOG_REFUSED.sample())


def _asked_s(error: Exception) -> float | None:
    return min(error.again_in_s, LONGEST_WAIT_S) if isinstance(error, LimitedError) else None
