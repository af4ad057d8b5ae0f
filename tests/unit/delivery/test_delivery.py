"""T15: what becomes of a sink and of the others when it, or Kafka, fails."""

from collections.abc import Collection, Mapping
from unittest.mock import Mock, create_autospec

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError

from app.breakers import StateChange
from app.delivery import Delivery, Fetched, KeepsNoPositions, Position
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


class Beginning(KeepsNoPositions, Unused):
    """A sink whose group has yet to begin."""


async def test_a_group_that_cannot_note_where_it_begins_hands_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would begin at a later end after its next failure."""
    sink, place = Beginning(), TopicPartition(*Unused.topics, 0)
    consumer = create_autospec(AIOKafkaConsumer, instance=True)
    delivery = Delivery(sink, KafkaSettings(), "group")
    consumer.topics.return_value = {place.topic}
    consumer.subscribe.side_effect = lambda *_, **__: delivery.assign([place])
    consumer.committed.return_value = None
    consumer.end_offsets.return_value = {place: 7}
    consumer.commit.side_effect = GroupAuthorizationFailedError("group")
    monkeypatch.setattr("app.delivery.delivery.AIOKafkaConsumer", Mock(return_value=consumer))
    with pytest.raises(GroupAuthorizationFailedError):
        await delivery.run()
    consumer.resume.assert_not_called()
