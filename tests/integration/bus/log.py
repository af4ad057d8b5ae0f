"""What the tests of the bus ask of a topic."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from confluent_kafka.admin import AdminClient, NewTopic

from app.bus.envelope import Envelope
from app.bus.reader import read_topic
from app.events import Header
from app.settings import KafkaSettings


def declare(bootstrap: str, topic: str, partitions: int = 8) -> None:
    """Make a topic on a broker of the test's own."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(10)


def source_position(record: Envelope) -> tuple[bytes, int]:
    """Who sent a record, and its number."""
    headers = dict(record.headers)
    return headers[Header.SOURCE], int(headers[Header.SOURCE_SEQUENCE])


def without_repeats(records: Iterable[Envelope]) -> list[Envelope]:
    """What the fold keeps: per partition and source, the records whose sequence rises."""
    last: dict[tuple[int, bytes], int] = defaultdict(int)
    kept = []
    for record in records:
        source, sequence = source_position(record)
        if sequence > last[record.partition, source]:
            last[record.partition, source] = sequence
            kept.append(record)
    return kept


def values_by_key(records: Iterable[Envelope]) -> dict[bytes | None, list[bytes | None]]:
    """The values of each key, in the order of the log."""
    values: dict[bytes | None, list[bytes | None]] = defaultdict(list)
    for record in records:
        values[record.key].append(record.value)
    return dict(values)


def assert_all_arrived_in_order(bootstrap: str, topic: str, lines: Sequence[bytes]) -> None:
    """Every line, in order per agent, each repeat recognizable by its source and sequence."""
    records = read_topic(KafkaSettings(bootstrap=bootstrap), topic)
    kept = without_repeats(records)
    positions = {source_position(record) for record in kept}
    assert all(source_position(record) in positions for record in records)
    numbers: dict[str, list[int]] = defaultdict(list)
    for record in kept:
        sent = json.loads(record.value or b"")
        numbers[sent["agent_id"]].append(sent["content"]["n"])
    expected: dict[str, list[int]] = defaultdict(list)
    for line in map(json.loads, lines):
        expected[line["agent_id"]].append(line["content"]["n"])
    assert numbers == expected
