"""Breakers' changes reach system-alerts, however long Kafka is away (BREAKER-1, T16)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from app.breakers import StateChange
from app.bus.admin import declare
from app.bus.connect import KafkaConnection
from app.bus.envelope import Envelope
from app.bus.reader import read_topic
from app.embedded.kafka import KafkaServer
from app.events import Alert, Header
from app.notify.announcer import Announcer
from app.settings import KafkaSettings
from app.topics import ALERTS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
OPENS = StateChange("redis", "closed", "open", "ConnectionError: refused")
CLOSES = StateChange("redis", "half-open", "closed")


@asynccontextmanager
async def announcing(settings: KafkaSettings, file: Path) -> AsyncIterator[Announcer]:
    announcer = Announcer(settings, file)
    running = asyncio.create_task(announcer.run())
    yield announcer
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()


async def until(settings: KafkaSettings, count: int) -> list[Envelope]:
    async with asyncio.timeout(60):
        while True:
            found = await asyncio.to_thread(read_topic, settings, ALERTS.name)
            if len(found) >= count:
                return found


def states(records: list[Envelope]) -> list[tuple[str, str]]:
    alerts = [msgspec.json.decode(record.value or b"", type=Alert) for record in records]
    return [(alert.state, alert.subject) for alert in alerts]


async def test_alerts_wait_for_kafka_and_an_open_one_is_resolved_by_who_starts_next(
    own_kafka: KafkaServer, tmp_path: Path
) -> None:
    settings, file = KafkaSettings(bootstrap=own_kafka.bootstrap, partitions=2), tmp_path / "open-alerts.json"
    await asyncio.to_thread(lambda: declare(KafkaConnection(settings).connect(), settings, [ALERTS]))
    await asyncio.to_thread(own_kafka.kill)
    async with announcing(settings, file) as announcer:
        for change in (OPENS, CLOSES, OPENS):
            announcer.hear(change)
        await asyncio.to_thread(own_kafka.start)
        records = await until(settings, 3)
    assert states(records) == [("opened", "redis"), ("resolved", "redis"), ("opened", "redis")]
    assert {(record.key, dict(record.headers)[Header.SYSTEM]) for record in records} == {(b"redis", b"sinks")}

    async with announcing(settings, file):
        records = await until(settings, 4)
    assert states(records)[3] == ("resolved", "redis")

    async with announcing(settings, file) as announcer:
        announcer.hear(OPENS)
        assert states(await until(settings, 5))[4] == ("opened", "redis")
