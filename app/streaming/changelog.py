"""Copying changelogs into stores: groupless, read_committed, in bulk, from each store's own position."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from app.moment import now_ms
from app.streaming.store import PartitionStore

log = structlog.get_logger(__name__)

# 10,000 records of 100 bytes take about 25 ms to copy: the event loop stays responsive.
_CHUNK_RECORDS = 10_000
_FETCH_BYTES = 4 * 1024 * 1024
# Nothing but transaction markers may be left: then no records come, and the position says it.
_POLL_MS = 10
_PROGRESS_S = 5.0
_TOUCH_MS = 60_000

Chunk = Mapping[TopicPartition, list[ConsumerRecord]]


def groupless_consumer(aiokafka: Mapping[str, object]) -> AIOKafkaConsumer:
    """A consumer for whole changelogs: no group, nothing uncommitted, large fetches."""
    return AIOKafkaConsumer(
        **aiokafka,
        isolation_level="read_committed",
        max_poll_records=_CHUNK_RECORDS,
        max_partition_fetch_bytes=_FETCH_BYTES,
    )


class ChangelogReader:
    """Reads the changelogs of some partitions into their stores.

    `tables` maps changelog topics to table names, `stores` partitions to stores; the stores are begun.
    """

    def __init__(
        self, consumer: AIOKafkaConsumer, tables: Mapping[str, str], stores: Mapping[int, PartitionStore]
    ) -> None:
        self._consumer = consumer
        self._tables = tables
        self._stores = stores
        self._progress_due = monotonic() + _PROGRESS_S
        self.copied = 0

    async def catch_up(self, ends: Mapping[TopicPartition, int]) -> None:
        """Copy until every store is at these ends."""
        behind = {end for end in ends if end.partition in self._stores and self._position(end) < ends[end]}
        self._start(behind)
        while behind := {end for end in behind if await self._consumer.position(end) < ends[end]}:
            await self._copy(timeout_ms=_POLL_MS)
            self._log_progress(behind)

    async def follow(self) -> None:
        """Copy whatever comes, until cancelled."""
        self._start([TopicPartition(topic, partition) for topic in self._tables for partition in self._stores])
        while True:
            await self._copy(timeout_ms=1000)
            self._touch()

    def _start(self, changelogs: Iterable[TopicPartition]) -> None:
        self._consumer.assign(list(changelogs))
        for changelog in changelogs:
            self._consumer.seek(changelog, self._position(changelog))

    def _position(self, changelog: TopicPartition) -> int:
        origin = self._stores[changelog.partition].origin
        assert origin is not None, "a store is begun before it is copied into"
        return origin.positions.get(changelog.topic, 0)

    async def _copy(self, timeout_ms: int) -> None:
        chunk: Chunk = await self._consumer.getmany(timeout_ms=timeout_ms)
        by_partition: defaultdict[int, dict[TopicPartition, list[ConsumerRecord]]] = defaultdict(dict)
        for changelog, records in chunk.items():
            by_partition[changelog.partition][changelog] = records
        for partition, records_of in by_partition.items():
            self._apply(self._stores[partition], records_of)

    def _apply(self, store: PartitionStore, chunk: Chunk) -> None:
        writes = {self._tables[c.topic]: [(r.key, r.value) for r in records] for c, records in chunk.items()}
        positions = {c.topic: records[-1].offset + 1 for c, records in chunk.items()}
        store.apply(writes, positions, now_ms())
        self.copied += sum(map(len, chunk.values()))

    def _touch(self) -> None:
        """Nothing new for a while: the stores are as complete now as they were."""
        for store in self._stores.values():
            if store.origin is not None and now_ms() - store.origin.time_ms > _TOUCH_MS:
                store.apply({}, {}, now_ms())

    def _log_progress(self, behind: Iterable[TopicPartition]) -> None:
        if monotonic() >= self._progress_due:
            self._progress_due = monotonic() + _PROGRESS_S
            log.info("recovering tables", copied=self.copied, changelogs_behind=len(list(behind)))
