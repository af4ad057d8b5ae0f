"""The Faust app that runs the sinks.

A Faust app has one consumer, whose buffers all its agents share: a sink that stands still would hold up the others,
and its acknowledgements move on before anything outside has taken a record. So Faust runs the process, its services
and its web server, and each sink reads for itself (`app.delivery`).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import faust
from faust.app import BootStrategy
from mode import Service
from yarl import URL

from app.breakers import Told
from app.delivery.delivery import Delivery
from app.delivery.supervision import Supervised
from app.settings import KafkaSettings, SinksSettings
from app.streaming.worker import PlainWorker

THREADS = 64
"""A name server that keeps silent holds one for half a minute with every call, whoever has given the call up; of a
loop's own there are four more than processors."""


class DeliveryService(Service):
    """One delivery, for as long as the app runs; without Kafka the app ends, and its supervisor starts it again."""

    def __init__(self, delivery: Supervised) -> None:
        super().__init__()
        self._delivery = delivery
        self._running: asyncio.Task[None] | None = None

    @Service.task
    async def _deliver(self) -> None:
        self._running = asyncio.create_task(self._delivery.run())
        await asyncio.wait([self._running])
        if not self._running.cancelled():
            self._running.result()

    async def on_stop(self) -> None:
        """Leave the group; what is being written may be written again."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])


class _WithoutConsumer(BootStrategy):
    enable_kafka = False


class SinksApp(faust.App):
    """A Faust app of services that read for themselves."""

    BootStrategy = _WithoutConsumer

    def __init__(self, *args: Any, tell: Told, **options: Any) -> None:  # noqa: ANN401 - those of faust.App
        super().__init__(*args, **options)
        self.deliveries: list[Supervised] = []
        """All that run with it."""
        self._tell = tell

    async def on_first_start(self) -> None:
        """Make room for what blocks: names are resolved in these threads, for all sinks."""
        await super().on_first_start()
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="outside"))

    def deliver(self, delivery: Delivery) -> None:
        """Have a delivery run with the app; its errors are its own."""
        supervised = Supervised(delivery, self._tell)
        self.deliveries.append(supervised)
        self.service(DeliveryService(supervised))  # type: ignore[arg-type]  # Faust takes one that is made, too


def build(settings: SinksSettings, kafka: KafkaSettings, tell: Told = lambda _: None) -> SinksApp:
    """Make the app, without sinks yet; `tell` is told of those that fail, as of breakers that open."""
    return SinksApp(
        settings.app_id,
        broker=[URL(f"kafka://{host}") for host in kafka.bootstrap.split(",")],
        datadir=Path(settings.data),
        store="memory://",
        tell=tell,
        Worker=PlainWorker,
        web_bind=settings.web_host,
        web_host=settings.web_host,
        web_port=settings.web_port,
    )
