"""QUAR-2 on real parts: the sinks' process is killed while an endpoint hangs, and no event is lost."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from app.bus.admin import declare
from app.bus.connect import KafkaConnection
from app.bus.reader import read_topic
from app.embedded.kafka import KafkaServer
from app.settings import KafkaSettings
from app.topics import ALERTS, ENFORCEMENT, WEBHOOK_LETTERS
from app.webhooks.letters import Letter
from tests.integration.webhooks.events import alert
from tests.integration.webhooks.receiver import SECRET, Receiver
from tests.system.sinks import Sinks

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
GROUP = "ringfence-sinks-webhook-ops"
PARTITIONS = 2


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it comes true in another process
            await asyncio.sleep(0.05)


async def _has_begun(bootstrap: str) -> None:
    """Until the group has a position in every partition: what comes after that is told."""
    async with asyncio.timeout(60), AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=GROUP) as consumer:
        places = [TopicPartition(topic.name, number) for topic in (ALERTS, ENFORCEMENT) for number in range(PARTITIONS)]
        while None in [await consumer.committed(place) for place in places]:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.05)


async def _append(bootstrap: str, records: list[ConsumerRecord]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for record in records:
            await producer.send_and_wait(record.topic, record.value, record.key, record.partition)


async def test_a_kill_loses_no_event_and_the_refused_ones_are_kept(own_kafka: KafkaServer, tmp_path: Path) -> None:
    kafka = KafkaSettings(bootstrap=own_kafka.bootstrap, partitions=PARTITIONS)
    await asyncio.to_thread(lambda: declare(KafkaConnection(kafka).connect(), kafka, [ALERTS, ENFORCEMENT]))
    async with Receiver() as receiver:
        hook = {"url": receiver.url, "secret": SECRET, "timeout_s": 1}
        environment = {
            "RINGFENCE_KAFKA__BOOTSTRAP": kafka.bootstrap,
            "RINGFENCE_SINKS__MIRROR": "false",
            "RINGFENCE_WEBHOOKS": msgspec.json.encode({"ops": hook}).decode(),
        }
        with Sinks(tmp_path, environment) as sinks:
            await _has_begun(kafka.bootstrap)
            records = [alert(number, partition=number % PARTITIONS) for number in range(40)]
            receiver.against["system-alerts-0-3"] = "refuse"
            receiver.mood = "hang"
            await _append(kafka.bootstrap, records)
            await receiver.asked_again.wait()
            sinks.process.kill()
            receiver.mood = "take"
            sinks.process.start()
            await _until(lambda: len(set(receiver.taken)) == len(records) - 1)
        letters = await asyncio.to_thread(read_topic, kafka, WEBHOOK_LETTERS.name)
        decoded = [msgspec.json.decode(record.value or b"", type=Letter) for record in letters]
        assert {letter.event_id for letter in decoded} == {"system-alerts-0-3"}
        assert SECRET not in sinks.process.log.read_text()
        assert receiver.url not in sinks.process.log.read_text()
