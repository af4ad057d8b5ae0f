"""T15: an error that nobody has foreseen stays with its sink, and costs it no record."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaProducer, TopicPartition

from app.breakers import StateChange
from app.delivery import Delivery, Fetched, KeepsNoPositions, Position
from app.delivery.supervision import Pauses, Supervised
from app.settings import KafkaSettings
from tests.conftest import FreshTopic

PAUSES = Pauses(first_s=0.01, longest_s=0.05, steady_s=1.0)
ODD = "record-3"
RECORDS = [f"record-{number}" for number in range(8)]


class Sink(KeepsNoPositions):
    """Keeps what it is told, and fails over one record so many times."""

    batch = 1

    def __init__(self, name: str, topic: str, failures: int = 0) -> None:
        self.name = name
        self.topics = (topic,)
        self.told: list[str] = []
        self.ready = asyncio.Event()
        self.whole = asyncio.Event()
        self._failures = failures
        self._resumed = False

    async def resume(self, _: Collection[TopicPartition]) -> Mapping[TopicPartition, Position]:
        self._resumed = True
        return {}

    async def write(self, fetched: Fetched) -> Mapping[TopicPartition, Position]:
        if self._resumed:
            self.ready.set()
        for record in (record for records in fetched.values() for record in records):
            self._take(record.value.decode())
        return {}

    async def close(self) -> None:
        """Nothing to do."""

    def _take(self, value: str) -> None:
        if value == ODD and self._failures:
            self._failures -= 1
            raise ValueError("odd")
        self.told.append(value)
        if value == RECORDS[-1]:
            self.whole.set()


async def test_a_sink_that_fails_goes_on_by_itself_and_the_others_do_not_notice(
    bootstrap: str, fresh_topic: FreshTopic, fresh_id: str
) -> None:
    topic, changes = fresh_topic(), asyncio.Queue[StateChange]()
    kafka = KafkaSettings(bootstrap=bootstrap)
    frail, sound = Sink("frail", topic, failures=2), Sink("sound", topic)
    supervised = [
        Supervised(Delivery(sink, kafka, f"{fresh_id}-{sink.name}"), changes.put_nowait, PAUSES)
        for sink in (frail, sound)
    ]
    running = [asyncio.create_task(one.run()) for one in supervised]
    async with asyncio.timeout(60):
        await asyncio.gather(frail.ready.wait(), sound.ready.wait())
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            for value in RECORDS:
                await producer.send_and_wait(topic, value.encode())
        opened = await changes.get()
        await asyncio.gather(frail.whole.wait(), sound.whole.wait())
        while supervised[0].failing:
            await changes.get()
    assert opened == StateChange("sink-frail", "closed", "open", f"ValueError: odd ({topic}[0]@3)")
    assert frail.told == sound.told == RECORDS
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
