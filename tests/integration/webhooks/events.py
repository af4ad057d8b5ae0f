"""Alerts and transitions as they stand on their topics."""

import msgspec
from aiokafka import ConsumerRecord, TopicPartition

from app.events import Alert, Transition
from app.topics import ALERTS, ENFORCEMENT

NOW = 1_700_000_000_000


def alert(offset: int, fleet: str = "north", partition: int = 0) -> ConsumerRecord:
    value = Alert(f"a-{offset}", "opened", NOW, fleet, "loop", "ann", 0.9, "critical", (), (), "why", "break the loop")
    return _record(ALERTS.name, partition, offset, msgspec.json.encode(value))


def transition(offset: int, fleet: str = "north") -> ConsumerRecord:
    value = Transition(
        fleet, "ann", "quarantined", "trusted", "quarantine", 1, NOW, "why", "ops", "enforce", (), None, 1, offset
    )
    return _record(ENFORCEMENT.name, 0, offset, msgspec.json.encode(value))


def junk(offset: int, value: bytes | None) -> ConsumerRecord:
    return _record(ALERTS.name, 0, offset, value)


def by_partition(*records: ConsumerRecord) -> dict[TopicPartition, list[ConsumerRecord]]:
    found: dict[TopicPartition, list[ConsumerRecord]] = {}
    for record in records:
        found.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
    return found


def _record(topic: str, partition: int, offset: int, value: bytes | None) -> ConsumerRecord:
    return ConsumerRecord(topic, partition, offset, NOW, 0, b"key", value, None, 0, 0, ())
