"""QUAR-2, T15 on real parts: no event is lost by a kill, and none waits for another sink that hangs."""

import asyncio
import socket
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord

from app.bus.admin import declare, topics_of
from app.bus.connect import KafkaConnection
from app.bus.reader import read_topic
from app.core.state import TABLES
from app.embedded.kafka import KafkaServer
from app.embedded.ports import HOST
from app.settings import KafkaSettings
from app.topics import ALERTS, ENFORCEMENT, WEBHOOK_LETTERS
from app.webhooks.letters import Letter
from tests.integration.webhooks.events import alert
from tests.integration.webhooks.receiver import SECRET, Receiver
from tests.system.sinks import Sinks, has_begun, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
SINK, TOLD = "webhook-ops", (ALERTS.name, ENFORCEMENT.name)
PARTITIONS = 2


def _taken_of(receiver: Receiver, fleet: str) -> int:
    """Alerts of a fleet; those of Ringfence itself are of none."""
    bodies = [msgspec.convert(body, type=dict[str, object]) for body in receiver.bodies.values()]
    return sum(msgspec.convert(body["data"], type=dict[str, object])["fleet"] == fleet for body in bodies)


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
            await has_begun(kafka, SINK, TOLD)
            records = [alert(number, partition=number % PARTITIONS) for number in range(40)]
            receiver.against["system-alerts-0-3"] = "refuse"
            receiver.mood = "hang"
            await _append(kafka.bootstrap, records)
            await receiver.asked_again.wait()
            sinks.process.kill()
            receiver.mood = "take"
            sinks.process.start()
            await until(lambda: len(set(receiver.taken)) == len(records) - 1)
        letters = await asyncio.to_thread(read_topic, kafka, WEBHOOK_LETTERS.name)
        decoded = [msgspec.json.decode(record.value or b"", type=Letter) for record in letters]
        assert {letter.event_id for letter in decoded} == {"system-alerts-0-3"}
        assert SECRET not in sinks.process.log.read_text()
        assert receiver.url not in sinks.process.log.read_text()


async def test_a_redis_that_hangs_holds_up_no_webhook(own_kafka: KafkaServer, tmp_path: Path) -> None:
    kafka = KafkaSettings(bootstrap=own_kafka.bootstrap, partitions=PARTITIONS)
    topics = topics_of("ringfence", TABLES)
    await asyncio.to_thread(lambda: declare(KafkaConnection(kafka).connect(), kafka, topics))
    with socket.create_server((HOST, 0)) as silent:
        async with Receiver() as receiver:
            environment = {
                "RINGFENCE_KAFKA__BOOTSTRAP": kafka.bootstrap,
                "RINGFENCE_REDIS__URL": f"redis://{HOST}:{silent.getsockname()[1]}/0",
                "RINGFENCE_REDIS__TIMEOUT_S": "0.2",
                "RINGFENCE_WEBHOOKS": msgspec.json.encode({"ops": {"url": receiver.url, "secret": SECRET}}).decode(),
            }
            with Sinks(tmp_path, environment) as sinks:
                await has_begun(kafka, SINK, TOLD)
                await until(lambda: "breaker opens" in sinks.process.output())
                records = [alert(number, partition=number % PARTITIONS) for number in range(20)]
                await _append(kafka.bootstrap, records)
                await until(lambda: _taken_of(receiver, "north") == len(records))
            assert _taken_of(receiver, "") > 0, "that Redis is away is told, too"
            assert sinks.process.exit_code == 0, "it stops in order all the same"
