"""Appends alerts about Ringfence itself to system-alerts, in order, whenever Kafka takes them."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import msgspec
import stamina
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from app.breakers import StateChange
from app.bus.connection import aiokafka
from app.events import Alert, Header
from app.moment import now_ms
from app.notify.system_alerts import Seen, SystemAlerts, is_news
from app.settings import KafkaSettings
from app.topics import ALERTS

log = structlog.get_logger(__name__)

_SENDER = b"sinks"
_REQUEST_MS = 5_000
_LONGEST_WAIT_S = 5.0


class Announcer:
    """Hears of breakers at once and tells of them in a task of its own.

    While Kafka is away, what opens and closes waits in memory; an outage is tried many times, and waits once.

    Args:
        kafka: where the topic is.
        file: names the alerts that are open, for whoever starts next.

    """

    def __init__(self, kafka: KafkaSettings, file: Path) -> None:
        self._kafka = kafka
        self._file = file
        self._seen: asyncio.Queue[Seen] = asyncio.Queue()

    def hear(self, change: StateChange) -> None:
        """Take note of a change."""
        if is_news(change):
            self._seen.put_nowait(Seen(change, now_ms()))

    async def run(self) -> None:
        """Tell until cancelled."""
        alerts = SystemAlerts(self._left_open())
        for alert in alerts.begin_anew(now_ms()):
            await self._append(alert)
        while True:
            self._note(alerts.open.values())
            change = alerts.of(await self._seen.get())
            if change is not None:
                self._note([*alerts.open.values(), change])
                await self._append(change)

    async def _append(self, alert: Alert) -> None:
        async for attempt in stamina.retry_context(
            on=KafkaError, attempts=None, timeout=None, wait_max=_LONGEST_WAIT_S
        ):
            with attempt:
                await self._append_once(alert)

    async def _append_once(self, alert: Alert) -> None:
        """With a producer for each: there are few, and one that has lost Kafka is not sure of its order."""
        producer = AIOKafkaProducer(
            **aiokafka(self._kafka), acks="all", enable_idempotence=True, request_timeout_ms=_REQUEST_MS
        )
        try:
            await producer.start()
            await producer.send_and_wait(
                ALERTS.name,
                msgspec.json.encode(alert),
                key=alert.subject.encode(),
                timestamp_ms=alert.time,
                headers=[(Header.SYSTEM, _SENDER)],
            )
        finally:
            await producer.stop()

    def _left_open(self) -> list[Alert]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=list[Alert])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            log.warning("alerts that were open are not known", file=str(self._file), reason=str(error))
            return []

    def _note(self, open_: Iterable[Alert]) -> None:
        """A crash leaves a file that names each alert of which the topic may say that it is open."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(list(open_)))
            new.replace(self._file)
        except OSError as error:
            log.warning("open alerts are not noted", file=str(self._file), reason=str(error))
