"""Reading in bulk: committed records only, to the end as it was; markers take offsets."""

import pytest
from confluent_kafka import Producer

from app.bus.diagnosis import NoAnswerError, TopicMissingError
from app.bus.errors import ReadError
from app.bus.reader import TopicReader, latest_values, read_topic
from app.embedded import ports
from app.settings import KafkaSettings
from tests.conftest import FreshTopic

pytestmark = pytest.mark.kafka


def transactional(bootstrap: str, name: str) -> Producer:
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": name})
    producer.init_transactions()
    return producer


def transaction(producer: Producer, topic: str, *values: bytes) -> None:
    producer.begin_transaction()
    for value in values:
        producer.produce(topic, value=value, partition=0)
    producer.flush()


def values(kafka: KafkaSettings, topic: str) -> list[bytes | None]:
    return [record.value for record in read_topic(kafka, topic)]


def test_only_committed_records_are_read_and_markers_do_not_hold_it_up(
    bootstrap: str, fresh_topic: FreshTopic, fresh_id: str
) -> None:
    kafka, topic = KafkaSettings(bootstrap=bootstrap), fresh_topic("raw")
    producer = transactional(bootstrap, fresh_id)
    assert values(kafka, topic) == []
    transaction(producer, topic, b"1", b"2")
    producer.commit_transaction()
    transaction(producer, topic, b"aborted")
    producer.abort_transaction()
    assert values(kafka, topic) == [b"1", b"2"]
    transaction(producer, topic, b"3")
    assert values(kafka, topic) == [b"1", b"2"]
    producer.commit_transaction()
    assert values(kafka, topic) == [b"1", b"2", b"3"]


def test_a_reader_ends_where_the_topic_ended_at_its_start(bootstrap: str, fresh_topic: FreshTopic) -> None:
    kafka, topic = KafkaSettings(bootstrap=bootstrap), fresh_topic("raw")
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, value=b"before", headers=[("a", b"\xff"), ("empty", None)])
    producer.flush()
    with TopicReader(kafka, topic) as reader:
        (span,) = reader.spans()
        producer.produce(topic, value=b"after")
        producer.flush()
        (record,) = reader.read(span)
        assert [record.value for record in reader.read_all(reader.spans(start=1))] == [b"after"]
    assert (record.topic, record.partition, record.offset, record.key) == (topic, 0, 0, None)
    assert record.headers == [("a", b"\xff"), ("empty", None)]


def test_the_latest_value_of_each_key_counts(bootstrap: str, fresh_topic: FreshTopic) -> None:
    kafka, topic = KafkaSettings(bootstrap=bootstrap), fresh_topic("table", partitions=2)
    producer = Producer({"bootstrap.servers": bootstrap})
    for key, value in ((b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"b", None)):
        producer.produce(topic, key=key, value=value)
    producer.flush()
    assert {key: record.value for key, record in latest_values(kafka, topic).items()} == {b"a": b"2"}


def test_what_is_not_there_is_named(bootstrap: str, fresh_topic: FreshTopic) -> None:
    kafka = KafkaSettings(bootstrap=bootstrap)
    with pytest.raises(TopicMissingError, match="no-such-topic"):
        read_topic(kafka, "no-such-topic")
    with TopicReader(kafka, fresh_topic("raw", partitions=2)) as reader, pytest.raises(ReadError, match="0 to 1"):
        reader.spans(only=2)
    nobody = KafkaSettings(bootstrap=f"127.0.0.1:{ports.free_port()}")
    with pytest.raises(NoAnswerError, match=nobody.bootstrap):
        read_topic(nobody, "raw")
