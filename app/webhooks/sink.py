"""One endpoint as a sink: in order of each partition, until it has taken each event or refused it for good."""

import asyncio
from collections.abc import Mapping, Sequence

import httpx
import stamina
import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from app.breakers import Breaker, BreakerOpenError
from app.bus.errors import UnreachableError
from app.delivery import Fetched, KeepsNoPositions, Position
from app.events import UNREADABLE
from app.moment import now_ms
from app.settings import WebhookSettings
from app.telemetry.metering import Send
from app.telemetry.names import WEBHOOK_DEAD_LETTERS
from app.topics import ALERTS, ENFORCEMENT
from app.webhooks.endpoint import Endpoint, NotNowError
from app.webhooks.event import Event, event_of
from app.webhooks.letters import Letter, Letters, letter_of

log = structlog.get_logger(__name__)

_TOPICS = {"alerts": ALERTS.name, "transitions": ENFORCEMENT.name}
_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 5.0


class WebhookSink(KeepsNoPositions):
    """Tells one endpoint.

    While it does not answer, events wait on the log for as long as it takes. One that it answers with a failure,
    `attempts` times or for good, is a dead letter, and the next one goes on.

    Args:
        name: of the endpoint, in the settings.
        settings: of the endpoint.
        breaker: of the endpoint.
        letters: where dead letters are kept.
        send: gets a sample for each of them.

    """

    batch = 50

    def __init__(self, name: str, settings: WebhookSettings, breaker: Breaker, letters: Letters, send: Send) -> None:
        self.name = f"webhook-{name}"
        self._endpoint_name = name
        self._settings = settings
        self._breaker = breaker
        self._letters = letters
        self._send = send
        self._endpoint = Endpoint(settings)

    @property
    def topics(self) -> Sequence[str]:
        """Those of the events that the endpoint wants."""
        return [_TOPICS[kind] for kind in self._settings.events]

    async def write(self, fetched: Fetched) -> Mapping[TopicPartition, Position]:
        """Tell all events; partitions do not wait for each other."""
        async with asyncio.TaskGroup() as group:
            for records in fetched.values():
                group.create_task(self._tell_all(records))
        return {}

    async def close(self) -> None:
        """Let go of the connections."""
        await self._endpoint.close()
        await self._letters.close()

    async def _tell_all(self, records: Sequence[ConsumerRecord]) -> None:
        for record in records:
            event = self._event(record)
            if event is not None:
                await self._tell(event)

    def _event(self, record: ConsumerRecord) -> Event | None:
        try:
            event = event_of(record)
        except UNREADABLE as error:
            log.error("not an event", topic=record.topic, offset=record.offset, reason=str(error))  # noqa: TRY400 - a line
            return None
        wanted = self._settings.fleets
        return event if event is None or not wanted or event.fleet in wanted else None

    async def _tell(self, event: Event) -> None:
        """Until it is taken or a dead letter. Only answers count as attempts, so that an outage costs no event."""
        refusals = 0
        async for attempt in stamina.retry_context(
            on=_again,
            attempts=None,
            timeout=None,
            wait_initial=_FIRST_WAIT_S,
            wait_max=self._breaker.limits.reset_s,
            wait_jitter=_FIRST_WAIT_S,
        ):
            with attempt:
                try:
                    refused = await self._breaker.call(lambda: self._endpoint.post(event))
                except NotNowError as error:
                    refusals += 1
                    if refusals < self._settings.attempts:
                        raise
                    await self._bury(event, error.status, refusals)
                else:
                    if refused is not None:
                        await self._bury(event, refused.status, refusals + 1)

    async def _bury(self, event: Event, status: int, attempts: int) -> None:
        log.warning(
            "webhook not taken", endpoint=self._endpoint_name, event_id=event.id, status=status, attempts=attempts
        )
        await self._keep(letter_of(self._endpoint_name, event, status, attempts, now_ms()))
        self._send(WEBHOOK_DEAD_LETTERS.sample(endpoint=self._endpoint_name))

    async def _keep(self, letter: Letter) -> None:
        """However long Kafka does not take it: what an endpoint refuses must end no other sink of the process."""
        async for attempt in stamina.retry_context(
            on=(KafkaError, UnreachableError),
            attempts=None,
            timeout=None,
            wait_initial=_FIRST_WAIT_S,
            wait_max=_LONGEST_WAIT_S,
        ):
            with attempt:
                await self._letters.keep(letter)


def _again(error: Exception) -> bool | float:
    """Whether to try again, or when, where the endpoint has said it."""
    if isinstance(error, NotNowError):
        return True if error.wait_s is None else error.wait_s
    return isinstance(error, BreakerOpenError | httpx.HTTPError | TimeoutError)
