"""What the sinks' process works with: Kafka, a Datadog API, Datadog's agent, and its own page of metrics."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import httpx
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from app.bus.reader import read_topic
from app.events import Alert
from app.settings import KafkaSettings
from app.topics import ALERTS
from tests.integration.datadog.fake_api import FakeDatadog
from tests.integration.datadog.listener import Listener

PARTITIONS = 1
TOKEN = "open sesame"


class Outside(NamedTuple):
    kafka: KafkaSettings
    datadog: FakeDatadog
    agent: Listener
    page: str

    def environment(self, web_port: int) -> dict[str, str]:
        return {
            "RINGFENCE_KAFKA__BOOTSTRAP": self.kafka.bootstrap,
            "RINGFENCE_SINKS__MIRROR": "false",
            "RINGFENCE_SINKS__WEB_PORT": str(web_port),
            "RINGFENCE_SINKS__WEB_TOKEN": TOKEN,
            "RINGFENCE_DATADOG__API_KEY": "api",
            "RINGFENCE_DATADOG__APP_KEY": "app",
            "RINGFENCE_DATADOG__API_URL": self.datadog.url,
            "RINGFENCE_DATADOG__STATSD": self.agent.url,
            "RINGFENCE_DATADOG__TIMEOUT_S": "1",
        }

    async def metrics(self) -> dict[str, float]:
        """The page, with the labels' values, in the order of their names, after each name."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(self.page, headers={"authorization": f"Bearer {TOKEN}"})
        answer.raise_for_status()
        samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
        return {
            " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
            for sample in samples
        }

    async def alerts(self) -> list[tuple[str, str, str]]:
        records = await asyncio.to_thread(read_topic, self.kafka, ALERTS.name)
        decoded = [msgspec.json.decode(record.value or b"", type=Alert) for record in records]
        return [(alert.pattern, alert.subject, alert.state) for alert in decoded]


async def until_metrics(outside: Outside, enough: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    async with asyncio.timeout(60):
        while True:
            with suppress(httpx.TransportError):
                if enough(found := await outside.metrics()):
                    return found
            await asyncio.sleep(0.1)
