"""The Faust app of a worker whose state is a fold of its input topic."""

import gc
import os
import sys
from collections.abc import Awaitable
from typing import Any

import faust
from faust.types import TopicT

from app.bus import connection
from app.settings import KafkaSettings
from app.streaming.consumer import Consumer, Transport
from app.streaming.errors import StreamingError
from app.streaming.exit import end_after
from app.streaming.failpoints import Failpoints
from app.streaming.fold import OpenFold
from app.streaming.folder import DataFolder
from app.streaming.folds import Folds
from app.streaming.metrics import WorkerMetrics
from app.streaming.options import Options
from app.streaming.poison import FoldingNotes
from app.streaming.recourse import Recourse
from app.streaming.recovery import Clients
from app.streaming.store_memory import StoreMemory
from app.streaming.stores import Stores
from app.streaming.vital import end_with
from app.streaming.watchdog import Watchdog
from app.topics import DAY_MS

_MAX_STORE_AGE_MS = 7 * DAY_MS // 2
# The consumer's thread decodes while the event loop waits for brokers: at Python's 5 ms the loop gets its
# turn too late. With both cores busy this gave 59,000 records/s instead of 44,000.
_SWITCH_INTERVAL_S = 0.0005

# A fold makes many short-lived objects beside a large cache: at Python's thresholds the collector walks that cache
# too often. At 5,000 messages/s this gave a p99 of 113 and 142 ms from message to decision instead of 226 and 204.
_GC_THRESHOLDS = (50_000, 20, 100)

_STOP_S = 10.0
"""How long stopping may take. Without Kafka it would take for ever: clients wait for answers."""


class FoldApp(faust.App):
    """A Faust app whose tables are the state of a fold of one topic.

    Give it an agent that hands the batches over:

        app = build(options, settings.kafka, open_fold, recourse)

        @app.agent(app.input)
        async def messages(batches):
            async for batch in batches:
                app.folds.deliver(batch)
    """

    folds: Folds
    input: TopicT
    fetch_wait_s = 0.0

    def __init__(
        self,
        options: Options,
        kafka: KafkaSettings,
        open_fold: OpenFold,
        recourse: Recourse,
        **faust_options: Any,  # noqa: ANN401 - those of faust.App
    ) -> None:
        super().__init__(options.app_id, **faust_options)
        self.source = options.source()
        self._fold_options = options
        self._kafka = kafka
        self._open_fold = open_fold
        self._recourse = recourse

    async def on_first_start(self) -> None:
        """Take the data folder before anything else."""
        try:
            self._folder = DataFolder(self._fold_options.data)
        except StreamingError as error:
            end_with(error)
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        gc.set_threshold(*_GC_THRESHOLDS)
        self.conf.consumer_group_instance_id = self._folder.member_id(self.conf.web_port)
        self.folds = self._make_folds(self._folder)
        self._watchdog = Watchdog(self._fold_options.watchdog_s, self.folds.stalled)
        self._watchdog.start()
        self.on_partitions_revoked.connect(self._revoke)
        await super().on_first_start()

    async def on_stop(self) -> None:
        """Commit what is in flight, then leave the group."""
        self._stop_limit = end_after(_STOP_S)
        self._watchdog.stop()
        await self.folds.close()
        await super().on_stop()
        self._folder.close()

    async def on_shutdown(self) -> None:
        """Take note that everything has stopped."""
        await super().on_shutdown()
        self._stop_limit.cancel()

    def metrics(self) -> WorkerMetrics:
        """Counters of this worker and its partitions."""
        return self.folds.metrics(self.fetch_wait_s)

    def _make_folds(self, folder: DataFolder) -> Folds:
        clients = Clients(connection.aiokafka(self._kafka), connection.confluent(self._kafka))
        stores = Stores(folder, StoreMemory(self._fold_options.store_cache_mb), _MAX_STORE_AGE_MS)
        return Folds(
            source=self.source,
            open_fold=self._open_fold,
            recourse=self._recourse,
            clients=clients,
            stores=stores,
            notes=FoldingNotes(folder.path),
            failpoints=Failpoints(os.environ),
            resume=self._read_from,
        )

    def _read_from(self, partition: int, offset: int) -> Awaitable[None]:
        consumer = self.consumer
        assert isinstance(consumer, Consumer)
        return consumer.read_from({partition: offset})

    async def _revoke(self, *_: object, **__: object) -> None:
        await self.folds.revoke()

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)
