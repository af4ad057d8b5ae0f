"""T15: what becomes of a sink and of the others when it, or Kafka, fails."""

from collections.abc import Collection, Mapping

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from app.breakers import StateChange
from app.delivery import Delivery, Fetched, Position
from app.delivery.supervision import Supervised
from app.settings import KafkaSettings


class Unused:
    """A sink that is never given anything."""

    name = "unused"
    topics = ("system-alerts",)
    batch = 1
    closed = 0

    def begins(self, _: str) -> None:
        """Where the consumer group is."""

    async def resume(self, _: Collection[TopicPartition]) -> Mapping[TopicPartition, Position]:
        raise AssertionError

    async def write(self, _: Fetched) -> Mapping[TopicPartition, Position]:
        raise AssertionError

    async def close(self) -> None:
        self.closed += 1


async def test_without_kafka_it_says_so_and_closes_the_sink() -> None:
    sink, changes = Unused(), list[StateChange]()
    with pytest.raises(KafkaConnectionError):
        await Supervised(Delivery(sink, KafkaSettings(bootstrap="127.0.0.1:1"), "group"), changes.append).run()
    assert sink.closed == 1
    assert changes == []
