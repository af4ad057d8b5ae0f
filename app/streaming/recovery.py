"""Bringing the tables of assigned partitions up to date, and keeping those of standby partitions so."""

import asyncio
from collections.abc import Collection, Mapping
from time import monotonic
from typing import NamedTuple

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.streaming.changelog import ChangelogReader, groupless_consumer
from app.streaming.errors import NotColocatedError
from app.streaming.failpoints import Failpoints
from app.streaming.identity import Layout, describe
from app.streaming.source import Source
from app.streaming.stores import Stores

log = structlog.get_logger(__name__)


Ends = Mapping[TopicPartition, int]


class LogBounds(NamedTuple):
    """The offsets that the input log has: from `start` to `end`, exclusive."""

    start: int
    end: int


class Clients(msgspec.Struct, frozen=True):
    """How to reach the cluster, in the words of each client library."""

    aiokafka: Mapping[str, object]
    """Keyword arguments of aiokafka's clients, `bootstrap_servers` among them."""
    confluent: Mapping[str, object]
    """Configuration of librdkafka, `bootstrap.servers` among it."""


class TableRecovery:
    """Copies changelogs into stores. Called when the partitions' producers have fenced their predecessors.

    A fenced predecessor's transaction is settled, so the end offsets are final.
    """

    def __init__(self, clients: Clients, source: Source, stores: Stores, failpoints: Failpoints) -> None:
        self._clients = clients
        self._source = source
        self._stores = stores
        self._failpoints = failpoints
        self._tables = {topic: table for table, topic in source.changelogs.items()}
        self.copied = 0
        self.seconds = 0.0
        self.standbys: list[int] = []
        self.standby: ChangelogReader | None = None

    async def recover(self, actives: Collection[int], standbys: Collection[int]) -> Mapping[int, LogBounds]:
        """Open all stores, bring those of the active partitions up to date; the bounds of their input.

        Raises:
            NotColocatedError: a changelog has another number of partitions than the log.
            KafkaError, KafkaException: the cluster cannot be reached, or a topic is missing.

        """
        started = monotonic()
        self.standbys, self.standby = [], None
        async with groupless_consumer(self._clients.aiokafka) as consumer:
            ends = await self._open({*actives, *standbys}, consumer)
            # Before the copying: its long-polling fetches would hold these requests up, 0.5 s each.
            bounds = await self._bounds(actives, consumer)
            copied = await self._catch_up(actives, ends, consumer)
        self.seconds += monotonic() - started
        log.info(
            "tables recovered", partitions=sorted(actives), records=copied, seconds=round(monotonic() - started, 2)
        )
        return bounds

    async def follow(self, standbys: Collection[int]) -> None:
        """Keep the stores of these partitions warm, until cancelled."""
        self.standbys = sorted(standbys)
        async with groupless_consumer(self._clients.aiokafka) as consumer:
            self.standby = ChangelogReader(consumer, self._tables, self._stores.of(standbys))
            await self.standby.follow()

    async def _open(self, partitions: Collection[int], consumer: AIOKafkaConsumer) -> Ends:
        topics = [self._source.topic, *self._tables]
        layout = await asyncio.to_thread(describe, self._clients.confluent, topics)
        self._check_colocated(layout)
        # All at once: aiokafka looks an unknown topic up in 0.1 s, one after the other.
        await consumer._client.set_topics(topics)  # noqa: SLF001 - there is no other way in
        ends: Ends = await consumer.end_offsets(self._changelogs(partitions))
        self._stores.keep(partitions)
        self._stores.make_valid(layout.identity, ends)
        return ends

    async def _catch_up(self, actives: Collection[int], ends: Ends, consumer: AIOKafkaConsumer) -> int:
        reader = ChangelogReader(consumer, self._tables, self._stores.of(actives))
        self._failpoints.reach("during-recovery")
        await reader.catch_up(ends)
        self.copied += reader.copied
        return reader.copied

    async def _bounds(self, actives: Collection[int], consumer: AIOKafkaConsumer) -> Mapping[int, LogBounds]:
        inputs = [TopicPartition(self._source.topic, partition) for partition in actives]
        starts = await consumer.beginning_offsets(inputs)
        ends = await consumer.end_offsets(inputs)
        return {each.partition: LogBounds(starts[each], ends[each]) for each in inputs}

    def _changelogs(self, partitions: Collection[int]) -> list[TopicPartition]:
        return [TopicPartition(topic, partition) for topic in self._tables for partition in partitions]

    def _check_colocated(self, layout: Layout) -> None:
        expected = layout.partitions[self._source.topic]
        for topic in self._tables:
            if layout.partitions[topic] != expected:
                raise NotColocatedError(self._source.topic, expected, topic, layout.partitions[topic])
