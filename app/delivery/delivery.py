"""From the log to one sink, by a consumer group of its own: however slow it is, no other sink waits for it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaError

from app.bus.connection import aiokafka
from app.delivery.sink import Fetched, Position, Sink
from app.delivery.topics import await_topics
from app.settings import KafkaSettings

log = structlog.get_logger(__name__)

_IDLE_MS = 1_000
_SESSION_MS = 10_000
_REBALANCE_MS = 60_000
_BACKOFF_MS = 500
_NEVER_MS = 2**31 - 1
"""A sink whose outside is away does not poll; its partitions would fare no better anywhere else."""
_METADATA_MS = 10_000
"""How soon topics are noticed that have been made anew with other partitions; aiokafka's own is five minutes."""


class Delivery:
    """Reads committed records and hands them over; positions are committed only after the sink has written.

    Args:
        sink: who takes the records.
        kafka: where the log is.
        group: its consumer group.

    """

    def __init__(self, sink: Sink, kafka: KafkaSettings, group: str) -> None:
        self._sink = sink
        self._kafka = kafka
        self._group = group
        self._assigned: set[TopicPartition] | None = None
        self._wrote_at = monotonic()
        self._given: Fetched = {}
        self._awaited: set[str] = set()
        self.begun = False
        """Whether Kafka has ever let it begin."""

    @property
    def name(self) -> str:
        """Of the sink."""
        return self._sink.name

    @property
    def silent_s(self) -> float:
        """Seconds since the sink has last been done with what it was given; it is given something every second."""
        return monotonic() - self._wrote_at

    @property
    def given(self) -> str:
        """Where the records begin that the sink has been given and is not done with."""
        begins = [(place.topic, place.partition, records[0].offset) for place, records in self._given.items()]
        return ", ".join(f"{topic}[{partition}]@{offset}" for topic, partition, offset in begins)

    async def run(self) -> None:
        """Deliver until cancelled, or until an error of Kafka or of the sink; it can run again then."""
        self._assigned = None
        self._consumer = self._make_consumer()
        try:
            await self._consumer.start()
            self.begun = True
            self._awaited |= await await_topics(self._consumer, self._sink)
            self._consumer.subscribe(list(self._sink.topics), listener=_Listener(self))
            while True:
                await self._resume()
                await self._deliver(await self._consumer.getmany(timeout_ms=_IDLE_MS, max_records=self._sink.batch))
        finally:
            await self._consumer.stop()

    async def close(self) -> None:
        """Let go of the connections to the outside."""
        await self._sink.close()

    def assign(self, places: Iterable[TopicPartition]) -> None:
        """Hold partitions until the sink has said where it is. A position spares looking for a committed one."""
        self._assigned = set(places)
        for place in self._assigned:
            self._consumer.seek(place, 0)
            self._consumer.pause(place)

    async def _resume(self) -> None:
        while self._assigned is not None:
            places, self._assigned = self._assigned, None
            known = await self._sink.resume(places)
            await self._seek({place: known.get(place) for place in places})

    async def _deliver(self, fetched: Fetched) -> None:
        self._given = fetched
        lost = await self._sink.write(fetched)
        self._given, self._wrote_at = {}, monotonic()
        if lost:
            log.warning("the outside has lost records: they are read again", sink=self._sink.name, partitions=len(lost))
            await self._seek(lost)
        elif fetched:
            await self._commit({place: records[-1].offset + 1 for place, records in fetched.items()})

    async def _seek(self, positions: Mapping[TopicPartition, Position]) -> None:
        for place, position in positions.items():
            offset = await self._start(place) if position is None else position
            if self._assigned is None and place in self._consumer.assignment():
                self._consumer.seek(place, offset)
                self._consumer.resume(place)

    async def _start(self, place: TopicPartition) -> int:
        """Where to begin with a partition of which the sink knows nothing."""
        begins = self._sink.begins(place.topic)
        if begins is not None:
            found = (await self._consumer.offsets_for_times({place: begins}))[place]
            return await self._end(place) if found is None else int(found.offset)
        committed = await self._consumer.committed(place)
        if committed is not None:
            return int(committed)
        return await self._begin(place)

    async def _begin(self, place: TopicPartition) -> int:
        """Begin with what comes from now on. Raises KafkaError where that cannot be noted: later would be too late."""
        end = 0 if place.topic in self._awaited else await self._end(place)
        with suppress(CommitFailedError):  # a rebalance: whoever has the partition next begins
            await self._consumer.commit({place: end})
        return end

    async def _end(self, place: TopicPartition) -> int:
        return int((await self._consumer.end_offsets([place]))[place])

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            await self._consumer.commit(dict(offsets))
        except KafkaError as error:  # whoever has the partitions now delivers some records again
            log.warning("positions not committed", sink=self._sink.name, reason=str(error))

    def _make_consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **aiokafka(self._kafka),
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=_SESSION_MS,
            rebalance_timeout_ms=_REBALANCE_MS,
            max_poll_interval_ms=_NEVER_MS,
            retry_backoff_ms=_BACKOFF_MS,
            metadata_max_age_ms=_METADATA_MS,
        )


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Nothing: what is being written is written, and may be written again by who has the partition next."""

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """All partitions that it has from now on."""
        self._delivery.assign(assigned)
