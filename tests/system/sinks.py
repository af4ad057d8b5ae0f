"""`faust -A app.sinks worker` in a process of its own."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.embedded.ports import free_port
from app.embedded.process import Process
from app.settings import KafkaSettings


class Sinks:
    """Sinks with a log file; `environment` says where Kafka and the outside are."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "faust", "-A", "app.sinks", "worker", "-l", "info"]
        ours = {
            "RINGFENCE_SINKS__DATA": str(folder / "sinks"),
            "RINGFENCE_SINKS__WEB_PORT": str(free_port()),
            "RINGFENCE_SINKS__RESET_S": "0.5",
        }
        self.process = Process("sinks", command, folder / "sinks.log", environment={**ours, **environment})

    def __enter__(self) -> Self:
        self.process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()


async def has_begun(kafka: KafkaSettings, sink: str, topics: Iterable[str]) -> None:
    """Until the sink's group has a position in every partition: what comes after that is told."""
    places = [TopicPartition(topic, number) for topic in topics for number in range(kafka.partitions)]
    group = f"ringfence-sinks-{sink}"
    async with asyncio.timeout(60), AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, group_id=group) as consumer:
        while None in [await consumer.committed(place) for place in places]:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.05)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it comes true in another process
            await asyncio.sleep(0.05)
