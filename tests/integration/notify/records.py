"""Messages as records of their topics."""

import msgspec
from aiokafka import ConsumerRecord, TopicPartition

from app.delivery import Fetched
from app.events import Alert, DeadLetter, Decision, Transition
from app.notify.messages import Message
from app.topics import ALERTS, DEAD_LETTERS, DECISIONS, ENFORCEMENT
from tests.unit.datadog.samples import NOON

TOPIC = {
    Decision: DECISIONS.name,
    Alert: ALERTS.name,
    Transition: ENFORCEMENT.name,
    DeadLetter: DEAD_LETTERS.name,
}


def record(topic: str, value: bytes | None, offset: int = 0) -> ConsumerRecord:
    return ConsumerRecord(topic, 0, offset, NOON, 0, b"key", value, None, 0, 0, ())


def fetched(*messages: Message) -> Fetched:
    found: dict[TopicPartition, list[ConsumerRecord]] = {}
    for message in messages:
        records = found.setdefault(TopicPartition(TOPIC[type(message)], 0), [])
        records.append(record(TOPIC[type(message)], msgspec.json.encode(message), len(records)))
    return found
