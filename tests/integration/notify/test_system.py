"""BREAKER-1, DATADOG-1, DATADOG-3 and T16 on real parts: the sinks' process while Datadog fails, and after."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from msgspec.structs import replace

from app.bus.admin import declare
from app.bus.connect import KafkaConnection
from app.embedded.kafka import KafkaServer
from app.embedded.ports import HOST, free_port
from app.events import Decision, LogPosition, Progress
from app.notify.messages import TOPICS as TOLD
from app.settings import KafkaSettings
from app.topics import ALERTS, DECISIONS, PROGRESS, RAW, TOPICS
from tests.integration.datadog.fake_api import FakeDatadog
from tests.integration.datadog.listener import Datapoint, Listener
from tests.integration.notify.outside import PARTITIONS, Outside, until_metrics
from tests.system.recorded import folded_outputs
from tests.system.sinks import Sinks, has_begun, until
from tests.unit.datadog.samples import change, decision

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
COUNT = 40


@pytest.fixture
def outside(own_kafka: KafkaServer) -> Iterator[tuple[Outside, int]]:
    kafka = KafkaSettings(bootstrap=own_kafka.bootstrap, partitions=PARTITIONS)
    declare(KafkaConnection(kafka).connect(), kafka, TOPICS)
    port = free_port()
    with FakeDatadog() as datadog, Listener() as agent:
        yield Outside(kafka, datadog, agent, f"http://{HOST}:{port}/metrics"), port


def _decisions() -> list[Decision]:
    """Each is an event: it moves a score by 20."""
    moves = [replace(decision(change(f"bot-{n}", 80.0, 60.0)), position=LogPosition(0, n)) for n in range(COUNT)]
    return [replace(moved, risk=0.5) for moved in moves]


async def _append(outside: Outside) -> None:
    async with AIOKafkaProducer(bootstrap_servers=outside.kafka.bootstrap) as producer:
        await producer.send_and_wait(RAW.name, b"undecided", partition=0)
        progress = Progress(0, 0, 0, 1, "127.0.0.1:6066", 0)
        await producer.send_and_wait(PROGRESS.name, msgspec.json.encode(progress), key=b"0")
        for decided in _decisions():
            await producer.send_and_wait(DECISIONS.name, msgspec.json.encode(decided), partition=0)


def _sum(points: list[Datapoint], name: str) -> float:
    return sum(point.value for point in points if point.name == name)


async def test_while_datadog_fails_metrics_go_on_and_system_alerts_say_so_and_then_all_events_come(
    outside: tuple[Outside, int], tmp_path: Path
) -> None:
    parts, port = outside
    with Sinks(tmp_path, parts.environment(port)) as sinks:
        for sink in ("metrics", "datadog-events"):
            await has_begun(parts.kafka, sink, TOLD)
        parts.datadog.faults.extend(["broken"] * 1_000)
        await _append(parts)
        found = await until_metrics(
            parts,
            lambda found: (
                found.get("ringfence_decisions_total sales message allow") == COUNT
                and found.get("ringfence_breaker_open datadog") == 1
                and found.get("ringfence_alerts_total none critical breaker opened") == 1
            ),
        )
        assert found["ringfence_risk_sum sales"] == COUNT * 0.5
        assert found["ringfence_breaker_changes_total datadog open"] >= 1
        assert found["ringfence_component_up kafka kafka"] == 1
        assert found["ringfence_component_up fold 0"] == 0
        assert found["ringfence_component_up sink metrics"] == 1
        assert found["ringfence_lag 0"] == 1
        assert await parts.alerts() == [("breaker", "datadog", "opened")]
        async with httpx.AsyncClient() as client:
            assert (await client.get(parts.page)).status_code == 401
        points = await asyncio.to_thread(
            parts.agent.until,
            lambda points: _sum(points, "ringfence.decisions") == COUNT and _sum(points, "ringfence.breaker.open") >= 1,
        )
        assert _sum(points, "ringfence.lag") >= 1

        parts.datadog.faults.clear()
        await until(lambda: len(parts.datadog.stored["events"]) >= COUNT + 2)
        titles = [event["title"] for event in parts.datadog.stored["events"].values()]
        assert [title for title in titles if title.startswith("Trust")] == [
            f"Trust fell from 80.0 to 60.0: sales/bot-{number}" for number in range(COUNT)
        ]
        assert [title for title in titles if "breaker" in title] == [
            "breaker datadog opened (critical)",
            "breaker datadog resolved (critical)",
        ]
        assert await parts.alerts() == [("breaker", "datadog", "opened"), ("breaker", "datadog", "resolved")]
        assert await asyncio.to_thread(folded_outputs, parts.kafka, ALERTS.name) == []
        assert sinks.process.running
