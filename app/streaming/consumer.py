"""Faust's consumer on aiokafka, changed in four ways.

A whole fetched batch of a partition is one event; only committed records are read; partitions are read from
where their tables say, not from the group's offsets; a partition whose fold is behind is not fetched.
Faust's own tracking of what was acknowledged (an interval tree of gaps that otherwise takes half a core) and
its commits are off: positions and offsets live in the transactions of the folds.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, cast

import aiokafka
from aiokafka.errors import OffsetOutOfRangeError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message
from mode.utils.locks import Event

from app.streaming.batch import PartitionBatch
from app.streaming.caught_up import Sighting
from app.streaming.vital import end_with

if TYPE_CHECKING:
    from app.streaming.app import FoldApp

# One fetch is in flight per broker: a partition that is resumed meanwhile waits for it.
_FETCH_WAIT_MS = 250

# How often an idle log is looked at: a fold that has all of it says so by its last look.
_IDLE_S = 0.25

# How soon a partition is looked at again that had no room.
_FULL_S = 0.01


class RebalanceListener(driver.ConsumerRebalanceListener):
    """Holds every assigned partition until its fold says where to read from."""

    _thread: "ConsumerThread"

    async def on_partitions_assigned(self, assigned: Iterable[aiokafka.TopicPartition]) -> None:
        """Hold before anything is awaited, so that nothing is fetched from a position nobody asked for."""
        self._thread.hold(assigned)
        await super().on_partitions_assigned(assigned)


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread in which aiokafka's consumer lives."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._ends: dict[TP, int] = {}
        self.sightings: Mapping[int, Sighting] = {}
        """Of the partitions' logs, as of the last fetch that has been looked at."""

    def hold(self, assigned: Iterable[aiokafka.TopicPartition]) -> None:
        """Keep partitions from being fetched. A position spares looking for a committed one."""
        consumer = self._ensure_consumer()
        self._ends.clear()
        for tp in assigned:
            consumer.seek(tp, 0)
            consumer.pause(tp)

    async def read_from(self, positions: Mapping[TP, int]) -> None:
        """Fetch these partitions from these offsets on."""
        await self.call_thread(self._read_from, positions)

    async def _read_from(self, positions: Mapping[TP, int]) -> None:
        consumer = self._ensure_consumer()
        for tp, offset in positions.items():
            partition = aiokafka.TopicPartition(*tp)
            consumer.seek(partition, offset)
            consumer.resume(partition)
            self._ends[tp] = offset

    async def _fetch_records(
        self,
        consumer: aiokafka.AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's
        max_records: int | None = None,
    ) -> dict[TP, list[PartitionBatch]]:
        records = await super()._fetch_records(consumer, active_partitions, timeout, max_records)
        batches = {tp: [self._batch(tp, records_of)] for tp, records_of in records.items() if records_of}
        looks = [(tp.partition, await self._look(consumer, tp)) for tp in active_partitions & consumer.assignment()]
        self.sightings = {partition: sighting for partition, sighting in looks if sighting is not None}
        return batches

    async def _look(self, consumer: aiokafka.AIOKafkaConsumer, tp: TP) -> Sighting | None:
        """Where the log ended at its last fetch: where all of it has been read, that is where the last batch did.

        Kafka's own markers, which hold nothing to fold, may stand behind that.
        """
        end, at_ms = consumer.last_stable_offset(tp), consumer.last_poll_timestamp(tp)
        if end is None or at_ms is None or tp not in self._ends:
            return None
        return Sighting(self._ends[tp] if await consumer.position(tp) >= end else end, at_ms)

    def _batch(self, tp: TP, records: list[Any]) -> PartitionBatch:
        consumer = self._ensure_consumer()
        start, end = self._ends.get(tp, -1), records[-1].offset + 1
        self._ends[tp] = end
        generation = consumer._coordinator.generation  # noqa: SLF001 - kept nowhere else
        return PartitionBatch(tp.partition, generation, start, end, consumer.highwater(tp) or end, records)

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        # Faust's only switch for read_committed is its own exactly_once.
        self.consumer.in_transaction = True
        consumer = super()._create_worker_consumer(transport)
        self.consumer.in_transaction = False
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS  # noqa: SLF001 - Faust sets 1,500
        return consumer


class Consumer(driver.Consumer):
    """The consumer that the Faust app talks to."""

    RebalanceListener: ClassVar[type[driver.ConsumerRebalanceListener]] = RebalanceListener
    app: "FoldApp"
    _thread: ConsumerThread

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109 - Faust's
        """Fetch what has come in, one message for each partition batch."""
        await self._flowing()
        assigned = self._get_active_partitions()
        ready = {tp for tp in assigned if self.app.folds.has_room(tp.partition)}
        if not ready:
            await asyncio.sleep(_FULL_S)
            return
        started = perf_counter()
        try:
            batches = await self._getmany(ready, min(timeout, _IDLE_S) if ready == assigned else _FULL_S)
        except OffsetOutOfRangeError as error:  # the log was cut short while it was read: see Folds at the restart
            end_with(error)
        self.app.fetch_wait_s += perf_counter() - started
        self.app.folds.saw(self._thread.sightings)
        # The new assignment may be read from already while the streams still stand: a drop here would be a loss.
        # Batches of a passed generation are dropped by the folds.
        await self._flowing()
        if self.should_stop:
            return
        for tp, [batch] in batches.items():
            yield tp, self._message(tp, batch)

    async def _flowing(self) -> None:
        if not self.flow_active:
            await self.wait(cast("Event", self.can_resume_flow))

    async def perform_seek(self) -> None:
        """Read each partition from where its tables are."""
        await self.read_from(self.app.folds.positions())

    async def read_from(self, positions: Mapping[int, int]) -> None:
        """Read partitions of the input from these offsets."""
        tps = {TP(self.app.source.topic, partition): offset for partition, offset in positions.items()}
        self._read_offset.clear()
        await self._thread.read_from(tps)

    async def commit(self, *_: object, **__: object) -> bool:
        """Nothing: offsets are committed in the folds' transactions."""
        return True

    def ack(self, message: Message) -> bool:
        """Nothing to remember: the tables know what was folded."""
        message.acked = True
        return True

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Nothing to remember: offsets between batches are control records."""

    def _message(self, tp: TP, batch: PartitionBatch) -> ConsumerMessage:
        last = batch.records[-1]
        value = cast("bytes", batch)  # the codec `raw` passes any value through
        return ConsumerMessage(
            tp.topic, tp.partition, last.offset, last.timestamp / 1000.0, 0, [], None, value, None, 0, 0, tp,
            generation_id=batch.generation,
        )  # fmt: skip


class Transport(driver.Transport):
    """Faust's Kafka transport with this consumer."""

    Consumer = Consumer
