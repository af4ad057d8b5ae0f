"""Topics of the measurements: made, filled, and read again for the times of their records."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import stamina
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from tests.benchmarks.running import BenchmarkError
from tests.benchmarks.setup import PARTITIONS

BROKER_TIME = {"message.timestamp.type": "LogAppendTime"}
READ_S = 1.0
QUEUE = {"linger.ms": 50, "queue.buffering.max.messages": 1_000_000, "partitioner": "murmur2_random"}


class Record(NamedTuple):
    """What is appended; a time of 0 is now."""

    key: bytes
    value: bytes
    timestamp_ms: int = 0


def make_topic(bootstrap: str, name: str, **config: str) -> str:
    """A topic whose records carry the broker's time, unless `config` says otherwise."""
    topic = NewTopic(name, PARTITIONS, 1, config={**BROKER_TIME, **config})
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([topic])[name].result(timeout=30)
    return name


def stamp_by_broker(bootstrap: str, topic: str) -> None:
    """Let an existing topic's records carry the broker's time from now on."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    resource = ConfigResource(ResourceType.TOPIC, topic)
    for name, value in BROKER_TIME.items():
        resource.add_incremental_config(ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET))
    admin.incremental_alter_configs([resource])[resource].result(timeout=30)


def fill(bootstrap: str, topic: str, records: Iterable[Record]) -> int:
    """Append records, partitioned as our clients do; returns how many."""
    producer = Producer({"bootstrap.servers": bootstrap, **QUEUE})
    count = 0
    for count, record in enumerate(records, 1):
        producer.produce(topic, record.value, record.key, timestamp=record.timestamp_ms)
        if count % 10_000 == 0:
            producer.poll(0.01)
    if left := producer.flush(60):
        raise BenchmarkError(f"{topic} lacks {left} records")
    return count


@stamina.retry(on=KafkaException, timeout=30)  # a new topic has no leaders yet
def end(bootstrap: str, topic: str) -> int:
    """Offsets of all partitions up to the last committed ones, transaction markers among them."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    asked = {TopicPartition(topic, number): OffsetSpec.latest() for number in range(PARTITIONS)}
    return sum(future.result().offset for future in admin.list_offsets(asked).values())


def append_times(bootstrap: str, topic: str) -> list[int]:
    """The times of all committed records, in order, milliseconds since the epoch."""
    return sorted(message.timestamp()[1] for message in read_all(bootstrap, topic))


def read_all(bootstrap: str, topic: str) -> list[Message]:
    """All committed records."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "bench", "isolation.level": "read_committed",
        "enable.partition.eof": True, "enable.auto.commit": False,
    })  # fmt: skip
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    records: list[Message] = []
    try:
        for number in range(PARTITIONS):
            consumer.assign([TopicPartition(topic, number, 0)])
            records.extend(_to_end(consumer))
    finally:
        consumer.close()
    return records


def _to_end(consumer: Consumer) -> Iterator[Message]:
    while True:
        for message in consumer.consume(10_000, READ_S):
            error = message.error()
            if error is None:
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:
                return
